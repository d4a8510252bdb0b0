"""
Awarding and revoking program certificates.

Nothing here sends anything to an institution: a learner who completes a program and wants credit asks for it.
Source: ADR 0005, "remove the code that re-sends a credit request when a program certificate is awarded".
"""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType

from credit_migration.reference_host.catalog.models import Program
from credit_migration.reference_host.core.models import User
from credit_migration.reference_host.credentials.exceptions import ProgramCertificateNotFound
from credit_migration.reference_host.credentials.models import (
    ProgramCertificate,
    UserCredential,
    UserCredentialStatus,
)


def award_program_certificate(learner: User, program: Program) -> UserCredential:
    """
    Award ``program``'s certificate to the learner; once awarded, again changes nothing but a revocation.

    Raises: ProgramCertificateNotFound if the program has no active certificate.
    """
    certificate = ProgramCertificate.objects.filter(program=program, is_active=True).first()
    if certificate is None:
        raise ProgramCertificateNotFound(f"The program {program.uuid} has no active certificate to award.")
    credential, _ = UserCredential.objects.update_or_create(
        username=learner.get_username(),
        credential_content_type=ContentType.objects.get_for_model(ProgramCertificate),
        credential_id=certificate.pk,
        defaults={"status": UserCredentialStatus.AWARDED},
    )
    return credential


def revoke_program_certificate(learner: User, program: Program) -> UserCredential:
    """
    Revoke the learner's certificate of ``program``.

    Raises: ProgramCertificateNotFound if the learner was never awarded it.
    """
    credential = _credential(learner, program)
    if credential is None:
        raise ProgramCertificateNotFound(
            f"The learner {learner.pk} holds no certificate of the program {program.uuid}."
        )
    credential.status = UserCredentialStatus.REVOKED
    credential.save()  # type: ignore[no-untyped-call]
    return credential


def has_program_certificate(learner: User, program: Program) -> bool:
    """Return whether the learner holds ``program``'s certificate now."""
    credential = _credential(learner, program)
    return credential is not None and credential.status == UserCredentialStatus.AWARDED


def _credential(learner: User, program: Program) -> UserCredential | None:
    return UserCredential.objects.filter(
        username=learner.get_username(),
        credential_content_type=ContentType.objects.get_for_model(ProgramCertificate),
        credential_id__in=ProgramCertificate.objects.filter(program=program).values("pk"),
    ).first()
