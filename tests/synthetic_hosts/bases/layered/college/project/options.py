"""What the environment decides, as values that do not change."""

from collections.abc import Mapping
from dataclasses import dataclass, field

SMTP = "django.core.mail.backends.smtp.EmailBackend"


@dataclass(frozen=True, slots=True)
class Mailing:
    backend: str = SMTP
    sender: str = "credentials@college.example"
    congratulate: bool = True


@dataclass(frozen=True, slots=True)
class Options:
    mailing: Mailing = field(default_factory=Mailing)
    run_tasks_at_once: bool = False

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Options":
        return cls(
            mailing=Mailing(backend=environment.get("COLLEGE_EMAIL_BACKEND", SMTP)),
            run_tasks_at_once=bool(environment.get("COLLEGE_EAGER")),
        )
