"""The tests' settings: the same project with a fast password hash and mail kept in memory."""

from settings.base import *  # noqa: F403

SECRET_KEY = "only-for-tests"  # noqa: S105 - signs nothing outside a test run
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
