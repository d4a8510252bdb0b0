"""A title or an organisation's name can hold anything: in a report it stays text."""

from __future__ import annotations

import csv
import io
import json

import pytest

from credit_migration import reports
from credit_migration.data import Column, Finding, Level, Report, Section

COLUMNS = (Column(name="organisation", title="Organisation"), Column(name="requests", title="Requests"))
TERMINAL = "\x1b]0;owned\x07\x1b[2JUniversity\r\x9b31m\u202egpj"
FORMULA = "=HYPERLINK(\"http://evil.test\"; \"click\")"  # fmt: skip


def rendered(format_name, *names):
    finding = Finding(
        id="credit_migration.E101", level=Level.ERROR, msg=f"{names[0]} is it.", hint="Look.", obj=names[0]
    )
    rows = Section(name="rows", title="Rows", columns=COLUMNS, rows=[(name, -1) for name in names])
    out = io.StringIO()
    reports.render(
        Report(command="some_command", title="T", facts={"name": names[0]}, records=rows, findings=(finding,)),
        format_name,
        out,
    )
    return out.getvalue()


def test_text_can_not_steer_the_terminal():
    text = rendered("text", TERMINAL)

    assert [letter for letter in text if not letter.isprintable() and letter != "\n"] == []
    assert "\\u001b]0;owned\\u0007\\u001b[2JUniversity\\u000d\\u009b31m\\u202egpj" in text


@pytest.mark.parametrize("name", [FORMULA, "+1", "-1", "@SUM(1)", "\t=1", "\r=1"])
def test_csv_is_no_formula(name):
    _, (organisation, requests) = csv.reader(io.StringIO(rendered("csv", name), newline=""))

    assert (organisation, requests) == (f"'{name}", "-1")


def test_csv_keeps_a_row_a_row():
    name = 'A "quoted", name\nwith two lines'
    assert list(csv.reader(io.StringIO(rendered("csv", name), newline="")))[1:] == [[name, "-1"]]


@pytest.mark.parametrize("name", [TERMINAL, FORMULA, "</script><script>alert(1)</script>"])
def test_json_gives_it_back_and_html_never_runs_it(name):
    assert json.loads(rendered("json", name))["facts"] == {"name": name}
    assert "<script>alert(1)" not in rendered("html", name)
