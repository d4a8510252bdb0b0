"""What can be asked of this module."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class RequestCredit:
    learner_id: int
    program_uuid: UUID
    pathway_uuid: str
    address_of_page: str = ""
