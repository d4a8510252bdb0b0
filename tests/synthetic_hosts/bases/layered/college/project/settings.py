"""A Credentials service in layers: what is asked is a command on a bus, what has happened is an event."""

import os
from pathlib import Path

from college.project.options import Options

COLLEGE = Options.of(os.environ)

BASE_DIR = Path(__file__).resolve().parent.parent.parent
SECRET_KEY = "only-for-tests"
DEBUG = False
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "college.project.urls"
WSGI_APPLICATION = "college.project.wsgi.application"
AUTH_USER_MODEL = "people.Member"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "college.modules.people.apps.PeopleConfig",
    "college.modules.catalog.apps.CatalogConfig",
    "college.modules.awards.apps.AwardsConfig",
    "college.modules.crediting.apps.CreditingConfig",
    "credit_migration",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": BASE_DIR / "college.sqlite3",
        "OPTIONS": {"init_command": "PRAGMA synchronous=OFF"},
    },
}
EMAIL_BACKEND = COLLEGE.mailing.backend
DEFAULT_FROM_EMAIL = COLLEGE.mailing.sender
STATIC_URL = "/static/"

CELERY_TASK_ALWAYS_EAGER = COLLEGE.run_tasks_at_once
CELERY_BEAT_SCHEDULE = {"sweep": {"task": "college.sweep_sessions", "schedule": 86400}}

CREDIT_MIGRATION_REQUEST_MODEL = "crediting.CreditRequest"
