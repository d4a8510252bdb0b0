import os

import pytest

from tests.verification.synthetic.base import FILES, RESEND, Variant

pytestmark = pytest.mark.skipif(
    not os.environ.get("DATABASE_URL", "sqlite:").startswith("sqlite:"), reason="The hosts bring their own SQLite."
)
SITE = "site = models.ForeignKey('sites.Site', on_delete=models.CASCADE)\n    "
API = """
import json
from django.http import JsonResponse
from django.views import View
from credentials.issuers import ProgramCertificateIssuer
from credentials.models import ProgramCertificate
class Award(View):
    def post(self, request):
        data = json.loads(request.body)
        certificate = ProgramCertificate.objects.get(program_uuid=data["credential"]["program_uuid"])
        ProgramCertificateIssuer().issue_credential(certificate, data["username"], data["status"], request)
        return JsonResponse({}, status=#STATUS#)
"""
ADMIN = """
from django.contrib import admin
from credentials.models import UserCredential
admin.site.register(UserCredential)
"""
CONFIGURATION = """
class SiteConfiguration(models.Model):
    site = models.OneToOneField("sites.Site", on_delete=models.CASCADE)
    platform_name = models.CharField(max_length=9)
    partner_from_address = models.EmailField()
    lms_url_root = models.CharField(max_length=99)
    catalog_api_url = models.CharField(max_length=99)
    records_enabled = models.BooleanField(default=False)
"""
AWARD = "if status == 'awarded':\n    resend(user, program)"


def openedx(*, status=201, issuer="ProgramCertificateIssuer", configuration=CONFIGURATION, admin=ADMIN, **parts):
    """The files of a host with what the adapter for Open edX Credentials stands on."""
    catalog = (
        FILES["catalog/models.py"]
        .replace("title =", f"{SITE}uuid = models.UUIDField()\n    title =")
        .replace(
            "name =", f"{SITE}uuid = models.UUIDField()\n    org_name = models.CharField(max_length=99)\n    name ="
        )
    )
    models = FILES["credentials/models.py"].replace("program_uuid =", f"{SITE}program_uuid =", 1)
    files = {
        "core/models.py": FILES["core/models.py"] + "from django.db import models\n" + configuration,
        "catalog/models.py": catalog,
        "credentials/models.py": models,
        "credentials/admin.py": admin,
        "credentials/api.py": API.replace("#STATUS#", str(status)),
        "site_urls.py": "+\nfrom credentials.api import Award\n"
        "urlpatterns.append(path('api/v2/credentials/', Award.as_view()))\n",
    }
    settings = "\nINSTALLED_APPS.append('django.contrib.sites')\n"
    tree = Variant(name="openedx", answer="", settings=settings, files=files, **parts).tree()
    issuers = tree["credentials/issuers.py"].replace(
        "username, request=None", "username, status='awarded', request=None"
    )
    tree["credentials/issuers.py"] = issuers.replace("class Issuer", f"class {issuer}")
    views = tree["credentials/views.py"].replace("Issuer", issuer)
    tree["credentials/views.py"] = views.replace('"], request', '"], request=request')
    tree["credentials/api.py"] = tree["credentials/api.py"].replace("ProgramCertificateIssuer", issuer)
    return tree


def probed(verify_host, tree):
    answer = verify_host(tree, "verify_resend_removed", "--probe")
    assert "report" in answer, answer
    return answer


def test_awards_in_each_way_to_learners_in_each_state(verify_host):
    tree = openedx(imports="from records.hooks import resend", hooks=RESEND, award=AWARD)

    report = probed(verify_host, tree)["report"]

    awards = {line["award"]: line["left"] for line in report["sections"]["awards"]}
    assert report["facts"]["basis"] == "by source and by the probe"
    assert len(awards) == 56
    assert [name for name, left in awards.items() if left and "issuer: null program" in name] == [
        "issuer: null program: first award",
        "issuer: null program: award again",
    ]
    assert awards["REST API: another program: first award"] == 1
    assert awards["issuer: two pathways: first award"] == 2
    assert awards["issuer: no row: first award"] == 0
    assert awards["model save: null program: first award"] == awards["admin: null program: first award"] == 0


def test_a_clean_host_is_absent_by_both(verify_host):
    answer = probed(verify_host, openedx(admin=""))

    assert (answer["status"], answer["report"]["findings"]) == (0, [])
    assert answer["report"]["facts"]["basis"] == "by source and by the probe"


def test_an_api_that_refuses_is_undecided(verify_host):
    answer = probed(verify_host, openedx(status=403))

    assert answer["status"] == 3
    assert answer["report"]["findings"][0]["msg"] == (
        "The probe failed: REST API: null program: first award: RuntimeError: the REST API answered 403: {}."
    )


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"issuer": "Issuer"}, "'credentials.issuers' has no ProgramCertificateIssuer"),
        ({"configuration": ""}, "a Site has no SiteConfiguration"),
    ],
)
def test_another_host_is_told_that_there_is_no_adapter(verify_host, parts, why):
    answer = probed(verify_host, openedx(**parts))

    assert answer["status"] == 0
    assert answer["report"]["facts"]["probe"] == f"did not run: no adapter for this host ({why})"
