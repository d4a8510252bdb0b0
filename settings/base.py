"""
The toolkit's own project: the reference host on an embedded SQLite, or a replica of a real service beside it.

``DATABASE_URL`` moves the reference host to PostgreSQL, MariaDB or MySQL. ``CREDENTIALS_DATABASE_URL`` names a replica
of a real service: alias ``credentials``, read-only, on which the router refuses every migration and every write.
"""

import os
import secrets
from pathlib import Path
from typing import Any

import django

from settings.databases import beside_the_host, parsed, rehearsal_of

BASE_DIR = Path(__file__).resolve().parent.parent
STATE_DIR = Path(os.environ.get("CREDIT_MIGRATION_STATE_DIR", BASE_DIR / "var"))
STATE_DIR.mkdir(parents=True, exist_ok=True)

# Sessions of the reference host's pages end with the process, unless the operator keeps a key.
SECRET_KEY = os.environ.get("SECRET_KEY") or secrets.token_urlsafe(50)
DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

DATABASES: dict[str, dict[str, Any]] = {
    "default": parsed("DATABASE_URL", os.environ.get("DATABASE_URL") or f"sqlite:///{STATE_DIR / 'reference.sqlite3'}"),
}
DATABASES["rehearsal"] = rehearsal_of(DATABASES["default"])
if replica_url := os.environ.get("CREDENTIALS_DATABASE_URL"):
    DATABASES["credentials"] = beside_the_host(replica_url)
DATABASE_ROUTERS = ["settings.routers.ReplicaRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.sites",
    "django_extensions",
    "sortedm2m",
    "credit_migration",
    "credit_migration.reference_host.core",
    "credit_migration.reference_host.catalog",
    "credit_migration.reference_host.credentials",
    "credit_migration.reference_host.records",
]
AUTH_USER_MODEL = "core.User"
SITE_ID = 1

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.contrib.sites.middleware.CurrentSiteMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "settings.urls"
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
STATIC_URL = "/static/"
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/records/"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# One process serves the rehearsal, so a cache in its memory counts right; a deployment shares one.
SILENCED_SYSTEM_CHECKS = ["django_ratelimit.E003", "django_ratelimit.W001"]

MAIL_BACKEND, MAIL_FOLDER = "django.core.mail.backends.filebased.EmailBackend", STATE_DIR / "mail"
if django.VERSION >= (6, 1):
    MAILERS = {"default": {"BACKEND": MAIL_BACKEND, "OPTIONS": {"file_path": MAIL_FOLDER}}}
else:
    EMAIL_BACKEND, EMAIL_FILE_PATH = MAIL_BACKEND, MAIL_FOLDER
DEFAULT_FROM_EMAIL = "credentials@localhost"

LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
