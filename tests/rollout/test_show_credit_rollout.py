"""``show_credit_rollout`` on a real database, in the three states, with every channel."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.db import connection
from model_bakery import baker

from credit_migration import api
from credit_migration.api import rollout, verification
from credit_migration.data import Location
from credit_migration.data.safety import Dependence, Dependent
from credit_migration.data.verification import Breach, Place
from credit_migration.reference_host.records.models import UserCreditPathway

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at():
    yield lambda name: call_command("migrate", "records", name, verbosity=0, skip_checks=True)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM records_usercreditpathway")
    call_command("migrate", "records", verbosity=0, skip_checks=True)


def standings(out: str) -> str:
    return " ".join(row["standing"] for row in json.loads(out)["sections"]["stages"])


@pytest.fixture
def beside():
    """Rename the migrations that have run: those of a service whose code is elsewhere."""
    rename = "UPDATE django_migrations SET name = REPLACE(name, %s, %s) WHERE app = 'records'"
    with connection.cursor() as cursor:
        cursor.execute(rename, ["000", "theirs_"])
    yield
    with connection.cursor() as cursor:
        cursor.execute(rename, ["theirs_", "000"])


@pytest.mark.parametrize(
    ("name", "state", "expected"),
    [
        ("0001", "legacy", "done due blocked blocked blocked blocked"),
        ("0002", "partial", "done done undecided undecided blocked blocked"),
        ("0003", "target", "done done undecided done due blocked"),
    ],
)
def test_tells_the_stages_in_each_state(at, run_command, name, state, expected):
    at(name)

    status, out, err = run_command("show_credit_rollout", "--format=json", "--skip-code")

    assert standings(out) == expected
    assert json.loads(out)["facts"]["schema_state"] == state
    assert (status, err) == (1 if state == "legacy" else 3, "")


def test_gate_fails_until_its_stage_is_done(at, run_command):
    at("0001")
    status, out, _ = run_command("show_credit_rollout", "--fail-unless=contracted")
    assert status == 1
    assert "The stage 'contracted' is blocked, and this deployment needs it done: expand comes before." in out


def test_counts_requests_and_finds_the_first_second_one(run_command):
    user, program = baker.make("core.User"), baker.make("catalog.Program")
    pathway = baker.make("catalog.Pathway", pathway_type="credit")
    for given in (None, program, program):
        baker.make("records.UserCreditPathway", user=user, pathway=pathway, program=given)

    status, out, _ = run_command("show_credit_rollout", "--format=json", "--skip-code")

    report = json.loads(out)
    assert report["facts"]["requests"] == 3
    assert report["facts"]["requests_with_program"] == 2
    assert report["facts"]["first_second_request"] is not None
    assert report["facts"]["newest_request_with_program"] >= report["facts"]["first_second_request"]
    assert standings(out) == "done done undecided done done due"
    assert status == 3


def test_requests_from_before_the_contract_step_do_not_count_as_second_ones(run_command):
    user, program = baker.make("core.User"), baker.make("catalog.Program")
    pathway = baker.make("catalog.Pathway", pathway_type="credit")
    for _ in range(2):
        baker.make("records.UserCreditPathway", user=user, pathway=pathway, program=program)
    UserCreditPathway.objects.update(created=datetime(2023, 1, 1, tzinfo=UTC))

    _, out, _ = run_command("show_credit_rollout", "--format=json", "--skip-code")

    assert json.loads(out)["facts"]["first_second_request"] == "2023-01-01T00:00:00.000000Z"
    assert standings(out) == "done done undecided done due blocked"


def test_beside_a_service_with_migrations_of_its_own(beside, run_command):
    status, out, _ = run_command("show_credit_rollout", "--format=json", "--skip-code")

    assert standings(out) == "done done undecided done due blocked"
    assert "records 0002_expand" not in out
    assert status == 3


def test_beside_a_service_on_the_partial_schema_its_unique_is_told_with_a_step_to_take_there(at, request, run_command):
    at("0002")
    request.getfixturevalue("beside")

    status, out, _ = run_command("show_credit_rollout", "--format=json", "--skip-code")

    findings = {one["id"].rpartition(".")[2]: (one["msg"], one["hint"]) for one in json.loads(out)["findings"]}
    (index,) = api.check_live_schema("default")
    assert findings["I513"] == (index.msg, index.hint)
    assert index.msg.endswith(" over user_id, pathway_id: while it is there, a second request fails.")
    assert index.hint.startswith("Ask in the service itself which migration drops it: ")
    assert set(findings) == {"I513", "U603"}
    assert "makemigrations" not in out
    assert status == 3


def test_changes_nothing(run_command):
    baker.make("records.UserCreditPathway", pathway=baker.make("catalog.Pathway", pathway_type="credit"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM records_usercreditpathway")
        before = cursor.fetchall()
    run_command("show_credit_rollout")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM records_usercreditpathway")
        assert cursor.fetchall() == before


def test_unknown_database_is_a_usage_error(run_command):
    status, out, err = run_command("show_credit_rollout", "--database=nowhere")
    assert (status, out) == (2, "")
    assert err.startswith("The settings have no database 'nowhere'.\nUse --database with one of these: ")


def test_checks_the_hosts_code(run_command, monkeypatch):
    monkeypatch.setattr(rollout, "host_dependents", lambda _: [])
    _, out, _ = run_command("show_credit_rollout", "--format=json")
    code = json.loads(out)["sections"]["stages"][2]
    assert code["fact"].startswith("nothing relies on one row a learner and pathway; sending without the learner is ")


def test_code_that_relies_on_the_unique_is_due(run_command, monkeypatch):
    location = Location(path="records/views.py", line=9)
    found = Dependent(dependence=Dependence.GET, location=location, function="f", code="x")
    monkeypatch.setattr(rollout, "host_dependents", lambda _: [found])

    _, out, _ = run_command("show_credit_rollout", "--format=json")

    assert json.loads(out)["sections"]["stages"][2] == {
        "stage": "code-deployed",
        "standing": "due",
        "fact": "1 place relies on one row a learner and pathway, the first at records/views.py:9",
        "command": "python manage.py check_migration_safety --code",
    }


def test_code_against_a_decision_is_due(run_command, monkeypatch):
    location = Location(path="records/views.py", line=9)
    place = Place(breach=Breach.FILLS, location=location, detail="update")
    monkeypatch.setattr(rollout, "host_dependents", lambda _: [])
    monkeypatch.setattr(verification, "read_model", lambda *_: (place,))

    _, out, _ = run_command("show_credit_rollout", "--format=json")

    assert json.loads(out)["sections"]["stages"][2] == {
        "stage": "code-deployed",
        "standing": "due",
        "fact": "1 place is against a decision, the first at records/views.py:9",
        "command": "python manage.py verify_credit_decisions",
    }
