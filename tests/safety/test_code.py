"""Code that relies on one row a learner and pathway is found with its line; code that looks alike is not."""

from __future__ import annotations

from textwrap import dedent

import pytest

from credit_migration.data.safety import RequestModel
from credit_migration.host import find_host
from credit_migration.safety.code.judging import judge_code
from credit_migration.safety.code.reader import find_dependents
from credit_migration.safety.code.sources import host_dependents, host_files, module_name, request_model
from credit_migration.safety.names import names_of

MODEL = RequestModel(
    name="UserCreditPathway",
    package="host.records",
    module="host.records.models",
    table="records_usercreditpathway",
    user="user",
    pathway="pathway",
    user_accessor="usercreditpathway_set",
    pathway_accessor="usercreditpathway_set",
)
IMPORT = "from host.records.models import ProgramCertRecord, UserCreditPathway"


def found(code: str, head: str = IMPORT, module: str = "host.records.views") -> list[tuple[str, int]]:
    text = f"{head}\n{dedent(code).strip()}\n"
    return [(one.dependence.value, one.location.line) for one in find_dependents(text, "views.py", module, MODEL)]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("UserCreditPathway.objects.get(user=u, pathway=p)", [("get", 2)]),
        ("UserCreditPathway.objects.get(user_id=1, pathway__id=2)", [("get", 2)]),
        ("UserCreditPathway.objects.filter(user=u).get(pathway=p)", [("get", 2)]),
        ("UserCreditPathway.objects.select_related('user').filter(Q(user=u) & Q(pathway=p)).get()", [("get", 2)]),
        ("await UserCreditPathway.objects.aget(user=u, pathway=p)", [("get", 2)]),
        ("get_object_or_404(UserCreditPathway, user=u, pathway=p)", [("get", 2)]),
        ("get_object_or_404(UserCreditPathway.objects.all(), user=u, pathway=p)", [("get", 2)]),
        ("u.usercreditpathway_set.get(pathway=p)", [("get", 2)]),
        ("p.usercreditpathway_set.get(user=u)", [("get", 2)]),
        ("rows = UserCreditPathway.objects.filter(user=u)\nrows.get(pathway=p)", [("get", 3)]),
        ("UserCreditPathway.objects.get_or_create(user=u, pathway=p, status='sent')", [("get_or_create", 2)]),
        ("UserCreditPathway.objects.update_or_create(user=u, pathway=p, defaults={})", [("get_or_create", 2)]),
        ("UserCreditPathway.objects.get(**lookup)", [("lookup that can't be read", 2)]),
        (
            """
            def send(u, p):
                if not UserCreditPathway.objects.filter(user=u, pathway=p).exists():
                    UserCreditPathway.objects.create(user=u, pathway=p)
            """,
            [("exists, then create", 3)],
        ),
        (
            """
            def send(u, p):
                if UserCreditPathway.objects.filter(user=u, pathway=p).exists():
                    return
                UserCreditPathway(user=u, pathway=p).save()
            """,
            [("exists, then create", 3)],
        ),
        (
            """
            try:
                UserCreditPathway.objects.create(user=u, pathway=p)
            except IntegrityError:
                pass
            """,
            [("except IntegrityError", 4)],
        ),
        (
            """
            try:
                UserCreditPathway.objects.create(user=u, pathway=p)
            except (ValueError, db.IntegrityError) as exc:
                pass
            """,
            [("except IntegrityError", 4)],
        ),
        ("UserCreditPathway.objects.bulk_create(rows, ignore_conflicts=True)", [("bulk_create with conflicts", 2)]),
        (
            "UserCreditPathway.objects.bulk_create(rows, update_conflicts=True, unique_fields=['user', 'pathway'])",
            [("bulk_create with conflicts", 2)],
        ),
        ("UserCreditPathway.objects.in_bulk(ids, field_name='pathway')", [("in_bulk", 2)]),
        ("SQL = 'INSERT INTO records_usercreditpathway (a) VALUES (1) ON CONFLICT DO NOTHING'", [("upsert in SQL", 2)]),
        ("run('''INSERT IGNORE\n INTO records_usercreditpathway VALUES (1)''')", [("upsert in SQL", 2)]),
        ("run('insert into records_usercreditpathway values (1) on duplicate key update a=1')", [("upsert in SQL", 2)]),
        (
            "rows = UserCreditPathway.objects.filter(user=u)\nfound = {row.pathway: row.status for row in rows}",
            [("dict keyed by pathway", 3)],
        ),
        (
            "found = {(row.user_id, row.pathway_id): row for row in UserCreditPathway.objects.all()}",
            [("dict keyed by pathway", 2)],
        ),
        (
            "found = {row.pathway.id: row for row in UserCreditPathway.objects.iterator()}",
            [("dict keyed by pathway", 2)],
        ),
        ("dict(UserCreditPathway.objects.values_list('pathway_id', 'status'))", [("dict keyed by pathway", 2)]),
        (
            "{p: s for p, s in UserCreditPathway.objects.values_list('pathway', 'status')}",
            [("dict keyed by pathway", 2)],
        ),
        ("for row in UserCreditPathway.objects.all():\n    found[row.pathway] = row", [("dict keyed by pathway", 3)]),
        (
            "for row in UserCreditPathway.objects.all():\n    found.setdefault(row.pathway_id, row)",
            [("dict keyed by pathway", 3)],
        ),
        (
            """
            class RequestSerializer(ModelSerializer):
                class Meta:
                    model = UserCreditPathway
                    validators = [UniqueTogetherValidator(queryset=q, fields=["user", "pathway"])]
            """,
            [("UniqueTogetherValidator", 5)],
        ),
    ],
)
def test_finds_code_that_relies_on_the_unique(code, expected):
    assert found(code) == expected


@pytest.mark.parametrize(
    ("head", "call"),
    [
        ("from host.records.models import UserCreditPathway as Request", "Request"),
        ("from host.records import models", "models.UserCreditPathway"),
        ("import host.records.models as m", "m.UserCreditPathway"),
        ("import host.records.models", "host.records.models.UserCreditPathway"),
        ("from .models import UserCreditPathway", "UserCreditPathway"),
        ("from . import models", "models.UserCreditPathway"),
        ("from host.records import UserCreditPathway", "UserCreditPathway"),
        ("Model = apps.get_model('records', 'UserCreditPathway')", "Model"),
        ("Model = apps.get_model('records.UserCreditPathway')", "Model"),
        ("import x", "apps.get_model('records', 'usercreditpathway')"),
    ],
)
def test_knows_the_model_by_whatever_name(head, call):
    assert found(f"{call}.objects.get(user=u, pathway=p)", head) == [("get", 2)]


@pytest.mark.parametrize(
    "code",
    [
        "ProgramCertRecord.objects.get(user=u, program=p)",
        "ProgramCertRecord.objects.get_or_create(user=u, pathway=p)",
        "UserCreditPathway.objects.get(pk=1)",
        "UserCreditPathway.objects.get(id=1, user=u, pathway=p)",
        "UserCreditPathway.objects.get(pk=1, **more)",
        "UserCreditPathway.objects.filter(user=u, pathway=p)",
        "UserCreditPathway.objects.filter(user=u, pathway=p).order_by('-created').first()",
        "UserCreditPathway.objects.filter(user=u, pathway=p).exists()",
        "UserCreditPathway.objects.filter(user=u, pathway=p).count()",
        "UserCreditPathway.objects.create(user=u, pathway=p, program=x)",
        "UserCreditPathway.objects.bulk_create(rows)",
        "UserCreditPathway.objects.bulk_create(rows, ignore_conflicts=False)",
        "UserCreditPathway.objects.in_bulk([1, 2])",
        "u.usercreditpathway_set.filter(pathway=p)",
        "u.usercreditpathway_set.get(pk=3)",
        "{row.pk: row for row in UserCreditPathway.objects.all()}",
        "{row.status: row for row in UserCreditPathway.objects.all()}",
        "{(row.user_id, row.program_id): row for row in UserCreditPathway.objects.all()}",
        "{row.pathway: row for row in ProgramCertRecord.objects.all()}",
        "{p: s for p, s in UserCreditPathway.objects.values_list('pk', 'status')}",
        "dict(UserCreditPathway.objects.values_list('pk', 'status'))",
        "dict(UserCreditPathway.objects.values_list(field, 'status'))",
        "for row in UserCreditPathway.objects.all():\n    found[row.pathway].append(row)",
        "for row in UserCreditPathway.objects.all():\n    found.setdefault(row.pathway, []).append(row)",
        "for row in rows:\n    found[row.pathway] = row",
        "for a, b in pairs:\n    found[a] = b",
        "SQL = 'SELECT 1 FROM records_usercreditpathway'",
        "SQL = 'INSERT INTO another VALUES (1) ON CONFLICT DO NOTHING'",
        "try:\n    ProgramCertRecord.objects.create(user=u)\nexcept IntegrityError:\n    pass",
        "try:\n    UserCreditPathway.objects.create(user=u)\nexcept ValueError:\n    pass",
        "try:\n    UserCreditPathway.objects.create(user=u)\nexcept:\n    pass",
        "rows = UserCreditPathway.objects.filter(user=u)\nrows = other()\nrows.get(pathway=p)",
        "class F(Form):\n    class Meta:\n        model = ProgramCertRecord\n        v = [UniqueTogetherValidator()]",
        "x: int",
        "get_object_or_404(ProgramCertRecord, user=u, pathway=p)",
        "match x:\n    case 1:\n        UserCreditPathway.objects.all()",
    ],
)
def test_code_that_looks_alike_raises_nothing(code):
    assert found(code) == []


@pytest.mark.parametrize(
    "head",
    ["from other.models import UserCreditPathway", "from host.recordset.models import UserCreditPathway", "import x"],
)
def test_another_model_of_the_same_name_raises_nothing(head):
    assert found("UserCreditPathway.objects.get(user=u, pathway=p)", head) == []


@pytest.mark.parametrize(
    "meta",
    [
        'unique_together = ("user", "pathway", "program")',
        'unique_together = (("user", "pathway"),)',
        'constraints = [models.UniqueConstraint(fields=["user", "pathway"], name="u")]',
    ],
)
def test_finds_the_unique_of_the_model_itself(meta):
    code = f"class UserCreditPathway(Model):\n    class Meta:\n        {meta}"
    assert found(code, "import x", "host.records.models") == [("unique in Meta", 4)]


def test_a_model_without_the_unique_raises_nothing():
    code = 'class UserCreditPathway(Model):\n    class Meta:\n        unique_together = ("user", "program")'
    assert found(code, "import x", "host.records.models") == []


def test_reference_host_does_not_rely_on_the_unique():
    host = find_host()
    assert host_dependents(host) == []
    names = {path.name for path in host_files(host)}
    assert "views.py" in names
    assert not any("migrations" in path.parts for path in host_files(host))


def test_says_what_will_happen_in_the_hosts_names():
    host = find_host()
    text = f"{IMPORT}\ndef send(u, p):\n    return UserCreditPathway.objects.update_or_create(user=u, pathway=p)\n"
    dependents = find_dependents(text, "records/views.py", "host.records.views", MODEL)

    (finding,) = judge_code(dependents, names_of(host, "0001_initial"))

    assert (finding.id, str(finding.location)) == ("credit_migration.E441", "records/views.py:3")
    assert finding.msg == (
        "send takes the row that is there for a new request: "
        "UserCreditPathway.objects.update_or_create(user=u, pathway=p). With two it raises MultipleObjectsReturned, "
        "with one it overwrites the first request."
    )
    assert finding.hint == (
        "Store each request as a row of its own: UserCreditPathway.objects.create(user=…, pathway=…, program=…)"
    )


def test_knows_modules_and_the_model_by_the_registry():
    host = find_host()
    assert request_model(host).module == "credit_migration.reference_host.records.models"
    by_name = {module_name(path) for path in host_files(host)}
    assert {"credit_migration.reference_host.records", "credit_migration.reference_host.records.views"} <= by_name


def test_long_code_is_shortened():
    (one,) = find_dependents(
        f"{IMPORT}\nUserCreditPathway.objects.get(user={'u' * 200}, pathway=p)\n", "v.py", "host.records.views", MODEL
    )
    assert len(one.code) == 120
    assert one.code.endswith("…")
