"""The labels of the variants are proven: certificates are awarded in each host, and what leaves it is looked at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.synthetic_hosts.overlay import Add, Append, DoesNotApply, Edit, Variant
from tests.synthetic_hosts.prove import objection
from tests.synthetic_hosts.runner import prove, verify
from tests.synthetic_hosts.variants import VARIANTS, gone, layered_gone, switches

BASE = gone.VARIANTS[0]
ASK = """
learner = new_learner()
client = Client()
client.force_login(learner)
client.post(f"{page}", {{"pathway": pathways[0].uuid}})
"""


@pytest.fixture(scope="module")
def proofs(asked):
    return asked(prove)


@pytest.mark.proof
@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_host_behaves_as_its_label_says(variant, proofs):
    assert objection(variant, proofs[variant.name].result()) == ""


@pytest.mark.proof
@pytest.mark.parametrize("switched", switches.VARIANTS, ids=lambda variant: variant.name)
def test_switch_is_off_until_somebody_turns_it(switched):
    assert prove(replace(switched, before=""))["to_institutions"] == []


@pytest.mark.parametrize(
    ("base", "page"),
    [(BASE, "/records/{program.uuid}/send/"), (layered_gone.VARIANTS[0], "/my/{program.uuid}/request/")],
    ids=["campus", "layered"],
)
def test_learner_can_ask_for_credit_in_the_base(base, page):
    sent = prove(replace(base, drive=ASK.format(page=page)))["to_institutions"]

    assert [(one["way"], one["channel"]) for one in sent] == [("drive", "mail")]
    assert "registrar@north.example" in sent[0]["what"]


def test_there_are_enough_and_no_two_have_one_name():
    count = {
        verdict: sum(variant.verdict == verdict for variant in VARIANTS)
        for verdict in ("PRESENT", "ABSENT", "INCONCLUSIVE")
    }

    assert len({variant.name for variant in VARIANTS}) == len(VARIANTS)
    assert count["PRESENT"] >= 300
    assert count["ABSENT"] >= 110
    assert count["INCONCLUSIVE"] >= 35


def test_only_a_present_hook_has_a_path_and_each_has_one():
    assert [v.name for v in VARIANTS if bool(v.path) != (v.verdict == "PRESENT")] == []


QUIET = {"to_institutions": [], "others": [{"what": "Congratulations"}], "errors": []}
LOUD = {**QUIET, "to_institutions": ["a letter"]}


@pytest.mark.parametrize(
    ("verdict", "imports", "proof", "expected"),
    [
        ("PRESENT", True, LOUD, ""),
        ("PRESENT", True, QUIET, "Nothing went to an institution. Errors: []"),
        ("ABSENT", True, QUIET, ""),
        ("ABSENT", True, LOUD, "To an institution went: a letter"),
        ("ABSENT", True, {**QUIET, "errors": ["by_api: no"]}, "A way of awarding did not run: ['by_api: no']"),
        ("ABSENT", True, {**QUIET, "others": []}, "No learner was congratulated, so nothing was awarded."),
        ("INCONCLUSIVE", True, {**QUIET, "errors": ["by_api: no"], "others": []}, ""),
        ("INCONCLUSIVE", True, LOUD, "To an institution went: a letter"),
        ("INCONCLUSIVE", False, {"failed": "no module"}, ""),
        ("INCONCLUSIVE", False, QUIET, "The host runs, though its import was to fail."),
        ("ABSENT", True, {"failed": "no module"}, "The host does not run: no module"),
    ],
)
def test_objection(verdict, imports, proof, expected):
    variant = Variant(name="made", description="Made here.", verdict=verdict, steps=(), imports=imports)

    assert objection(variant, proof) == expected


@pytest.mark.parametrize(
    ("step", "complaint"),
    [
        (Add("there.py", "new"), "there.py is there already."),
        (Append("missing.py", "more"), "missing.py is not there."),
        (Edit("there.py", "old", "new"), "there.py has 2 times: 'old'"),
        (Edit("there.py", "none", "new"), "there.py has 0 times: 'none'"),
    ],
)
def test_step_that_does_not_fit_the_base_fails_loudly(step, complaint, tmp_path):
    (tmp_path / "there.py").write_text("old old")

    with pytest.raises(DoesNotApply) as error:
        step.apply(tmp_path)

    assert str(error.value) == complaint


@pytest.mark.parametrize(
    "broken",
    [
        replace(BASE, steps=(Edit("manage.py", "no such text", ""),)),
        replace(BASE, steps=(Append("campus/settings.py", "raise RuntimeError"),), new_tables=True),
    ],
)
def test_host_that_cannot_be_laid_is_an_error_and_no_answer(broken):
    with pytest.raises(AssertionError):
        prove(broken)


def test_verify_returns_the_status_and_the_report_of_the_command():
    command = Add(
        "campus/core/management/commands/verify_resend_removed.py",
        """
        import sys

        from django.core.management.base import BaseCommand


        class Command(BaseCommand):
            def add_arguments(self, parser):
                parser.add_argument("--format")

            def handle(self, **options):
                self.stdout.write('{"facts": {"verdict": "INCONCLUSIVE"}}')
                sys.exit(3)
        """,
    )

    assert verify(replace(BASE, steps=(command,))) == (3, {"facts": {"verdict": "INCONCLUSIVE"}})


def test_verify_fails_with_what_was_printed_where_there_is_no_report():
    mute = Edit("manage.py", "    execute_from_command_line(sys.argv)\n", '    sys.exit("no report")\n')

    with pytest.raises(AssertionError, match=r"^exit status 1, no JSON:\n\nno report\n$"):
        verify(replace(BASE, steps=(mute,)))
