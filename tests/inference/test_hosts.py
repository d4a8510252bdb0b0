"""Hosts that lack a table, and schemas that lack a column, still get their candidates."""

import dataclasses
import json

import pytest
from django.contrib.contenttypes.models import ContentType

from credit_migration import api
from credit_migration.data import Filters
from credit_migration.host import find_host
from credit_migration.inference.evidence import count_evidence
from credit_migration.reading.catalogue import read_catalogue
from credit_migration.reading.selection import select_requests
from credit_migration.reading.tables import find_tables
from tests import history

pytestmark = pytest.mark.django_db(transaction=True)


def test_without_shared_records_nothing_is_more_than_plausible(run_command, monkeypatch):
    history.make_catalogue()
    history.make_legacy_rows()
    bare = dataclasses.replace(find_host(), shared_record=None, certificate=None, credential=None)
    monkeypatch.setattr("credit_migration.api.requests.find_host", lambda: bare)

    _, out, _ = run_command("infer_program_candidates", "--format=json", "--all", "--pathway=21")
    records = json.loads(out)["records"]
    assert {(record["grade"], record["shared_record"], record["certificate"]) for record in records} == {
        ("plausible", "unknown", "unknown")
    }


def test_without_the_certificate_s_content_type_nobody_has_one(run_command):
    history.make_catalogue()
    history.request(1, 31, 21, "2020-01-01")
    ContentType.objects.filter(model="programcertificate").delete()

    _, out, _ = run_command("infer_program_candidates", "--format=json")
    assert [record["certificate"] for record in json.loads(out)["records"]] == ["never"]


def test_other_requests_count_where_no_program_can_be_recorded():
    with history.schema_at(history.LEGACY):
        history.make_catalogue()
        history.request(1, 31, 21, "2020-01-01")
        with api.read_only("default") as snapshot:
            tables = dataclasses.replace(find_tables(find_host(), snapshot), one_per_pair=False)
            catalogue = read_catalogue(find_host(), snapshot)
            rows = select_requests(tables, snapshot, Filters(), catalogue, only=tables.is_legacy)
            assert count_evidence(tables, snapshot, rows, (21,)) == [(21, 0, 1)]
