import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.verification.synthetic.base import RESEND, Variant

SEND = '        EmailMessage("Credit request"'
TITLE = "Credit requests sent without the learner asking: PRESENT"


def host(*, waiver="", project="", call="resend(user, program)"):
    """A host whose award sends again, with a comment above the send and a pyproject.toml."""
    hooks = RESEND.replace(SEND, f"        {waiver}\n{SEND}") if waiver else RESEND
    return Variant(
        name="waived",
        answer="PRESENT",
        award=call,
        imports="from records.hooks import resend",
        hooks=hooks,
        files={"pyproject.toml": project},
    ).tree()


def project(until):
    return f"""
[[tool.credit_migration.waivers]]
id = "E301"
where = "records/hooks.py"
until = {until}
reason = "Agreed with X."
"""


def test_a_waived_way_is_shown_and_does_not_fail(verify_host):
    answer = verify_host(host(waiver="# credit_migration: waive E301 until 2999-01-31: the contract ends then"))

    (waived,) = answer["report"]["sections"]["waived"]
    assert (answer["status"], answer["report"]["findings"]) == (0, [])
    assert answer["report"]["title"] == f"{TITLE} (1 finding waived)"
    assert answer["report"]["facts"]["verdict"] == "PRESENT"
    assert waived["id"] == "credit_migration.E301"
    assert waived["place"] == "records/hooks.py:7"
    assert (waived["until"], waived["reason"]) == ("2999-01-31", "the contract ends then")
    assert waived["calls"] == (
        "credentials/views.py:5 award → credentials/views.py:7 Issuer.issue_credential → "
        "credentials/issuers.py:15 resend → records/hooks.py:7 EmailMessage.send"
    )


@pytest.mark.parametrize(
    ("parts", "command", "suppression"),
    [
        (
            {"waiver": "# credit_migration: waive E301 until 2999-01-31: the contract ends then"},
            "verify_resend_removed",
            ("inSource", "the contract ends then (until 2999-01-31)", "records/hooks.py", 6),
        ),
        (
            {"project": project("2999-01-31")},
            "verify_credit_decisions",
            ("external", "Agreed with X. (until 2999-01-31)", "pyproject.toml", 1),
        ),
    ],
    ids=["at the line", "in the project"],
)
def test_code_scanning_gets_what_is_waived_as_suppressed(verify_host, parts, command, suppression):
    answer = verify_host(host(**parts), command, "--format=sarif")

    (result,) = json.loads(answer["text"])["runs"][0]["results"]
    (told,) = result["suppressions"]
    place = told["location"]["physicalLocation"]
    assert (answer["status"], result["ruleId"], result["level"]) == (0, "credit_migration.E301", "error")
    assert (
        told["kind"],
        told["justification"],
        place["artifactLocation"]["uri"],
        place["region"]["startLine"],
    ) == suppression


def test_an_expired_waiver_waives_nothing_and_is_a_finding(verify_host):
    until = datetime.now(UTC).date() - timedelta(days=2)

    answer = verify_host(host(project=project(until)))

    assert answer["status"] == 1
    assert answer["report"]["title"] == TITLE
    assert [one["id"] for one in answer["report"]["findings"]] == ["credit_migration.E301", "credit_migration.W450"]
    assert answer["report"]["findings"][1]["msg"] == f"The waiver of E301 expired on {until}: Agreed with X."


def test_a_waiver_that_can_not_be_read_is_a_finding(verify_host):
    answer = verify_host(host(waiver="# credit_migration: waive E301: for ever"))

    assert answer["status"] == 1
    assert [one["id"] for one in answer["report"]["findings"]] == ["credit_migration.E301", "credit_migration.E451"]


def test_the_decisions_are_waived_likewise(verify_host):
    answer = verify_host(host(project=project("2999-01-31")), "verify_credit_decisions")

    assert (answer["status"], answer["report"]["findings"]) == (0, [])
    assert answer["report"]["title"] == "The decisions of ADR 0005 in the host's code (1 finding waived)"
    assert [one["state"] for one in answer["report"]["sections"]["decisions"] if one["decision"] == "D5"] == [
        "not kept"
    ]
