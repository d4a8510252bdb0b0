"""The credit request flow after ADR 0005: requests, shared records, and what a learner is offered."""

from __future__ import annotations

import logging
from functools import partial

from django.db import IntegrityError, router, transaction
from django.db.models import QuerySet

from credit_migration.reference_host.catalog.models import Pathway, PathwayStatus, PathwayType, Program
from credit_migration.reference_host.core.models import User
from credit_migration.reference_host.records import exceptions
from credit_migration.reference_host.records.mail import send_credit_request
from credit_migration.reference_host.records.models import (
    ProgramCertRecord,
    UserCreditPathway,
    UserCreditPathwayStatus,
)

logger = logging.getLogger(__name__)


def credit_options(program: Program) -> QuerySet[Pathway]:
    """
    Return the pathways along which credit for ``program`` can be requested, by institution and name.

    The same for every learner: no earlier request decides what is offered.
    Source: ADR 0005, "the UserCreditPathway model will now only keep a record of these credit requests".
    """
    return (
        Pathway.objects.filter(programs=program, pathway_type=PathwayType.CREDIT, status=PathwayStatus.PUBLISHED)
        .exclude(email="")
        .order_by("org_name", "name", "pk")
    )


def share_record(learner: User, program: Program) -> ProgramCertRecord:
    """Return the learner's public record of ``program``, made the first time and kept from then on."""
    record, _ = ProgramCertRecord.objects.get_or_create(user=learner, program=program)
    return record


def request_credit(learner: User, pathway: Pathway, program: Program) -> UserCreditPathway:
    """
    Record one credit request and mail the institution; every call is a request of its own.

    The row is committed before the mail leaves, so no institution hears of a request that is not on record. Its status
    is ``sent`` once the mail system has taken the mail, and ``other`` until then: a mail system that is down, or a
    process killed in between, leaves a recorded request that is visibly not sent. Inside a caller's transaction the
    mail waits for that one's commit.

    Raises: CreditRequestRefused, by its kind; then nothing is recorded and nothing is sent.
    Source: ADR 0005, "program_id [...] will be saved when the credit request is first created".
    """
    _refuse_unless_offered(pathway, program)
    using = router.db_for_write(UserCreditPathway)
    request = UserCreditPathway(user=learner, pathway=pathway, program=program, status=UserCreditPathwayStatus.OTHER)
    try:
        with transaction.atomic(using=using):
            record = share_record(learner, program)
            request.save(using=using)
            transaction.on_commit(partial(_send, request, record), using=using, robust=True)
    except IntegrityError as exc:
        logger.warning("The database refused a credit request of learner %s along pathway %s.", learner.pk, pathway.pk)
        raise exceptions.RequestNotRecorded(pathway, program) from exc
    return request


def _refuse_unless_offered(pathway: Pathway, program: Program) -> None:
    if pathway.pathway_type != PathwayType.CREDIT:
        raise exceptions.NotACreditPathway(pathway, program)
    if pathway.status != PathwayStatus.PUBLISHED:
        raise exceptions.PathwayNotPublished(pathway, program)
    if not pathway.email:
        raise exceptions.PathwayWithoutAddress(pathway, program)
    if not pathway.programs.filter(pk=program.pk).exists():
        raise exceptions.ProgramNotInPathway(pathway, program)


def _send(request: UserCreditPathway, record: ProgramCertRecord) -> None:
    try:
        send_credit_request(request, record)
    except Exception:
        # Mail backends raise errors of their own; whichever it is, the request stays on record as not sent.
        logger.exception("Credit request %s is recorded, but its mail was not taken.", request.pk)
        return
    request.status = UserCreditPathwayStatus.SENT
    request.save(update_fields=["status", "modified"])
