"""The tests' settings: the same project with a fast password hash; Django keeps mail in memory."""

from settings.base import *  # noqa: F403

SECRET_KEY = "only-for-tests"  # noqa: S105 - signs nothing outside a test run
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
