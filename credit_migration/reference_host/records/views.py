"""A learner's pages: their programs, the record of one with its credit requests, and the record that they share."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.contrib.sites.models import Site
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_ratelimit.core import get_usage

from credit_migration.reference_host.catalog.models import Pathway, Program, ProgramStatus
from credit_migration.reference_host.core.models import User
from credit_migration.reference_host.credentials.api import has_program_certificate
from credit_migration.reference_host.records import api
from credit_migration.reference_host.records.exceptions import CreditRequestRefused
from credit_migration.reference_host.records.models import (
    ProgramCertRecord,
    UserCreditPathway,
    UserCreditPathwayStatus,
)

REQUESTS_RATE = "20/h"
"""Credit requests that one account may make; the setting ``RECORDS_RATE_LIMIT`` replaces it."""


@require_safe
@never_cache
@login_required
def programs(request: HttpRequest, learner_id: int | None = None) -> HttpResponse:
    """Show the site's programs, and all of the learner's credit requests, also those without a program."""
    learner = _learner(request, learner_id)
    context = {
        "learner": learner,
        "learner_id": learner_id,
        "programs": Program.objects.filter(
            site=Site.objects.get_current(request).pk, status=ProgramStatus.ACTIVE
        ).order_by("title", "pk"),
        "requests": _requests(learner),
    }
    return render(request, "records/programs.html", context)


@require_safe
@never_cache
@login_required
def program_record(request: HttpRequest, uuid: UUID, learner_id: int | None = None) -> HttpResponse:
    """Show the Program Record: what credit can be requested, and what was requested when."""
    learner = _learner(request, learner_id)
    program = _program(request, uuid)
    context = {
        "learner": learner,
        "learner_id": learner_id,
        "program": program,
        "completed": has_program_certificate(learner, program),
        "options": api.credit_options(program),
        "requests": _requests(learner).filter(program=program),
        "shared": ProgramCertRecord.objects.filter(user=learner, program=program).first(),
    }
    return render(request, "records/program_record.html", context)


@require_POST
@login_required
def request_credit(request: HttpRequest, uuid: UUID, learner_id: int | None = None) -> HttpResponse:
    """Request credit along the posted pathway, then show the Program Record again."""
    learner = _learner(request, learner_id)
    usage = get_usage(request, group="request_credit", key="user", rate=_rate(), method="POST", increment=True)
    if usage and usage["should_limit"]:
        return _too_many(request, minutes=max(1, -(-usage["time_left"] // 60)))
    program = _program(request, uuid)
    pathway = get_object_or_404(Pathway, pk=_number(request.POST.get("pathway")), site=program.site)
    try:
        made = api.request_credit(learner, pathway, program)
    except CreditRequestRefused as exc:
        messages.error(request, exc.msg)
    else:
        names = {"institution": pathway.org_name, "program": program.title}
        if made.status == UserCreditPathwayStatus.SENT:
            messages.success(request, _("Your request for “%(program)s” was sent to %(institution)s.") % names)
        else:
            messages.warning(
                request,
                _(
                    "Your request for “%(program)s” is recorded, but it could not be sent to %(institution)s. "
                    "Please request it again later."
                )
                % names,
            )
    return redirect(_record_url(uuid, learner_id))


@require_POST
@login_required
def share(request: HttpRequest, uuid: UUID, learner_id: int | None = None) -> HttpResponse:
    """Make the public link of the record, then show the Program Record again, with it."""
    learner = _learner(request, learner_id)
    api.share_record(learner, _program(request, uuid))
    messages.success(request, _("Everybody who has the link can now see this record."))
    return redirect(_record_url(uuid, learner_id))


@require_safe
@never_cache
def shared_record(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show a record to whoever has its link."""
    record = get_object_or_404(ProgramCertRecord.objects.select_related("program", "user"), uuid=uuid)
    context = {"record": record, "completed": has_program_certificate(record.user, record.program)}
    response = render(request, "records/shared_record.html", context)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _learner(request: HttpRequest, learner_id: int | None) -> User:
    """Return whose pages these are. Raises: PermissionDenied for another learner's, unless staff asks."""
    user: User = request.user  # type: ignore[assignment]
    if learner_id is None or learner_id == user.pk:
        return user
    if not user.is_staff:
        raise PermissionDenied
    return get_object_or_404(get_user_model(), pk=learner_id)


def _program(request: HttpRequest, uuid: UUID) -> Program:
    return get_object_or_404(Program, site=Site.objects.get_current(request).pk, uuid=uuid)


def _requests(learner: User) -> QuerySet[UserCreditPathway]:
    return (
        UserCreditPathway.objects.filter(user=learner).select_related("pathway", "program").order_by("-created", "-pk")
    )


def _record_url(uuid: UUID, learner_id: int | None) -> str:
    if learner_id is None:
        return reverse("records:program", kwargs={"uuid": uuid})
    return reverse("records:learner-program", kwargs={"uuid": uuid, "learner_id": learner_id})


def _number(text: str | None) -> int:
    """Return a posted id; text that is none is that of no row."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def _rate() -> str:
    rate: str = getattr(settings, "RECORDS_RATE_LIMIT", REQUESTS_RATE)
    return rate


def _too_many(request: HttpRequest, *, minutes: int) -> HttpResponse:
    response = render(request, "records/too_many.html", {"minutes": minutes}, status=429)
    response["Retry-After"] = str(minutes * 60)
    return response
