"""What the formats that only tell findings have in common."""

from __future__ import annotations

from hashlib import sha256

from credit_migration.data import Finding, Level
from credit_migration.messages import CATALOGUE
from credit_migration.messages.base import Message

DOCS = "docs/findings.md"


def message_of(finding: Finding) -> Message:
    """Return the catalogue's entry of a finding."""
    return CATALOGUE[finding.id.rpartition(".")[2]]


def is_ours(finding: Finding) -> bool:
    """Return whether the finding is one of the catalogue, not one that another tool made."""
    return finding.id.rpartition(".")[2] in CATALOGUE


def title_of(finding: Finding) -> str:
    return message_of(finding).title if is_ours(finding) else finding.id


def anchor(finding: Finding) -> str:
    """Return the heading in the docs that says more of a finding, by the name that GitHub and Sphinx give it."""
    return f"{DOCS}#{finding.id.lower().replace('.', '')}"


def fingerprint(finding: Finding) -> str:
    """Return what stays the same for a finding when lines above it come and go: no line number is in it."""
    path = finding.location.path if finding.location else ""
    return sha256("\0".join((finding.id, path, finding.obj or "", finding.msg)).encode()).hexdigest()


def full_text(finding: Finding) -> str:
    """Return what is wrong and what to do, on two lines."""
    return f"{finding.msg}\n{finding.hint}"


def is_failure(finding: Finding) -> bool:
    return finding.level is Level.ERROR or finding.undecided
