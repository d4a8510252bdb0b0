import pytest

from credit_migration.data.verification import Breach, EntryKind
from credit_migration.verification.decisions.judging import Use, judge
from tests.verification.synthetic.base import FILES, Variant


def use(
    verb, *, keys=(), empty=(), defaults=(), kind=EntryKind.VIEW, is_open=False, is_completed=False, in_award=False,
    in_request=False,
):  # fmt: skip
    return Use(
        path="records/views.py", line=7, verb=verb, keys=frozenset(keys), empty=frozenset(empty),
        defaults=frozenset(defaults), is_open=is_open, is_completed=is_completed, kind=kind, in_award=in_award,
        in_request=in_request,
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
        (use("update", keys=("status",), in_request=True), [Breach.OVERWRITES]),
        (use("bulk_update", keys=("program",)), [Breach.FILLS]),
        (use("delete"), []),
        (use("delete", in_request=True), [Breach.OVERWRITES]),
        (use("require"), []),
        (use("require", in_request=True), [Breach.GATES]),
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


def found(answer):
    return [(f["id"], f"{f['location']['path']}:{f['location']['line']}") for f in answer["report"]["findings"]]


def test_finds_nothing_on_a_clean_host(verify_host):
    answer = verify_host(Variant(name="clean", answer="ABSENT").tree(), "verify_credit_decisions")

    assert (answer["status"], answer["report"]["findings"]) == (0, [])


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
        ("credit_migration.E319", "records/admin.py:5"),
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
FORM = """def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        return {}
    """
REQUIRED = """def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        form.base_fields['program'].required = True
        return form
    """
FIELD = """def formfield_for_foreignkey(self, field, request, **kwargs):
        if field.name == 'program':
            return super().formfield_for_foreignkey(field, request, {})
        return super().formfield_for_foreignkey(field, request, **kwargs)
    """
CLEAN = "def clean(self):\n        if not {}:\n            raise ValueError"
KEPT = """def get_readonly_fields(self, request, obj=None):
        return ['program'] if obj else []
    """
CHANGE = "def has_change_permission(self, request, obj=None):\n        return {}\n    "
ADD = "def has_add_permission(self, request):\n        return False\n"
SAVED = """def save_model(self, request, obj, form, change):
        if {}:
            raise ValueError('program')
        super().save_model(request, obj, form, change)
    """
INLINE = """
class Rows(admin.TabularInline):
    model = UserCreditPathway
    {}
from django.contrib.auth import get_user_model
@admin.register(get_user_model())
class People(admin.ModelAdmin):
    inlines = [Rows]
"""
CREATED = "created = models.DateTimeField(auto_now_add=True)\n    "


@pytest.mark.parametrize(
    ("parts", "ids"),
    [
        ({"row": UNIQUE.format("fields=['user', 'pathway', 'program'], condition=models.Q(status='sent')")}, "E317"),
        ({"row": UNIQUE.format("models.F('user'), models.F('pathway')")}, "E317"),
        ({"row": UNIQUE.format("models.functions.Lower('status'), 'user', 'pathway'")}, "E317"),
        ({"row": CREATED + UNIQUE.format("fields=['user', 'pathway', 'created']")}, ""),
        ({"row": UNIQUE.format("fields=['user', 'status']")}, ""),
        ({"admin": "raw_id_fields = ['program']"}, "E319"),
        ({"admin": "readonly_fields = ['program']"}, "E318"),
        ({"admin": "exclude = ['program']"}, "E318"),
        ({"admin": "fields = ['user', ('pathway', 'status')]"}, "E318"),
        ({"admin": "fieldsets = [(None, {'fields': ['user', ('pathway', 'program')]})]"}, "E319"),
        ({"admin": "raw_id_fields = ['program']", "blank": " blank=True,"}, "E318 E319"),
        ({"admin": "def has_add_permission(self, request):\n        return False", "blank": " blank=True,"}, "E319"),
        (
            {"admin": "def has_add_permission(self, request):\n        return True", "blank": " blank=True,"},
            "E318 E319",
        ),
        ({"admin": FORM.format("form"), "blank": " blank=True,"}, "E318 E319"),
        ({"admin": FORM.format("self.required(form, 'program')"), "blank": " blank=True,"}, "E318 E319"),
        ({"admin": FORM.format("form") + REQUIRED, "blank": " blank=True,"}, "E319"),
        ({"admin": FIELD.format("**kwargs"), "blank": " blank=True,"}, "E318 E319"),
        ({"admin": FIELD.format("**(kwargs | {'required': True})"), "blank": " blank=True,"}, "E319"),
        ({"row": CLEAN.format("self.status"), "admin": "pass", "blank": " blank=True,"}, "E318 E319"),
        ({"row": CLEAN.format("self.program_id"), "admin": "pass", "blank": " blank=True,"}, "E319"),
        ({"admin": "list_display = ['pk', 'program']\n    list_editable = exclude = ['program']"}, "E318 E319"),
        ({"admin": FORM.format("form") + KEPT}, ""),
        ({"admin": FORM.format("form") + KEPT.replace("program", "status")}, "E319"),
        ({"admin": CHANGE.format("False")}, ""),
        ({"admin": CHANGE.format("request.user.is_superuser")}, "E319"),
        ({"admin": REQUIRED.replace("required", "disabled")}, ""),
        ({"admin": SAVED.format("change and 'program' in form.changed_data")}, ""),
        ({"admin": SAVED.format("self.program")}, "E319"),
        ({"row": CLEAN.format("self.pk is None or self.program_id is None"), "admin": "pass"}, ""),
        ({"admin": CHANGE.format("False") + ADD + INLINE.format("pass"), "blank": " blank=True,"}, "E318 E319"),
        ({"admin": CHANGE.format("False") + ADD + INLINE.format("max_num = 0"), "blank": " blank=True,"}, "E319"),
        ({"admin": CHANGE.format("False") + ADD + INLINE.format(KEPT + "max_num = 0"), "blank": " blank=True,"}, ""),
    ],
)
def test_a_model_and_its_admin_are_judged_by_what_they_refuse_and_let_pass(verify_host, parts, ids):
    answer = verify_host(with_model(**parts), "verify_credit_decisions")

    assert [one for one, _ in found(answer)] == [f"credit_migration.{id_}" for id_ in ids.split()]


def with_view(body):
    view = f"""
from django.db import connection
from django.http import JsonResponse
from django.views import View
from catalog.models import Pathway, Program
from records.models import UserCreditPathway
from records.sending import send_request
class RequestCredit(View):
    def post(self, request, program):
        program = Program.objects.get(pk=program)
        pathway, sql = Pathway.objects.get(pk=request.POST["pathway"]), connection.cursor().execute
        rows = UserCreditPathway.objects.filter(user=request.user, pathway=pathway, program=program)
        {body.strip().replace(chr(10), chr(10) + "        ")}
        row = UserCreditPathway.objects.create(user=request.user, pathway=pathway, program=program)
        return JsonResponse({{"id": row.pk}})
"""
    return Variant(name="view", answer="ABSENT", files={"records/views.py": view}).tree()


ABSENT = "except UserCreditPathway.DoesNotExist:"
ASKED = "done = UserCreditPathway.objects.filter(user=request.user).values_list('pathway', flat=True)\n"
OFFER = "return JsonResponse({'offered': [str(one) for one in offered]})"


@pytest.mark.parametrize(
    ("body", "places"),
    [
        (
            f"try:\n    rows.get()\n    return JsonResponse({{}}, status=409)\n{ABSENT}\n    pass",
            ["E314 records/views.py:13"],
        ),
        (
            f"try:\n    rows.get()\n{ABSENT}\n    send_request(request.user, pathway, program)",
            ["E314 records/sending.py:6"],
        ),
        (
            f"try:\n    rows.latest('pk')\n{ABSENT}\n    return JsonResponse({{}}, status=404)",
            ["E314 records/views.py:13"],
        ),
        ("try:\n    rows.count()\nexcept ValueError:\n    return JsonResponse({}, status=404)", []),
        (f"{ASKED}offered = Pathway.objects.exclude(pk__in=done)\n{OFFER}", ["E315 records/views.py:14"]),
        (f"{ASKED}offered = [one for one in Pathway.objects.all() if one.pk not in done]\n{OFFER}",
         ["E315 records/views.py:14"]),
        (
            f"{ASKED}offered = []\nfor one in Pathway.objects.all():\n    if one.pk in done:\n        continue\n"
            f"    offered.append(one)\n{OFFER}",
            ["E315 records/views.py:16"],
        ),
        (
            f"{ASKED}shown = [(one, one.pk in done) for one in Pathway.objects.all()]\n"
            "return JsonResponse({'shown': [str(one) for one in shown]})",
            [],
        ),
        (f"{ASKED}shown = Pathway.objects.filter(pk__in=done)\nreturn JsonResponse({{'shown': list(shown)}})", []),
        ("rows.update(status='sent')", ["E312 records/views.py:13"]),
        ("rows.delete()", ["E312 records/views.py:13"]),
        ("rows.get().delete()", ["E312 records/views.py:13"]),
        (
            "again = UserCreditPathway.objects.create(user=request.user, pathway=pathway, program=program)\n"
            "again.status = 'sent'\nagain.save()",
            [],
        ),
        ("again = rows.get()\nagain.status = 'sent'\nagain.save()", ["E312 records/views.py:14"]),
        (
            "sql('UPDATE records_usercreditpathway SET program_id = %s WHERE program_id IS NULL', [1])",
            ["E313 records/views.py:13"],
        ),
        (
            "sql('INSERT INTO records_usercreditpathway (user_id, pathway_id) VALUES (%s, %s)', [1, 2])",
            ["E310 records/views.py:13"],
        ),
        (
            "sql('REPLACE INTO records_usercreditpathway (user_id, program_id) VALUES (1, NULL)')",
            ["E310 records/views.py:13"],
        ),
        (
            "sql('INSERT INTO records_usercreditpathway (user_id, program_id) VALUES (1, 2)')",
            [],
        ),
        ("sql('INSERT INTO records_usercreditpathway VALUES (1, 2, 3)')",
         ["U311 records/views.py:13"]),
        ("sql('DELETE FROM `records_usercreditpathway` WHERE user_id = 1')",
         ["E312 records/views.py:13"]),
        ("sql('SELECT id FROM records_usercreditpathway')", []),
    ],
)  # fmt: skip
def test_a_view_is_judged_by_what_it_does_with_earlier_rows(verify_host, body, places):
    answer = verify_host(with_view(body), "verify_credit_decisions")

    told = [(id_.partition(".")[2], place) for id_, place in found(answer)]
    assert [f"{id_} {place}" for id_, place in told] == places
