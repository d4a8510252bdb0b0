"""A small service of its own in the shape of Credentials: a learner's request mails, an award congratulates."""

from __future__ import annotations

from dataclasses import dataclass, field

FILES: dict[str, str] = {
    "site_settings.py": """
SECRET_KEY = "x"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions",
    "django.contrib.messages", "django.contrib.admin", "core", "catalog", "credentials", "records", "credit_migration"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
AUTH_USER_MODEL = "core.User"
ROOT_URLCONF = "site_urls"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
MIDDLEWARE = []
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
""",
    "site_urls.py": """
from django.urls import path
from credentials import views as credentials_views
from records import views as records_views
urlpatterns = [
    path("award/", credentials_views.award, name="award"),
    path("records/<int:program>/request/", records_views.RequestCredit.as_view(), name="request_credit"),
]
""",
    "core/__init__.py": "",
    "core/models.py": """
from django.contrib.auth.models import AbstractUser
class User(AbstractUser):
    pass
""",
    "catalog/__init__.py": "",
    "catalog/models.py": """
from django.db import models
class Program(models.Model):
    title = models.CharField(max_length=255)
class Pathway(models.Model):
    name = models.CharField(max_length=255)
    email = models.EmailField()
    programs = models.ManyToManyField(Program, related_name="pathways")
""",
    "credentials/__init__.py": "",
    "credentials/models.py": """
from django.contrib.contenttypes.models import ContentType
from django.db import models
from catalog.models import Program
class ProgramCertificate(models.Model):
    program_uuid = models.UUIDField()
    program = models.OneToOneField(Program, on_delete=models.CASCADE)
    is_active = models.BooleanField(default=True)
class UserCredential(models.Model):
    username = models.CharField(max_length=255)
    credential_content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    credential_id = models.PositiveIntegerField()
    status = models.CharField(max_length=20, default="awarded")
""",
    "credentials/congratulations.py": """
from django.core.mail import send_mail
def congratulate(user, program):
    send_mail("Congratulations", f"You completed {program.title}.", "no-reply@campus.test", [user.email])
""",
    "credentials/issuers.py": """
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from credentials.congratulations import congratulate
from credentials.models import UserCredential
#IMPORTS#
class Issuer:
    def issue_credential(self, certificate, username, request=None):
        user = get_user_model().objects.get(username=username)
        credential, created = UserCredential.objects.update_or_create(
            username=username, credential_content_type=ContentType.objects.get_for_model(certificate),
            credential_id=certificate.id, defaults={"status": "awarded"})
        program = certificate.program
        congratulate(user, program)
        #AWARD#
        return credential
    #METHODS#
#AFTER#
""",
    "credentials/views.py": """
from django.http import JsonResponse
from credentials.issuers import Issuer
from credentials.models import ProgramCertificate
def award(request):
    certificate = ProgramCertificate.objects.get(pk=request.POST["certificate"])
    Issuer().issue_credential(certificate, request.POST["username"], request)
    return JsonResponse({})
""",
    "records/__init__.py": "",
    "records/models.py": """
from django.conf import settings
from django.db import models
from catalog.models import Pathway, Program
class ProgramCertRecord(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    program = models.ForeignKey(Program, on_delete=models.CASCADE)
class UserCreditPathway(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    pathway = models.ForeignKey(Pathway, on_delete=models.CASCADE)
    program = models.ForeignKey(Program, null=True, on_delete=models.CASCADE)
    status = models.CharField(max_length=15, default="sent", blank=True)
    #ROWBODY#
""",
    "records/sending.py": """
from django.core.mail import EmailMessage
class CreditRequest(EmailMessage):
    pass
def send_request(user, pathway, program):
    CreditRequest("Credit request", f"{user.username}: {program.title}", to=[pathway.email]).send()
""",
    "records/views.py": """
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.views import View
from catalog.models import Pathway, Program
from records.models import UserCreditPathway
from records.sending import send_request
class RequestCredit(View):
    def post(self, request, program):
        program = get_object_or_404(Program, pk=program)
        pathway = get_object_or_404(Pathway, pk=request.POST["pathway"], programs=program)
        send_request(request.user, pathway, program)
        UserCreditPathway.objects.create(user=request.user, pathway=pathway, program=program)
        return JsonResponse({})
""",
}

RESEND = """
from django.core.mail import EmailMessage
from records.models import UserCreditPathway
def resend(user, program, *args, **kwargs):
    for row in UserCreditPathway.objects.filter(user=user, pathway__programs=program):
        EmailMessage("Credit request", program.title, to=[row.pathway.email]).send()
"""
"""The hook in its plainest form."""


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One host: what differs from the base, the right answer, and names that the path must show."""

    name: str
    answer: str
    award: str = ""
    imports: str = ""
    methods: str = ""
    after: str = ""
    row: str = ""
    hooks: str = ""
    settings: str = ""
    files: dict[str, str] = field(default_factory=dict)
    shows: tuple[str, ...] = ()

    def tree(self) -> dict[str, str]:
        """Return the host's files."""
        files = dict(FILES)
        marks = {"AWARD": _indent(self.award or "pass", 8), "IMPORTS": self.imports, "AFTER": self.after,
                 "METHODS": _indent(self.methods, 4), "ROWBODY": _indent(self.row or "pass", 4)}  # fmt: skip
        for path, text in files.items():
            for mark, code in marks.items():
                text = text.replace(f"#{mark}#", code)
            files[path] = text
        if self.hooks:
            files["records/hooks.py"] = self.hooks
        files["site_settings.py"] += self.settings
        for path, text in self.files.items():
            files[path] = files.get(path, "") + text[1:] if text.startswith("+") else text
        return files


def _indent(code: str, width: int) -> str:
    return code.strip().replace("\n", "\n" + " " * width)
