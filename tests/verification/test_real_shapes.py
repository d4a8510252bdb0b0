"""Shapes of code that real hosts have: a settings object that imports by name, a command that does not start, objects
that hold one another."""

import pytest

from tests.verification.synthetic.base import RESEND, Variant

LONGEST_S = 20
"""Reading each path between nine objects apart takes some minutes."""
OPTIONS = """
from django.conf import settings
from django.utils.module_loading import import_string
DEFAULTS = {"AFTER": "", "STEPS": [], "ISSUER": {"ID": "x", "KEY": "y"}, "LENGTH": 10}
IMPORTED = ["AFTER", "STEPS"]
def found(value):
    if value is None:
        return None
    elif isinstance(value, str):
        return import_string(value)
    elif isinstance(value, (list, tuple)):
        return [import_string(item) for item in value]
    return value
class Options:
    def __init__(self, given=None):
        if given:
            self._given = given
    @property
    def given(self):
        if not hasattr(self, "_given"):
            self._given = getattr(settings, "CAMPUS", {})
        return self._given
    def __getattr__(self, name):
        if name not in DEFAULTS:
            raise AttributeError(name)
        try:
            value = self.given[name]
        except KeyError:
            value = DEFAULTS[name]
        if name in IMPORTED:
            value = found(value)
        setattr(self, name, value)
        return value
options = Options()
"""
STEPS = "for step in options.STEPS:\n    step(user, program)\nprint(options.ISSUER['ID'], options.LENGTH)"
IMPORT = "from records.options import options"
COMMAND = """
from django.core.management.base import BaseCommand
from campus_toys import Toy
from records.models import UserCreditPathway
class Command(BaseCommand):
    def handle(self, **options):
        toy = Toy()
        {}
"""


def verdict(verify_host, variant):
    report = verify_host(variant.tree())["report"]
    return report["facts"]["verdict"], [(one["id"].partition(".")[2], one["msg"]) for one in report["findings"]]


def test_a_settings_object_that_imports_by_name_names_what_the_settings_say(verify_host):
    files = {"records/options.py": OPTIONS}
    settings = "\nCAMPUS = {'STEPS': ['records.hooks.resend']}\n"
    named = Variant(
        name="named", answer="PRESENT", imports=IMPORT, award=STEPS, files=files, hooks=RESEND, settings=settings
    )

    assert verdict(verify_host, named)[0] == "PRESENT"


def test_a_settings_object_whose_settings_are_not_there_leaves_nothing_open(verify_host):
    unnamed = Variant(
        name="unnamed", answer="ABSENT", imports=IMPORT, award=STEPS, files={"records/options.py": OPTIONS}
    )

    assert verdict(verify_host, unnamed) == ("ABSENT", [])


@pytest.mark.parametrize(
    "award",
    [
        "if isinstance(settings.DELAY, int):\n    resend(user, program)",
        "if not isinstance(delay := getattr(settings, 'WAIT', None), type(None)):\n    resend(user, program)",
        "if getattr(settings, 'RESEND', False):\n    resend(user, program)",
        "if getattr(settings, 'RESEND', ()):\n    resend(user, program)",
    ],
)
def test_the_kind_of_a_setting_and_its_default_are_switches(verify_host, award):
    imports = "from django.conf import settings\nfrom records.hooks import resend"
    off = Variant(name="off", answer="PRESENT", imports=imports, award=award, hooks=RESEND, settings="\nDELAY = None\n")

    assert verdict(verify_host, off)[0] == "PRESENT"


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("print(toy.name())", ("ABSENT", [])),
        (
            "for row in UserCreditPathway.objects.all():\n            Toy(row.pathway.email)",
            (
                "INCONCLUSIVE",
                [("U303", "Not decided: what 'Toy' does, which can't be imported here.")],
            ),
        ),
        (
            "for row in UserCreditPathway.objects.all():\n            toy.send(row.pathway.email)",
            (
                "INCONCLUSIVE",
                [("U303", "Not decided: what 'send' is called on, and whether it sends.")],
            ),
        ),
    ],
)
def test_a_command_that_does_not_start_here_is_open_only_by_what_it_hands_to_what_is_missing(verify_host, line, answer):
    files = {"records/management/commands/make_toys.py": COMMAND.format(line)}
    for folder in ("records/management", "records/management/commands"):
        files[f"{folder}/__init__.py"] = ""

    assert verdict(verify_host, Variant(name="toys", answer=answer[0], files=files)) == answer


def test_objects_that_hold_one_another_are_each_followed_once(verify_host):
    names = [f"node{number}" for number in range(9)]
    made = "\n".join(f"{name} = []" for name in names)
    held = "\n".join(f"{name} += [{', '.join(names)}]" for name in names)
    award = (
        f"import json\n{made}\n{held}\njson.dumps(node0)\nnode0.append(resend)\nfor one in node0:\n    map(one, [user])"
    )
    tangled = Variant(
        name="tangled", answer="PRESENT", imports="from records.hooks import resend", award=award, hooks=RESEND
    )

    report = verify_host(tangled.tree())["report"]

    assert report["facts"]["verdict"] == "PRESENT"
    assert report["facts"]["source_took_s"] < LONGEST_S


@pytest.mark.parametrize(
    ("told", "answer"),
    [
        ("{'who': username, 'what': str(certificate.program_uuid)}", "INCONCLUSIVE"),
        ("{'what': str(certificate.program_uuid)}", "ABSENT"),
    ],
)
def test_a_service_that_an_award_tells_of_learner_and_program_may_do_anything(verify_host, told, answer):
    after = f"""
import requests
def issue(certificate, username, status):
    given = dict(status=status)
    UserCredential.objects.update_or_create(username=username, credential_id=certificate.id, defaults=given)
    requests.post("https://hooks.example/awarded", json={told}, timeout=5)
"""
    view = """
from django.http import JsonResponse
from credentials.issuers import issue
def award(request):
    issue(request.META["certificate"], request.POST["username"], "awarded")
    return JsonResponse({})
"""
    host = Variant(name="told", answer=answer, after=after, files={"credentials/views.py": view})

    assert verdict(verify_host, host)[0] == answer


@pytest.mark.parametrize("kind", ["defaultdict(list)", "Steps()"])
def test_a_table_that_makes_what_it_lacks_is_looked_up_by_what_it_has(verify_host, kind):
    steps = f"""
from collections import defaultdict
class Steps(dict):
    def __missing__(self, key):
        raise RuntimeError("The host's code ran.")
STEPS = {kind}
def step(status):
    def register(function):
        STEPS.setdefault(status, []).append(function)
        return function
    return register
@step("awarded")
def tell(user, program):
    from records.hooks import resend
    resend(user, program)
"""
    award = "for each in STEPS[credential.status]:\n    each(user, program)"
    imports = "from records.steps import STEPS"
    files = {"records/steps.py": steps}
    host = Variant(name="table", answer="PRESENT", imports=imports, award=award, files=files, hooks=RESEND)

    assert verdict(verify_host, host)[0] == "PRESENT"


@pytest.mark.parametrize(("module", "answer"), [("operator", "ABSENT"), ("records.hooks", "INCONCLUSIVE")])
def test_a_stored_name_of_pythons_own_function_names_nobody(verify_host, module, answer):
    imports = f"from django.core.mail import send_mail\nimport {module} as rules"
    award = "rule = getattr(rules, user.last_name, None)\nsend_mail('News', '', None, [rule(user.email, 'x')])"
    host = Variant(name="rules", answer=answer, imports=imports, award=award, hooks="def lower(*given): ...")

    assert verdict(verify_host, host)[0] == answer
