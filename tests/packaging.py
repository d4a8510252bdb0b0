"""Checks a built wheel as its user gets it: ``python -m tests.packaging DIST``."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

COMMANDS = sorted(path.stem for path in Path("credit_migration/management/commands").glob("[!_]*.py"))

LOOK = """
from importlib.metadata import entry_points
from pathlib import Path

import credit_migration
assert "site-packages" in credit_migration.__file__, credit_migration.__file__

from edx_django_utils.plugins import get_plugin_apps
apps = get_plugin_apps("credentials.djangoapp")
assert "credit_migration.apps.CreditMigrationConfig" in apps, apps

import django
from django.conf import settings
settings.configure(INSTALLED_APPS=apps, DATABASES={}, USE_TZ=True)
django.setup()
from django.core.management import get_commands
print(*sorted(name for name, app in get_commands().items() if app == "credit_migration"))
"""


def main(dist: str) -> int:
    (wheel,) = Path(dist).glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    strays = [name for name in names if not name.startswith(("credit_migration/", "credit_migration-"))]
    if strays:
        print("The wheel holds what is not the package:", *strays, sep="\n  ")  # noqa: T201
        return 1
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, wheel, "edx-django-utils"], check=True)
        done = subprocess.run([python, "-c", LOOK], capture_output=True, text=True, cwd=folder)
    if done.returncode or done.stdout.split() != COMMANDS:
        print(f"Installed as a plugin, the commands are not there.\nWanted {COMMANDS}", done.stdout, done.stderr)  # noqa: T201
        return 1
    print(f"The wheel holds {len(names)} files of the package; as a plugin it brings {len(COMMANDS)} commands.")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
