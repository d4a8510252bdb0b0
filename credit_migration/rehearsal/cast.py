"""The simulated history → the learners, pathway and programs that the rehearsal's requests are made with."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.sites.models import Site
from django.db.models import Count, Q

from credit_migration.exceptions import UsageError
from credit_migration.reference_host.catalog.models import Pathway, PathwayStatus, PathwayType, Program
from credit_migration.reference_host.core.models import User
from credit_migration.reference_host.records.models import UserCreditPathway


@dataclass(frozen=True, kw_only=True, slots=True)
class Cast:
    """Who asks for what. ``old_hand`` has a legacy row for the pathway, the newcomers have none."""

    pathway: Pathway
    programs: tuple[Program, Program]
    newcomers: tuple[User, User]
    old_hand: User


def choose_cast(using: str) -> Cast:
    """
    Return the busiest open pathway with several programs, and three of the learners.

    Raises: UsageError if the history is too small to have them.
    """
    with_certificate = Count("programs", distinct=True, filter=Q(programs__programcertificate__is_active=True))
    pathway = (
        Pathway.objects.using(using)
        .filter(
            site_id=Site.objects.get_current().pk,
            pathway_type=PathwayType.CREDIT,
            status=PathwayStatus.PUBLISHED,
        )
        .annotate(listed=with_certificate, asked=Count("usercreditpathway", distinct=True))
        .filter(listed__gte=2, asked__gte=1)
        .order_by("-asked", "pk")
        .first()
    )
    if pathway is None:
        raise UsageError(
            "This history is too small to have a request along an open pathway with several programs.",
            hint="Use a larger one: --requests 1000.",
        )
    requests = UserCreditPathway.objects.using(using).filter(pathway=pathway)
    strangers = User.objects.using(using).filter(is_staff=False).exclude(pk__in=requests.values("user"))
    first, second = strangers.order_by("-pk")[:2]
    one, other = pathway.programs.filter(programcertificate__is_active=True).order_by("pk")[:2]
    return Cast(
        pathway=pathway,
        programs=(one, other),
        newcomers=(first, second),
        old_hand=User.objects.using(using).get(pk=requests.order_by("pk").values_list("user", flat=True)[0]),
    )
