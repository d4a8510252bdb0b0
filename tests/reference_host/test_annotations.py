import os
import subprocess
import sys

import pytest
from django.apps import apps

COMMAND = [
    *(sys.executable, "-c", "from code_annotations.cli import entry_point; entry_point()"),
    *("django_find_annotations", "--config_file", ".pii_annotations.yml", "--lint", "--coverage"),
]


@pytest.mark.skipif(
    not os.environ["DATABASE_URL"].startswith("sqlite"), reason="Annotations are read without a database: once will do."
)
def test_every_model_says_whether_it_holds_personal_data():
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "settings.test", "PYTHONPATH": "."}
    done = subprocess.run(COMMAND, env=environment, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Linting passed without errors." in done.stdout
    assert "Coverage is 100.0%" in done.stdout


def test_the_package_brings_no_models_of_its_own():
    assert list(apps.get_app_config("credit_migration").get_models()) == []
