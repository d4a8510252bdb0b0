import json
import os
import subprocess
import sys
from xml.etree import ElementTree as ET

import pytest

from tests.verification.conftest import ROOT
from tests.verification.synthetic.base import RESEND, Variant
from tests.verification.synthetic.running import write

pytestmark = pytest.mark.skipif(
    not os.environ.get("DATABASE_URL", "sqlite:").startswith("sqlite:"), reason="The hosts bring their own SQLite."
)
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


def test_a_host_that_does_not_import_is_undecided_and_no_crash(tmp_path):
    files = {"records/models.py": "import no_such_library\n"}
    write(tmp_path, Variant(name="broken", answer="INCONCLUSIVE", files=files).tree())

    done = run(tmp_path, "credit_migration", "verify_resend_removed")
    plain = run(tmp_path, "django", "verify_resend_removed")

    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == (
        "INCONCLUSIVE: the host can't be imported: ModuleNotFoundError: No module named 'no_such_library'\n"
        "Mend the import, then run this again; nothing was looked at.\n"
    )
    assert plain.returncode == 1
    assert plain.stderr.splitlines()[-1] == "ModuleNotFoundError: No module named 'no_such_library'"
