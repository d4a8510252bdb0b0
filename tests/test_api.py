import subprocess
import sys
from inspect import getmembers
from pathlib import Path

import pytest

from credit_migration import api

LOOK = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "settings.test"
import django
django.setup()
from django.core.management import load_command_class
load_command_class("credit_migration", sys.argv[1]).create_parser("manage.py", sys.argv[1]).format_help()
print(*sorted(name for name in sys.modules if name in ("sqlglot", "credit_migration.verification.source.engine")))
"""


def test_the_door_gives_what_it_names():
    assert sorted(name for names in api.MODULES.values() for name in names) == sorted(api.__all__)
    for name in api.__all__:
        assert getattr(api, name) is not None
    # Nothing was there before it was asked for, and a name that is not there is told as of any module.
    assert not set(api.__all__) & {name for name, _ in getmembers(api)}
    with pytest.raises(AttributeError, match=r"^module 'credit_migration.api' has no attribute 'audits'$"):
        _ = api.audits


@pytest.mark.parametrize("command", ["audit_credit_pathways", "infer_program_candidates", "report_credit_requests"])
def test_a_command_starts_without_the_work_of_others(command):
    done = subprocess.run([sys.executable, "-c", LOOK, command], capture_output=True, text=True, cwd=Path.cwd())
    assert (done.stdout, done.stderr) == ("\n", "")
