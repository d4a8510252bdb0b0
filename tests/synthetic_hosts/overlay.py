"""A variant of the synthetic host: what it is, the right verdict, and the steps that turn the base into it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Literal, TypeAlias

from tests.synthetic_hosts.bases import CAMPUS, Base

SETTINGS = "campus/settings.py"
ISSUERS = "campus/credentials/issuers.py"
VIEWS = "campus/records/views.py"
MODELS = "campus/records/models.py"
URLS = "campus/urls.py"


class DoesNotApply(AssertionError):
    """A step of an overlay no longer fits the base."""


@dataclass(frozen=True, slots=True)
class Add:
    """A new file."""

    path: str
    text: str

    def apply(self, root: Path) -> None:
        target = root / self.path
        if target.exists():
            raise DoesNotApply(f"{self.path} is there already.")
        target.parent.mkdir(parents=True, exist_ok=True)
        package = target.parent
        while self.path.endswith(".py") and package != root:
            (package / "__init__.py").touch()
            package = package.parent
        target.write_text(dedent(self.text).lstrip("\n"))


@dataclass(frozen=True, slots=True)
class Append:
    """Lines at the end of a file of the base."""

    path: str
    text: str

    def apply(self, root: Path) -> None:
        target = root / self.path
        if not target.exists():
            raise DoesNotApply(f"{self.path} is not there.")
        target.write_text(f"{target.read_text()}\n\n{dedent(self.text).lstrip(chr(10))}")


@dataclass(frozen=True, slots=True)
class Edit:
    """One piece of text, found exactly once, and what stands there instead."""

    path: str
    old: str
    new: str

    def apply(self, root: Path) -> None:
        target = root / self.path
        text = target.read_text()
        if text.count(self.old) != 1:
            raise DoesNotApply(f"{self.path} has {text.count(self.old)} times: {self.old!r}")
        target.write_text(text.replace(self.old, self.new))


Step: TypeAlias = Add | Append | Edit
Verdict: TypeAlias = Literal["PRESENT", "ABSENT", "INCONCLUSIVE"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Variant:
    """
    One host.

    ``path`` has the names that the call path of a PRESENT one must show. ``before`` and ``drive`` are Python that the
    proof runs in the host, before and after the ordinary awards; the names that they see are those of ``inside.py`` and
    of the base's ways.
    ``sql`` is done to the migrated database; ``new_tables`` says that models without a migration need theirs.
    """

    name: str
    description: str
    verdict: Verdict
    steps: tuple[Step, ...]
    base: Base = CAMPUS
    path: tuple[str, ...] = ()
    before: str = ""
    drive: str = ""
    sql: tuple[str, ...] = ()
    new_tables: bool = False
    imports: bool = True
    """Whether the host can be imported at all."""


def at_award(call: str, *, imports: str = "") -> tuple[Edit, ...]:
    """Return the edits that put a call into the issuer, where the hook of the real service stands."""
    anchor = "        self._announce(user_credential, created)\n"
    edits = [Edit(ISSUERS, anchor, f"        {call}\n{anchor}")]
    if imports:
        first = "from campus.core.models import User\n"
        edits.append(Edit(ISSUERS, first, f"{imports}\n{first}"))
    return tuple(edits)


def setting(text: str) -> Append:
    """Return the step that adds settings."""
    return Append(SETTINGS, text)


def install(app: str) -> Edit:
    """Return the step that adds an app after the host's own."""
    return Edit(SETTINGS, '    "campus.records",\n', f'    "campus.records",\n    "{app}",\n')


def at_start(text: str, *, app: str = "records") -> Add:
    """Return the step that gives an app a configuration whose ``ready`` has this body."""
    body = "\n".join(f"        {line}" if line else "" for line in dedent(text).strip().splitlines())
    return Add(
        f"campus/{app}/apps.py",
        f"from django.apps import AppConfig\n\n\nclass {app.title()}Config(AppConfig):\n"
        f'    name = "campus.{app}"\n\n    def ready(self):\n{body}\n',
    )
