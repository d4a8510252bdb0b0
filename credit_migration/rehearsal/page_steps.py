"""The steps in which learners request credit on the real page, and certificates are awarded."""

from __future__ import annotations

from credit_migration.reference_host.catalog.models import Program
from credit_migration.reference_host.core.models import User
from credit_migration.reference_host.credentials.api import award_program_certificate
from credit_migration.reference_host.records.models import UserCreditPathway
from credit_migration.rehearsal.browsing import Answer, LearnerAtThePage, sent_mails
from credit_migration.rehearsal.scene import Outcome, Scene


def first_requests(scene: Scene) -> Outcome:
    """Let newcomers ask while the old unique is still there: their first requests pass, no second one can."""
    cast = scene.cast
    (first, second), (one, other) = cast.newcomers, cast.programs
    taken = [_ask(scene, first, one), _ask(scene, second, other)]
    refused = [_ask(scene, first, one), _ask(scene, first, other), _ask(scene, cast.old_hand, one)]
    recorded = [_recorded(scene, learner) for learner in cast.newcomers]
    return Outcome(
        done="On the page: first requests, and second ones too early",
        proved="2 rows with program, 2 mails; the old unique refuses 3, in words",
        holds=(
            [answer.mails for answer in (*taken, *refused)] == [1, 1, 0, 0, 0]
            and all("can't be recorded at present" in answer.message for answer in refused)
            and recorded == [[one.pk], [other.pk]]
            and scene.untouched()
        ),
    )


def second_requests(scene: Scene) -> Outcome:
    """Let all ask again: the same program, a second one of the pathway, and where a legacy row is."""
    cast = scene.cast
    (first, second), (one, other) = cast.newcomers, cast.programs
    answers = [
        _ask(scene, first, one),
        _ask(scene, first, other),
        _ask(scene, second, one),
        _ask(scene, cast.old_hand, one),
    ]
    recorded = [_recorded(scene, learner) for learner in (first, second, cast.old_hand)]
    return Outcome(
        done="On the page: again, another program, beside a legacy row",
        proved="4 more rows with program, 4 mails: nothing keeps them from it",
        holds=(
            [(answer.status, answer.mails) for answer in answers] == [(200, 1)] * 4
            and recorded == [[one.pk, one.pk, other.pk], [other.pk, one.pk], [one.pk]]
            and scene.untouched()
        ),
    )


def award_certificates(scene: Scene) -> Outcome:
    """Let everybody who asked complete the program: nobody but the learner has a reason to tell the institution."""
    cast = scene.cast
    before = sent_mails(), UserCreditPathway.objects.count()
    awards = [award_program_certificate(learner, cast.programs[0]) for learner in (*cast.newcomers, cast.old_hand)]
    return Outcome(
        done=f"Awarded certificates to {len(awards)} learners who had asked",
        proved="No mail left: nothing requests credit on a learner's behalf",
        holds=(sent_mails(), UserCreditPathway.objects.count()) == before and scene.untouched(),
    )


def _ask(scene: Scene, learner: User, program: Program) -> Answer:
    answer = LearnerAtThePage(learner).request_credit(scene.cast.pathway, program)
    scene.asked += answer.mails
    return answer


def _recorded(scene: Scene, learner: User) -> list[int | None]:
    """Return the programs of the learner's requests since the history ended, first one first."""
    rows = UserCreditPathway.objects.filter(user=learner, pathway=scene.cast.pathway, pk__gt=scene.before.last_id)
    return list(rows.order_by("pk").values_list("program_id", flat=True))
