"""The simulated history, as rows: what the legacy flow could have left, and nothing else."""

from __future__ import annotations

from collections import Counter, defaultdict
from random import Random

import pytest

from credit_migration.reference_host.records.history.catalogue import Course, make_catalogue
from credit_migration.reference_host.records.history.learners import Act, Traces, _do
from credit_migration.reference_host.records.history.moments import END, START, text
from credit_migration.reference_host.records.history.rows import COLUMNS
from credit_migration.reference_host.records.history.simulation import simulate

REQUESTS = 4_000
SEED = 7
CONTENT_TYPE = 42


def whole(requests=REQUESTS, seed=SEED):
    """Return the history's rows by table, as dictionaries, and the truth."""
    tables, truth = defaultdict(list), {}
    for batch in simulate(requests, seed, CONTENT_TYPE):
        for table, rows in batch.tables.items():
            tables[table] += [dict(zip(COLUMNS[table], row, strict=True)) for row in rows]
        truth.update(batch.truth)
    return tables, truth


@pytest.fixture(scope="module")
def history():
    return whole()


@pytest.fixture(scope="module")
def requests(history):
    return history[0]["records_usercreditpathway"]


@pytest.fixture(scope="module")
def catalogue():
    return make_catalogue(Random(SEED), REQUESTS)


def test_the_same_seed_tells_the_same_history_and_another_seed_another(history):
    assert whole() == history
    assert whole(seed=SEED + 1) != history


@pytest.mark.parametrize("count", [1, 2, 50])
def test_a_history_is_as_long_as_asked(count):
    tables, truth = whole(requests=count)
    assert len(tables["records_usercreditpathway"]) == len(truth) == count


def test_a_history_in_many_batches_is_whole_too(monkeypatch):
    monkeypatch.setattr("credit_migration.reference_host.records.history.simulation.BATCH_LEARNERS", 50)
    assert sum(1 for _ in simulate(500, SEED, CONTENT_TYPE)) > 5
    tables, truth = whole(requests=500)

    rows = tables["records_usercreditpathway"]
    assert [row["id"] for row in rows] == list(truth) == list(range(1, 501))
    assert [row["created"] for row in rows] == sorted(row["created"] for row in rows)
    assert len({(row["user_id"], row["pathway_id"]) for row in rows}) == 500


def test_ids_ascend_with_time_without_a_gap(history, requests):
    assert len(requests) == REQUESTS
    for table in ("records_usercreditpathway", "records_programcertrecord", "credentials_usercredential"):
        rows = history[0][table]
        assert [row["id"] for row in rows] == list(range(1, len(rows) + 1))
        assert [row["created"] for row in rows] == sorted(row["created"] for row in rows)
    joined = [row["date_joined"] for row in history[0]["core_user"]]
    assert joined == sorted(joined)


def test_a_learner_has_one_row_a_pathway_and_every_moment_is_within_the_years(requests):
    assert len({(row["user_id"], row["pathway_id"]) for row in requests}) == REQUESTS
    assert all(text(START) <= row["created"] <= row["modified"] < text(END) for row in requests)


def test_every_request_was_offered_when_it_was_made(history, requests, catalogue):
    offered = {
        (program.id, pathway.id, max(member.from_us, START), min(member.until_us or END, pathway.closed_us or END))
        for program in catalogue.programs
        for pathway in catalogue.pathways
        for member in pathway.memberships
        if member.program_id == program.id and pathway.course is not Course.INDUSTRY
    }
    spans = defaultdict(list)
    for program_id, pathway_id, start, end in offered:
        spans[program_id, pathway_id].append((text(start), text(end)))
    # Later clicks of one sitting may come some minutes after a list was read.
    late = [
        row
        for row in requests
        if not any(start <= row["created"] < end for start, end in spans[history[1][row["id"]], row["pathway_id"]])
    ]
    assert len(late) <= REQUESTS // 200


def test_the_shared_record_of_the_true_program_came_before_but_for_a_few_taken_down(history, requests):
    shared = {(row["user_id"], row["program_id"]): row["created"] for row in history[0]["records_programcertrecord"]}
    before = [
        (row["user_id"], history[1][row["id"]]) in shared
        and shared[row["user_id"], history[1][row["id"]]] < row["created"]
        for row in requests
    ]
    assert REQUESTS * 0.99 <= sum(before) < REQUESTS


def test_records_are_shared_by_requesting_and_by_sharing_alone(history, requests):
    requested = {(row["user_id"], history[1][row["id"]]) for row in requests}
    shared = {(row["user_id"], row["program_id"]) for row in history[0]["records_programcertrecord"]}
    assert len(shared & requested) > 1_000
    assert len(shared - requested) > 100


def test_the_history_has_all_that_makes_inference_hard(history, requests, catalogue):
    tables, truth = history
    now = {pathway.id: pathway.program_ids for pathway in catalogue.pathways}
    classes = Counter(min(len(now[row["pathway_id"]]), 2) for row in requests)
    assert set(classes) == {0, 1, 2}
    alone = [(now[row["pathway_id"]][0], truth[row["id"]]) for row in requests if len(now[row["pathway_id"]]) == 1]
    assert sum(candidate != meant for candidate, meant in alone) > 100
    assert {pathway.course for pathway in catalogue.pathways} == set(Course)
    assert {row["pathway_type"] for row in tables["catalog_pathway"]} == {"credit", "industry"}
    assert {row["status"] for row in tables["catalog_pathway"]} == {"published", "retired"}
    assert {row["status"] for row in tables["catalog_program"]} == {"active", "retired"}
    assert {row["site_id"] for row in tables["catalog_pathway"]} == {1, 2}
    assert {row["status"] for row in requests} == {"sent", ""}
    assert sum(row["modified"] > row["created"] for row in requests) > 100
    assert {row["status"] for row in tables["credentials_usercredential"]} == {"awarded", "revoked"}
    assert Counter(row["is_staff"] for row in tables["core_user"])[True] == 3


def test_learners_request_before_and_after_they_complete_the_program(history, requests):
    tables, truth = history
    ids = {row["username"]: row["id"] for row in tables["core_user"]}
    awarded = {
        (ids[row["username"]], row["credential_id"]): row["created"] for row in tables["credentials_usercredential"]
    }
    after = Counter(
        row["created"] > awarded[row["user_id"], truth[row["id"]]]
        for row in requests
        if (row["user_id"], truth[row["id"]]) in awarded
    )
    assert after[True] > 100
    assert after[False] > 100


def test_no_request_is_along_an_industry_pathway(requests, catalogue):
    industry = {pathway.id for pathway in catalogue.pathways if pathway.course is Course.INDUSTRY}
    assert industry
    assert not industry & {row["pathway_id"] for row in requests}


@pytest.mark.parametrize("requests_made", [1, 1_000_000])
@pytest.mark.parametrize("seed", range(5))
def test_every_catalogue_is_sound(seed, requests_made):
    catalogue = make_catalogue(Random(seed), requests_made)
    created = {program.id: program for program in catalogue.programs}
    for pathway in catalogue.pathways:
        ids = [member.program_id for member in pathway.memberships]
        assert len(ids) == len(set(ids))
        for member in pathway.memberships:
            assert created[member.program_id].site_id == pathway.site_id
            assert created[member.program_id].created_us < member.from_us
            assert pathway.created_us <= member.from_us < (member.until_us or END) <= END


SHARE, SEND, AGAIN, RESET = Act.SHARE, Act.SEND, Act.SEND_AGAIN, Act.RESET


def left_by(*deeds):
    traces = Traces()
    for when, act, program, pathway in deeds:
        _do(traces, (START + when, act, program, pathway))
    rows = {
        pathway: (row.created_us - START, row.modified_us - START, row.status, row.program_id)
        for pathway, row in traces.requests.items()
    }
    return rows, {program: made - START for program, made in traces.records.items()}


@pytest.mark.parametrize(
    ("deeds", "rows", "records"),
    [
        ([(10_000, SHARE, 1, 0)], {}, {1: 5_000}),
        ([(10_000, SEND, 1, 9)], {9: (10_000, 10_000, "sent", 1)}, {1: 5_000}),
        ([(10_000, SHARE, 1, 0), (50_000, SEND, 1, 9)], {9: (50_000, 50_000, "sent", 1)}, {1: 5_000}),
        # A second click overwrites the row's moment, and nothing else.
        ([(10_000, SEND, 1, 9), (50_000, AGAIN, 1, 9)], {9: (10_000, 50_000, "sent", 1)}, {1: 5_000}),
        # A pathway that is marked as sent is offered for no other program: nothing happens at all.
        ([(10_000, SEND, 1, 9), (50_000, SEND, 2, 9)], {9: (10_000, 10_000, "sent", 1)}, {1: 5_000}),
        ([(10_000, SEND, 1, 9), (20_000, RESET, 1, 9)], {9: (10_000, 20_000, "", 1)}, {1: 5_000}),
        # After staff took the mark off, another program's request overwrites the row, whose first meaning stays ours.
        (
            [(10_000, SEND, 1, 9), (20_000, RESET, 1, 9), (50_000, SEND, 2, 9)],
            {9: (10_000, 50_000, "sent", 1)},
            {1: 5_000, 2: 45_000},
        ),
        ([(10_000, RESET, 1, 9)], {}, {}),
        ([(END - START, SEND, 1, 9)], {}, {}),
    ],
)
def test_the_legacy_flow_leaves(deeds, rows, records):
    assert left_by(*deeds) == (rows, records)
