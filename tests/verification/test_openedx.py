import pytest

from tests.verification.synthetic.base import FILES, RESEND, Variant

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
MIDDLEWARE = """
INSTALLED_APPS.append("django.contrib.sites")
MIDDLEWARE = [f"django.contrib.{name}" for name in ("sessions.middleware.SessionMiddleware",
    "auth.middleware.AuthenticationMiddleware", "messages.middleware.MessageMiddleware")]
"""
TASKS = """
from celery import shared_task
from credentials.issuers import ProgramCertificateIssuer
from credentials.models import ProgramCertificate
@shared_task
def award_certificate(username, program_uuid, status="awarded"):
    certificate = ProgramCertificate.objects.get(program_uuid=program_uuid)
    ProgramCertificateIssuer().issue_credential(certificate, username, status)
@shared_task
def count(user_id):
    return user_id
@shared_task
def export(bucket):
    return bucket
@shared_task
def fail(email):
    raise LookupError(email.partition("@")[2])
"""
AWARD = "if status == 'awarded':\n    resend(user, program)"
ROWS = ("null program", "this program", "another program", "status empty", "two pathways")
STATES = [f"{row}{record}" for row in ROWS for record in ("", ", no shared record")] + ["no row"]
STEPS = ["first award", "award again", "revoke", "award after revoke"]


def openedx(
    *,
    status=201,
    issuer="ProgramCertificateIssuer",
    configuration=CONFIGURATION,
    admin=ADMIN,
    urls="",
    tasks="",
    **parts,
):
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
        "urlpatterns.append(path('api/v2/credentials/', Award.as_view()))\n" + urls,
    }
    if tasks:
        files["credentials/tasks.py"] = tasks
        files["site_urls.py"] += "import credentials.tasks\n"
    tree = Variant(name="openedx", answer="", settings=MIDDLEWARE, files=files, **parts).tree()
    issuers = tree["credentials/issuers.py"].replace(
        "username, request=None", "username, status='awarded', request=None"
    )
    issuers = issuers.replace('defaults={"status": "awarded"}', 'defaults={"status": status}')
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
    tree = openedx(imports="from records.hooks import resend", hooks=RESEND, award=AWARD, urls=URLS, tasks=TASKS)

    report = probed(verify_host, tree)["report"]

    awards = {line["award"]: line["left"] for line in report["sections"]["awards"]}
    task = "task credentials.tasks.award_certificate"
    ways = ["issuer", "REST API", "admin", "model save", task]
    assert report["facts"]["basis"] == "by source and by the probe"
    assert list(awards) == [f"{way}: {state}: {step}" for way in ways for state in STATES for step in STEPS]
    assert not any(line["failed"] for line in report["sections"]["awards"])
    sends = {way for way in ways if any(left for name, left in awards.items() if name.startswith(f"{way}: "))}
    assert sends == {"issuer", "REST API", task}
    for way in sends:
        of_state = {state: [awards[f"{way}: {state}: {step}"] for step in STEPS] for state in STATES}
        assert of_state.pop("no row") == [0, 0, 0, 0]
        assert of_state.pop("two pathways") == of_state.pop("two pathways, no shared record") == [2, 2, 0, 2]
        assert all(left == [1, 1, 0, 1] for left in of_state.values())
    missing = [(line["way"], line["why_none"]) for line in report["sections"]["ways_of_awarding"] if line["why_none"]]
    assert missing == [
        ("task credentials.tasks.count", "it awards nothing"),
        ("task credentials.tasks.export", "nothing is known for its parameter 'bucket'"),
        ("task credentials.tasks.fail", "it ended with LookupError: learner.invalid"),
    ]


SAVED = """
from django.db.models.signals import post_save
from django.dispatch import receiver
from credentials.models import ProgramCertificate, UserCredential
from records.hooks import resend
from django.contrib.auth import get_user_model
@receiver(post_save, sender=UserCredential)
def saved(sender, instance, **kwargs):
    if instance.status == "revoked":
        program = ProgramCertificate.objects.get(pk=instance.credential_id).program
        resend(get_user_model().objects.get(username=instance.username), program)
"""
ACTION = """
from django.contrib import admin
from credentials.issuers import ProgramCertificateIssuer
from credentials.models import ProgramCertificate, UserCredential
@admin.register(UserCredential)
class UserCredentialAdmin(admin.ModelAdmin):
    actions = ["award_again"]
    @admin.action
    def award_again(self, request, queryset):
        for row in queryset:
            certificate = ProgramCertificate.objects.get(pk=row.credential_id)
            ProgramCertificateIssuer().issue_credential(certificate, row.username)
"""
URLS = "from django.contrib import admin\nurlpatterns.append(path('admin/', admin.site.urls))\n"


def test_a_revocation_that_sends_is_told_for_each_way_that_revokes(verify_host):
    tree = openedx(urls=URLS, hooks=RESEND, after="import credentials.receivers")
    tree["credentials/receivers.py"] = SAVED

    report = probed(verify_host, tree)["report"]

    sent = [line["award"] for line in report["sections"]["awards"] if line["left"] and "null program:" in line["award"]]
    assert sent == [f"{way}: null program: revoke" for way in ("issuer", "REST API", "admin", "model save")]


def test_the_admins_own_actions_are_tried_too(verify_host):
    tree = openedx(urls=URLS, imports="from records.hooks import resend", hooks=RESEND, award=AWARD, admin=ACTION)

    report = probed(verify_host, tree)["report"]

    sent = [line["award"] for line in report["sections"]["awards"] if line["left"]]
    assert [name for name in sent if name.startswith("admin: null program:")] == [
        "admin: null program: 'award_again' after award again",
        "admin: null program: 'award_again' after revoke",
    ]


def test_a_form_that_the_admin_does_not_take_is_undecided(verify_host):
    admin = ADMIN.replace("admin.site.register(UserCredential)", "") + REFUSING

    answer = probed(verify_host, openedx(urls=URLS, admin=admin))

    failed = [one["msg"] for one in answer["report"]["findings"] if one["obj"] == "probe"]
    assert answer["status"] == 3
    assert failed[0] == (
        "The probe failed: admin: null program: first award: RuntimeError: the admin's page answered 200 Not here.."
    )


REFUSING = """
class Refusing(admin.ModelAdmin):
    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.clean_status = lambda form: form.add_error("status", "Not here.")
        return form
admin.site.register(UserCredential, Refusing)
"""


@pytest.mark.parametrize(
    ("parts", "missing"),
    [
        ({}, ("admin", "the admin site is on no page")),
        ({"admin": ""}, ("admin", "no admin site has 'credentials.UserCredential'")),
        ({}, ("task", "the host has no Celery task")),
    ],
)
def test_a_way_that_the_host_lacks_is_told(verify_host, parts, missing):
    ways = probed(verify_host, openedx(**parts))["report"]["sections"]["ways_of_awarding"]

    assert missing in [(line["way"], line["why_none"]) for line in ways if line["awards"] == 0]


def test_a_host_without_the_api_says_so(verify_host):
    tree = openedx()
    tree["site_urls.py"] = tree["site_urls.py"].replace("api/v2/credentials/", "api/v9/")

    ways = probed(verify_host, tree)["report"]["sections"]["ways_of_awarding"]

    assert {"way": "REST API", "awards": 0, "left": 0, "why_none": "nothing answers at /api/v2/credentials/"} in ways


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
