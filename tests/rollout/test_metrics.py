"""The metrics of ``show_credit_rollout``: read by the library's own parser, by promtool, and as the docs name them."""

from __future__ import annotations

import re
import stat
import sys
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from model_bakery import baker
from prometheus_client.parser import text_string_to_metric_families

from credit_migration.data.rollout import Stage, Standing
from credit_migration.messages import CATALOGUE
from tests.promtool import needs_promtool, promtool
from tests.scratch import ROOT

pytestmark = pytest.mark.django_db(transaction=True)

RULES = ROOT / "docs" / "credit-rollout.rules.yml"
NOW = datetime.now(UTC)


def requests(user, pathway, program, *ages: timedelta):
    for age in ages:
        row = baker.make("records.UserCreditPathway", user=user, pathway=pathway, program=program)
        type(row).objects.filter(pk=row.pk).update(created=NOW - age, modified=NOW - age)


@pytest.fixture
def watched():
    """Make a service with repeats at two institutions, a legacy row, and a row that a missed writer left."""
    first, second, quiet = (baker.make("catalog.Pathway", pathway_type="credit", org_name=name) for name in "ABC")
    program, another = baker.make("catalog.Program", _quantity=2)
    program.pathways.add(first, second)
    ann, bob = baker.make("core.User", _quantity=2)
    hour, day = timedelta(hours=1), timedelta(days=1)
    applied = MigrationRecorder.Migration.objects.filter(app="records")
    before = {one.pk: one.applied for one in applied}
    applied.update(applied=NOW - 35 * day)
    requests(ann, first, None, 40 * day)
    requests(ann, first, program, 30 * day, 3 * day, 2 * hour, hour)
    requests(bob, first, program, 30 * day)
    requests(bob, first, another, hour)
    requests(bob, second, program, 30 * day, 3 * day)
    requests(bob, second, None, 2 * day)
    yield first, second, quiet
    for pk, moment in before.items():
        applied.filter(pk=pk).update(applied=moment)


def families(text):
    return {family.name: family for family in text_string_to_metric_families(text)}


def values(family):
    return {tuple(sample.labels.values()): sample.value for sample in family.samples}


def test_every_metric_has_its_value(watched, run_command):
    first, second, quiet = watched

    before = datetime.now(UTC).timestamp()
    status, out, err = run_command("show_credit_rollout", "--format=prometheus", "--skip-code")

    told = families(out)
    prefix = "credit_rollout_"
    assert values(told[f"{prefix}legacy_rows"]) == {("one_program",): 2, ("several_programs",): 0, ("no_program",): 0}
    assert values(told[f"{prefix}missed_rows"]) == {(): 1}
    assert values(told[f"{prefix}repeated_requests"]) == {
        (str(first.pk),): 2,
        (str(second.pk),): 0,
        (str(quiet.pk),): 0,
    }
    states = values(told[f"{prefix}stage_state"])
    assert {key for key, value in states.items() if value == 1} == {
        ("audited", "done"),
        ("expanded", "done"),
        ("code-deployed", "undecided"),
        ("contracted", "done"),
        ("re-requests-open", "done"),
        ("watched", "blocked"),
    }
    assert set(states) == {(stage.value, state.value) for stage in Stage for state in Standing}
    drift = values(told[f"{prefix}schema_drift_findings"])
    assert set(drift) == {(name,) for name in CATALOGUE if name[1] == "5"}
    assert set(drift.values()) == {0}
    assert before - 1 <= values(told[f"{prefix}last_run_timestamp_seconds"])[()] <= datetime.now(UTC).timestamp()
    assert 0 < values(told[f"{prefix}snapshot_duration_seconds"])[()] < 600
    assert (status, err) == (1, "")


def test_repeats_are_told_by_institution_and_day(watched, run_command):
    first, second, _ = watched

    _, out, _ = run_command("show_credit_rollout", "--skip-code")

    table = out.partition("Repeats by institution and day (UTC), last 14 days\n")[2].partition("\n\n")[0]
    days = [(NOW - age).strftime("%Y-%m-%d") for age in (timedelta(hours=1), timedelta(hours=2), timedelta(days=3))]
    expected = [[day, str(first.pk), "A", str(days[:2].count(day)), "1"] for day in dict.fromkeys(days[:2])]
    expected += [[days[2], str(first.pk), "A", "1", "1"], [days[2], str(second.pk), "B", "1", "1"]]
    assert [line.split() for line in table.splitlines()[4:]] == expected


def test_drift_is_counted_by_its_id(run_command):
    unique = "ALTER TABLE records_usercreditpathway ADD CONSTRAINT left_over UNIQUE (user_id, pathway_id)"
    drop = "ALTER TABLE records_usercreditpathway DROP CONSTRAINT left_over"
    if connection.vendor == "sqlite":
        unique = "CREATE UNIQUE INDEX left_over ON records_usercreditpathway (user_id, pathway_id)"
        drop = "DROP INDEX left_over"
    with connection.cursor() as cursor:
        cursor.execute(unique)
        try:
            _, out, _ = run_command("show_credit_rollout", "--format=prometheus", "--skip-code")
        finally:
            cursor.execute(drop)
    drift = values(families(out)["credit_rollout_schema_drift_findings"])
    assert {name for (name,), count in drift.items() if count} == {"E510"}


def test_names_help_and_labels_are_those_of_the_docs(watched, run_command):
    _, out, _ = run_command("show_credit_rollout", "--format=prometheus", "--skip-code")

    documented = {}
    for line in (ROOT / "docs" / "metrics.md").read_text().splitlines():
        if row := re.match(r"\| `(credit_rollout_\w+)` \| (.*?) \|", line):
            documented[row[1]] = set(re.findall(r"`(\w+)`:", row[2]))
    told = families(out)
    assert {name: {label for sample in told[name].samples for label in sample.labels} for name in told} == documented
    assert {family.type for family in told.values()} == {"gauge"}
    assert all(family.documentation for family in told.values())
    rules = RULES.read_text()
    assert set(re.findall(r"credit_rollout_[a-z_]+[a-z]", rules)) - {"credit_rollout"} <= set(told)


@needs_promtool
def test_promtool_finds_nothing_to_say_of_the_metrics(watched, run_command):
    _, out, _ = run_command("show_credit_rollout", "--format=prometheus", "--skip-code")
    assert promtool("check", "metrics", stdin=out) == (0, "")


@needs_promtool
def test_alert_rules_are_valid_and_fire_on_their_faults():
    status, told = promtool("check", "rules", "--lint-fatal", RULES)
    assert (status, "SUCCESS: 6 rules found" in told) == (0, True), told
    status, told = promtool("test", "rules", ROOT / "tests" / "rollout" / "alerts.yml")
    assert (status, "SUCCESS" in told) == (0, True), told


def test_file_is_for_the_collector_to_read(run_command, tmp_path):
    file = tmp_path / "credit_rollout.prom"
    for _ in range(2):
        status, out, err = run_command("show_credit_rollout", "--format=prometheus", "--skip-code", f"--output={file}")
        assert (status, out, err) == (3, "", "")
        assert "credit_rollout_stage_state" in families(file.read_text())
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert list(tmp_path.iterdir()) == [file]


def test_file_that_the_collector_would_pass_over_is_refused(run_command, tmp_path):
    file = tmp_path / "rollout.txt"
    status, out, err = run_command("show_credit_rollout", "--format=prometheus", f"--output={file}")
    assert (status, out) == (2, "")
    assert err == (
        f"Who reads the format prometheus passes over '{file}': its name does not end in .prom.\n"
        f"Use --output {tmp_path / 'rollout.prom'}."
    )
    assert list(tmp_path.iterdir()) == []


def test_missing_library_is_told_with_how_to_get_it(run_command, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    file = tmp_path / "rollout.prom"
    status, out, err = run_command("show_credit_rollout", "--format=prometheus", "--skip-code", f"--output={file}")
    assert (status, out) == (2, "")
    assert err == (
        "--format prometheus needs the library prometheus_client, which is not installed.\n"
        "Install it with the extra: pip install 'credit-migration[metrics]'."
    )
    assert list(tmp_path.iterdir()) == []
