"""Why a credit request is refused, in words for the learner who asked."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from credit_migration.reference_host.catalog.models import Pathway, Program


class CreditRequestRefused(Exception):
    """The request was not recorded and nothing was sent. ``msg`` is the reason, translated when it is shown."""

    template = _("Credit for “%(program)s” can't be requested along “%(pathway)s”.")

    def __init__(self, pathway: Pathway, program: Program) -> None:
        self.pathway = pathway
        self.program = program
        with override("en"):
            super().__init__(self.msg)

    @property
    def msg(self) -> str:
        names = {"program": self.program.title, "pathway": self.pathway.name, "institution": self.pathway.org_name}
        return self.template % names


class NotACreditPathway(CreditRequestRefused):
    """The pathway is of another type: an industry pathway has no credit to give."""

    template = _("“%(pathway)s” gives no credit, so none can be requested along it.")


class PathwayNotPublished(CreditRequestRefused):
    """The pathway is unpublished or retired."""

    template = _("“%(pathway)s” takes no requests at present: %(institution)s has not published it.")


class PathwayWithoutAddress(CreditRequestRefused):
    """Nobody could receive the request."""

    template = _("“%(pathway)s” has no address at %(institution)s to send your request to.")


class ProgramNotInPathway(CreditRequestRefused):
    """The pathway does not list the program."""

    template = _("“%(pathway)s” gives no credit for “%(program)s”.")


class RequestNotRecorded(CreditRequestRefused):
    """The database refused the row: until the contract step, the old unique allows one a learner and pathway."""

    template = _("Your request for “%(program)s” can't be recorded at present, so it was not sent. Try again later.")
