"""Each command's ``--help`` says of each option what it is without it, in which unit, and shows a call that works."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys

import pytest
from django.core.management import get_commands, load_command_class

OWN_APPS = ("credit_migration", "credit_migration.reference_host.records")
COMMANDS = sorted((app, name) for name, app in get_commands().items() if app in OWN_APPS)
DJANGOS = {"help", "version", "verbosity", "settings", "pythonpath", "traceback", "no_color", "force_color"}
UNITS = {"days": r"\bdays?\b", "seconds": r"\bseconds?\b", "ms": r"\bmilliseconds?\b"}


@pytest.fixture(params=COMMANDS, ids=[name for _, name in COMMANDS])
def parser(request):
    app, name = request.param
    return load_command_class(app, name).create_parser("manage.py", name)


def own(parser):
    return [action for action in parser._actions if action.dest not in DJANGOS]


def test_every_option_says_what_it_is_without_it(parser):
    for action in own(parser):
        assert action.help, action.dest
        assert action.help.endswith("."), action.help
        if action.nargs == 0:
            continue  # A switch is off without it.
        if action.required and action.option_strings:
            assert "Must be given." in action.help, action.dest
            continue
        default = re.search(r"\bDefault is (.+)\.$", action.help)
        assert default, f"{action.dest}: {action.help}"
        if isinstance(action.default, str | int) and action.default != "":
            assert re.match(rf"'?{re.escape(str(action.default))}\b", default[1]), action.help


def test_every_number_says_of_what(parser):
    for action in own(parser):
        for end, unit in UNITS.items():
            if action.dest.endswith(f"_{end}"):
                assert re.search(unit, action.help, re.IGNORECASE), action.help
        if type(action.default) is int:
            assert action.metavar in ("N", "ID"), action.dest


def test_the_example_can_be_typed(parser):
    example = re.search(rf"Example: {re.escape(parser.prog)}(.*)$", parser.description)

    assert example, parser.description
    assert parser.parse_args(shlex.split(example[1]))


def test_the_exit_statuses_are_told(parser):
    finds_nothing = parser.prog == "manage.py simulate_legacy_history"
    assert finds_nothing or parser.epilog.startswith("Exit status: 0 clean; 1 ")


def test_the_shell_completes_options_by_djangos_own_completion():
    asked = {"COMP_WORDS": "manage.py audit_credit_pathways --max-", "COMP_CWORD": "2", "DJANGO_AUTO_COMPLETE": "1"}
    done = subprocess.run([sys.executable, "manage.py"], env={**os.environ, **asked}, capture_output=True, text=True)
    assert done.stdout.split() == ["--max-legacy-rows=", "--max-new-null-rows="]
