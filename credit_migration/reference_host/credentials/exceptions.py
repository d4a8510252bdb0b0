"""Why a program certificate can't be awarded or revoked."""

from __future__ import annotations


class ProgramCertificateNotFound(Exception):
    """The program has no active certificate to award, or the learner holds none to revoke."""
