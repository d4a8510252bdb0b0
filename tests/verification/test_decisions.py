import os

import pytest

from credit_migration.data.verification import Breach, EntryKind
from credit_migration.verification.decisions.judging import Use, judge
from tests.verification.synthetic.base import FILES, Variant


def use(
    verb, *, keys=(), empty=(), defaults=(), kind=EntryKind.VIEW, is_open=False, is_completed=False, in_award=False
):
    return Use(
        path="records/views.py", line=7, verb=verb, keys=frozenset(keys), empty=frozenset(empty),
        defaults=frozenset(defaults), is_open=is_open, is_completed=is_completed, kind=kind, in_award=in_award,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "breaches"),
    [
        (use("create", keys=("user", "pathway", "program")), []),
        (use("create", keys=("user", "pathway", "program_id")), []),
        (use("create", keys=("user", "pathway")), [Breach.NO_PROGRAM]),
        (use("create", keys=("user", "pathway", "program"), empty=("program",)), [Breach.NO_PROGRAM]),
        (use("create", keys=("user",), is_open=True), [Breach.MAYBE_NO_PROGRAM]),
        (use("new", keys=("user", "pathway"), is_completed=True), []),
        (use("update_or_create", keys=("user", "pathway", "program")), [Breach.OVERWRITES]),
        (use("get_or_create", keys=("user", "pathway"), kind=EntryKind.COMMAND), [Breach.NO_PROGRAM]),
        (
            use("update_or_create", keys=("user", "pathway", "program"), empty=("program",), defaults=("program",)),
            [Breach.FILLS, Breach.OVERWRITES],
        ),
        (use("update", keys=("program",)), [Breach.FILLS]),
        (use("update", keys=("status",)), []),
        (use("fill"), [Breach.FILLS]),
        (use("change"), [Breach.OVERWRITES]),
        (use("refuse"), [Breach.GATES]),
        (use("send"), [Breach.GATES]),
        (use("send", in_award=True), []),
        (use("offers"), [Breach.OFFERS]),
        (use("filter", keys=("user", "pathway__in")), [Breach.SHOWS]),
        (use("filter", keys=("user", "pathway", "program")), []),
        (use("filter", keys=("user",)), []),
        (use("filter", keys=("pathway",), kind=EntryKind.COMMAND), []),
    ],
)
def test_judges_each_use(given, breaches):
    places = judge([given, given], program="program", pathway="pathway", user="user")

    assert [place.breach for place in places] == breaches
    assert {str(place.location) for place in places} <= {"records/views.py:7"}


on_sqlite = pytest.mark.skipif(
    not os.environ.get("DATABASE_URL", "sqlite:").startswith("sqlite:"), reason="The hosts bring their own SQLite."
)


def found(answer):
    return [(f["id"], f"{f['location']['path']}:{f['location']['line']}") for f in answer["report"]["findings"]]


@on_sqlite
def test_finds_nothing_on_a_clean_host(verify_host):
    answer = verify_host(Variant(name="clean", answer="ABSENT").tree(), "verify_credit_decisions")

    assert (answer["status"], answer["report"]["findings"]) == (0, [])


@on_sqlite
def test_finds_each_decision_that_a_host_is_against(verify_host):
    view = """
from django.http import HttpResponseForbidden, JsonResponse
from django.views import View
from catalog.models import Pathway, Program
from records.models import UserCreditPathway
from records.sending import send_request
class RequestCredit(View):
    def post(self, request, program):
        program = Program.objects.get(pk=program)
        pathway = Pathway.objects.get(pk=request.POST["pathway"])
        if UserCreditPathway.objects.filter(user=request.user, pathway=pathway, program=program).exists():
            return HttpResponseForbidden()
        send_request(request.user, pathway, program)
        UserCreditPathway.objects.update_or_create(user=request.user, pathway=pathway, program=program)
        UserCreditPathway.objects.create(user=request.user, pathway=pathway)
        UserCreditPathway.objects.filter(program=None).update(program=program)
        return JsonResponse({})
    def get(self, request, program):
        offered = Pathway.objects.exclude(usercreditpathway__user=request.user)
        shown = UserCreditPathway.objects.filter(user=request.user, pathway__in=offered)
        return JsonResponse({"shown": list(shown)})
"""
    models = FILES["records/models.py"].replace(
        "#ROWBODY#", "class Meta:\n        unique_together = [('user', 'pathway')]"
    )
    admin = """
from django.contrib import admin
from records.models import UserCreditPathway
@admin.register(UserCreditPathway)
class RowAdmin(admin.ModelAdmin):
    pass
"""
    models = models.replace("Program, null=True,", "Program, null=True, blank=True,")
    files = {"records/views.py": view, "records/models.py": models, "records/admin.py": admin}

    answer = verify_host(Variant(name="all", answer="ABSENT", files=files).tree(), "verify_credit_decisions")

    assert answer["status"] == 1
    assert set(found(answer)) == {
        ("credit_migration.E314", "records/views.py:11"),
        ("credit_migration.E314", "records/sending.py:6"),
        ("credit_migration.E312", "records/views.py:14"),
        ("credit_migration.E310", "records/views.py:15"),
        ("credit_migration.E313", "records/views.py:16"),
        ("credit_migration.E315", "records/views.py:19"),
        ("credit_migration.W316", "records/views.py:20"),
        ("credit_migration.E317", "records/models.py:14"),
        ("credit_migration.E318", "records/admin.py:5"),
    }


def with_model(row="pass", admin="", blank=""):
    models = FILES["records/models.py"].replace("#ROWBODY#", row)
    models = models.replace("Program, null=True,", f"Program, null=True,{blank}")
    files = {"records/models.py": models}
    if admin:
        files["records/admin.py"] = ADMIN + admin
    return Variant(name="model", answer="ABSENT", files=files).tree()


ADMIN = """
from django.contrib import admin
from records.models import UserCreditPathway
@admin.register(UserCreditPathway)
class RowAdmin(admin.ModelAdmin):
    """
UNIQUE = "class Meta:\n        constraints = [models.UniqueConstraint({}, name='one')]"
CREATED = "created = models.DateTimeField(auto_now_add=True)\n    "


@on_sqlite
@pytest.mark.parametrize(
    ("parts", "id_"),
    [
        ({"row": UNIQUE.format("fields=['user', 'pathway', 'program'], condition=models.Q(status='sent')")}, "E317"),
        ({"row": UNIQUE.format("models.F('user'), models.F('pathway')")}, "E317"),
        ({"row": UNIQUE.format("models.functions.Lower('status'), 'user', 'pathway'")}, "E317"),
        ({"row": CREATED + UNIQUE.format("fields=['user', 'pathway', 'created']")}, ""),
        ({"row": UNIQUE.format("fields=['user', 'status']")}, ""),
        ({"admin": "raw_id_fields = ['program']"}, ""),
        ({"admin": "readonly_fields = ['program']"}, "E318"),
        ({"admin": "exclude = ['program']"}, "E318"),
        ({"admin": "fields = ['user', ('pathway', 'status')]"}, "E318"),
        ({"admin": "fieldsets = [(None, {'fields': ['user', ('pathway', 'program')]})]"}, ""),
        ({"admin": "raw_id_fields = ['program']", "blank": " blank=True,"}, "E318"),
        ({"admin": "def has_add_permission(self, request):\n        return False", "blank": " blank=True,"}, ""),
    ],
)
def test_a_model_and_its_admin_are_judged_by_what_they_refuse_and_let_pass(verify_host, parts, id_):
    answer = verify_host(with_model(**parts), "verify_credit_decisions")

    assert [one for one, _ in found(answer)] == ([f"credit_migration.{id_}"] if id_ else [])
