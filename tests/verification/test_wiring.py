import ast

import pytest
from django.db import connection
from django.db.models.signals import post_save

from credit_migration.api import read_only
from credit_migration.data.report import Location
from credit_migration.data.verification import Condition, Entry, EntryKind, Held, Looked, SourceFacts, Way
from credit_migration.schema.toggles import read_toggles
from credit_migration.verification.connections import read_connections
from credit_migration.verification.definitions import setting_defined, toggle_defined
from credit_migration.verification.source.code import Module
from credit_migration.verification.source.program import Program
from credit_migration.verification.switches import read_switches, toggle_names
from tests.verification.synthetic.base import RESEND, Variant

PLACE = Location(path="records/hooks.py", line=3)
ENTRY = Entry(kind=EntryKind.TASK, name="award", location=PLACE, wired="Celery")


ANOTHER = Location(path="records/hooks.py", line=9)
NO_FILES = Program(())


def facts(*conditions, held=()):
    conditions = tuple(Condition(text=text, location=PLACE, held=held) for text in conditions)
    way = Way(entry=ENTRY, calls=("a",), send=PLACE, channel="mail", tells=("request",), switches=conditions)
    looked = Looked(modules=1, unloaded=0, functions=1, entries=(ENTRY,), settings_module="s")
    return SourceFacts(ways=(way,), doubts=(), leftovers=(), allowed=(), looked=looked)


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("settings.RESEND", [("settings.RESEND", "False")]),
        ("settings.KEY and settings.RESEND", [("settings.KEY", "set (str)"), ("settings.RESEND", "False")]),
        ("settings.NO_SUCH", [("settings.NO_SUCH", "not set")]),
        ("getattr(settings, 'RESEND', True)", [("settings.RESEND", "False")]),
        ("os.environ['RESEND']", [("environment variable RESEND", "set")]),
        ("os.environ.get('NO_SUCH')", [("environment variable NO_SUCH", "not set")]),
        ("os.getenv('RESEND', '')", [("environment variable RESEND", "set")]),
        ("waffle.switch_is_active('on')", [("waffle on", "on")]),
        ("not waffle.switch_is_active('off')", [("waffle off", "off")]),
        ("flag_is_active(request, 'some')", [("waffle some", "for some")]),
        ("flag_is_active(request, 'none')", [("waffle none", "no row in the database, so its default")]),
        ("config.enabled", [("config.enabled", "not known from outside the code")]),
        ("len(flags)", [("len(flags)", "not known from outside the code")]),
    ],
)
def test_tells_each_switch_and_what_it_says_now(settings, monkeypatch, condition, told):
    settings.RESEND, settings.KEY = False, "a secret"
    monkeypatch.setenv("RESEND", "1")

    switches = read_switches(facts(condition, condition), {"on": True, "off": False, "some": None}, NO_FILES)

    assert [(one.name, one.now) for one in switches] == told
    assert {(one.condition, one.entry) for one in switches} == {(condition, "Celery task award")}


def test_tells_what_an_object_holds_and_where_it_gets_that():
    held = (Held(name="self.enabled", now="False", defined=ANOTHER), Held(name="OFF", now="", toggle="records.off"))

    switches = read_switches(facts("self.enabled and OFF.is_enabled()", held=held), {"records.off": False}, NO_FILES)

    assert [(one.name, one.now, one.defined) for one in switches] == [
        ("self.enabled", "False", ANOTHER),
        ("waffle records.off", "off", None),
    ]


def test_a_variable_is_defined_where_it_is_read():
    (switch,) = read_switches(facts("os.getenv('NO_SUCH')"), {}, NO_FILES)

    assert switch.defined == PLACE


def test_asks_the_database_for_waffles_names_only():
    asked = facts("settings.A", "waffle.switch_is_active('b')", "flag_is_active(request, 'a')")
    by_object = facts("OFF.is_enabled()", held=(Held(name="OFF", now="", toggle="c"),))

    assert (toggle_names(asked), toggle_names(by_object)) == (("a", "b"), ("c",))


FILES = {
    "conf/base.py": "from conf.local import *\nA = 1\nB = 1\n",
    "conf/local.py": "from conf.base import A\nC: bool = False\n",
    "conf/production.py": """
from .base import *
from os import path
from conf.nowhere import *
try:
    from .local import C
except ImportError:
    A = 3
if DEBUG:
    A, D = 2, 3
def later():
    B = 2
""",
    "records/toggles.py": """
OFF = WaffleSwitch("records.off", __name__)
Switch.objects.get_or_create(name="by row")
Row.objects.create(name="a row")
print("records.on")
""",
    "records/broken.py": "def",
}


@pytest.fixture
def program(tmp_path):
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    return Program((tmp_path,))


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("A", "conf/production.py:10"),
        ("B", "conf/base.py:3"),
        ("C", "conf/local.py:2"),
        ("D", "conf/production.py:10"),
        ("E", "None"),
    ],
)
def test_finds_the_line_that_defines_a_setting(program, name, place):
    assert str(setting_defined(name, "conf.production", program)) == place


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("records.off", "records/toggles.py:2"),
        ("by row", "records/toggles.py:3"),
        ("a row", "None"),
        ("records.on", "None"),
    ],
)
def test_finds_the_line_that_declares_a_switch(program, name, place):
    assert str(toggle_defined(name, program)) == place


@pytest.mark.django_db(transaction=True)
def test_reads_what_the_database_says_of_waffles_switches():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE waffle_switch (name VARCHAR(100), active BOOLEAN)")
        cursor.execute("INSERT INTO waffle_switch VALUES ('on', TRUE), ('off', FALSE), ('other', TRUE)")
    try:
        with read_only("default") as snapshot:
            there, none = read_toggles(("on", "off", "missing"), snapshot), read_toggles((), snapshot)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE waffle_switch")

    assert (there, none) == ({"on": True, "off": False}, {})


SOURCE = """
post_save.connect(on_award)
if settings.A:
    post_save.disconnect(on_award, sender=Row)
elif settings.B:
    signals.saved.connect(receiver=on_award)
class Config:
    def ready(self):
        elsewhere.signals.awarded.disconnect(dispatch_uid="resend")
        unknown.connect(on_award, sender=Row)
        imaplib.connect("host")
        sock.connect()
        post_save.send(None)
        (lambda: post_save)().connect(other)
        post_save.disconnect()
"""


class OneFile:
    """A program of two files, of which one does not parse."""

    def __init__(self, live):
        self.module = Module("apps", "/host/apps.py", ast.parse(SOURCE), live)

    def files(self):
        return ("/host/apps.py", "/host/broken.py")

    def file(self, path):
        return self.module if path == "/host/apps.py" else None

    def short(self, path):
        return path.removeprefix("/host/")


class Names:
    def __init__(self, **names):
        vars(self).update(names)


def test_reads_who_connects_and_disconnects():
    live = Names(post_save=post_save, signals=Names(saved=post_save), imaplib=Names(), sock=Names())

    told = [
        (one.connects, one.receiver, one.signal, str(one.location), one.inside, one.condition)
        for one in read_connections(OneFile(live))
    ]

    assert told == [
        (True, "on_award", "post_save", "apps.py:2", "", ""),
        (False, "on_award", "post_save", "apps.py:4", "", "settings.A"),
        (True, "on_award", "signals.saved", "apps.py:6", "", "not (settings.A) and settings.B"),
        (False, "'resend'", "elsewhere.signals.awarded", "apps.py:9", "Config.ready", ""),
        (True, "on_award", "unknown", "apps.py:10", "Config.ready", ""),
        (False, "", "post_save", "apps.py:15", "Config.ready", ""),
    ]


def test_a_module_that_is_only_read_shows_what_looks_like_a_signal():
    assert [one.location.line for one in read_connections(OneFile(None))] == [4, 6, 9, 10]


APPS = """
from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_delete, post_save
class RecordsConfig(AppConfig):
    name = "records"
    def ready(self):
        from credentials.models import UserCredential
        from records.receivers import on_award, on_delete
        post_save.connect(on_award, sender=UserCredential)
        if not settings.KEEP:
            post_delete.disconnect(on_delete)
"""
RECEIVERS = """
from django.conf import settings
from records.hooks import resend
def on_award(sender, instance, created, **kwargs):
    if settings.RESEND_ON_AWARD:
        resend(instance.username, None)
def on_delete(sender, **kwargs):
    pass
"""


@pytest.mark.parametrize("frozen", ["", "        import gc\n        gc.freeze()\n"], ids=["usual", "frozen"])
def test_the_report_tells_what_is_connected_disconnected_and_switched(verify_host, frozen):
    files = {"records/apps.py": APPS + frozen, "records/receivers.py": RECEIVERS}
    switches = "\nRESEND_ON_AWARD = False\nKEEP = True\n"
    host = Variant(name="wired", answer="PRESENT", hooks=RESEND, settings=switches, files=files)

    sections = verify_host(host.tree())["report"]["sections"]

    assert [one for one in sections["wiring"] if one["kind"] == "signal receiver"] == [
        {
            "kind": "signal receiver",
            "name": "on_award",
            "connected": "post_save of UserCredential",
            "place": "records/receivers.py:4",
            "by": "records/apps.py:10 RecordsConfig.ready",
        }
    ]
    assert sections["disconnected"] == [
        {
            "receiver": "on_delete",
            "signal": "post_delete",
            "by": "records/apps.py:12 RecordsConfig.ready",
            "condition": "not settings.KEEP",
        }
    ]
    assert sections["switches"] == [
        {
            "switch": "settings.RESEND_ON_AWARD",
            "now": "False",
            "defined": "site_settings.py:13",
            "condition": "settings.RESEND_ON_AWARD",
            "entry": entry,
        }
        for entry in ("signal receiver on_award", "view award")
    ]


def test_what_sends_by_saving_a_row_whose_receiver_sends_is_no_doubt_of_its_own(verify_host):
    revoke = "    def revoke(self):\n        self.status = 'revoked'\n        self.save()\n"
    files = {
        "records/apps.py": APPS,
        "records/receivers.py": RECEIVERS,
        "credentials/models.py": f"+\n{revoke}",
        "credentials/pages.py": "from credentials import models\nclass Page:\n    model = models.UserCredential\n",
    }
    switches = "\nRESEND_ON_AWARD = True\nKEEP = True\n"
    host = Variant(name="revoke", answer="PRESENT", hooks=RESEND, settings=switches, files=files)

    report = verify_host(host.tree())["report"]

    assert [one["id"] for one in report["findings"]] == ["credit_migration.E301"]


HELD = """
import os
from dataclasses import dataclass
from django.conf import settings
from records.hooks import resend as send
FEATURE_ON = False
FEATURE_ON = bool(0)
class Toggle:
    def __init__(self, name):
        self.name = name
    def is_enabled(self):
        return False
OFF_SWITCH = Toggle("records.off")
class Base:
    enabled = False
@dataclass
class Config:
    feature: bool = False
class Hook(Base):
    def __init__(self):
        self.by_config = settings.RESEND
        enabled = 1
    @property
    def flagged(self):
        return True
    def resend(self, user, program, config=Config()):
        nothing = getattr(program, 'unseen', None)
        if FEATURE_ON and nothing and self.enabled and self.by_config:
            if config.feature and not OFF_SWITCH.is_enabled():
                if os.environ.get("NO_SUCH"):
                    send(user, program)
"""


def test_the_report_tells_what_objects_on_the_way_hold_and_where_they_get_it(verify_host):
    host = Variant(
        name="held",
        answer="PRESENT",
        hooks=RESEND,
        settings="\nRESEND = 'a secret'\n",
        imports="from records.held import Hook",
        award="Hook().resend(user, program)",
        files={"records/held.py": HELD},
    )

    told = verify_host(host.tree())["report"]["sections"]["switches"]

    assert {(one["switch"], one["now"], one["defined"]) for one in told} == {
        ("FEATURE_ON", "False", "records/held.py:7"),
        ("self.enabled", "False", "records/held.py:15"),
        ("self.by_config", "set (str)", "records/held.py:21"),
        ("config.feature", "False", "records/held.py:18"),
        ("waffle records.off", "no row in the database, so its default", "records/held.py:13"),
        ("environment variable NO_SUCH", "not set", "records/held.py:30"),
    }
