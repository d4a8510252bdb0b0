"""Learners."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """
    A learner, or a member of staff.

    .. pii: Holds the account's username, name and e-mail address.
    .. pii_types: username, name, email_address
    .. pii_retirement: local_api
    """

    class Meta:
        db_table = "core_user"
        verbose_name = _("user")
        verbose_name_plural = _("users")
