"""What can be asked of this module, and what it says has happened."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AwardProgram:
    username: str
    program_uuid: UUID | str
    status: str = "awarded"


@dataclass(frozen=True, slots=True)
class ProgramAwarded:
    username: str
    program_uuid: UUID
    is_new: bool


@dataclass(frozen=True, slots=True)
class ProgramRevoked:
    username: str
    program_uuid: UUID
