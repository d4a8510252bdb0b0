"""The host's ``CREDIT_MIGRATION_*`` settings → ``HostConfig``; the only reader of ``django.conf.settings``."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from django.conf import settings

from credit_migration.data import HostConfig, LockConfig
from credit_migration.exceptions import ConfigurationError


def host_config() -> HostConfig:
    """
    Return where the host keeps its credit requests.

    Settings are read at call time only: the host imports plugin apps while its settings module is still being run.

    Raises: ConfigurationError if a setting is not of its form.
    """
    return HostConfig(
        request_model=_label("CREDIT_MIGRATION_REQUEST_MODEL", HostConfig().request_model),
        program_field=_identifier("CREDIT_MIGRATION_PROGRAM_FIELD", HostConfig().program_field),
        shared_record_model=_optional_label("CREDIT_MIGRATION_SHARED_RECORD_MODEL"),
    )


def state_folder() -> Path:
    """Return the folder for files that the toolkit's own project makes: its setting ``STATE_DIR``, or ``var`` here."""
    return Path(getattr(settings, "STATE_DIR", "var"))


def lock_config() -> LockConfig:
    """
    Return how long a schema change may wait for its locks.

    Raises: ConfigurationError if a setting is not a whole number above zero.
    """
    return LockConfig(
        **{
            field.name: _positive(f"CREDIT_MIGRATION_{field.name.upper()}", getattr(LockConfig(), field.name))
            for field in fields(LockConfig)
        }
    )


def _positive(name: str, default: int) -> int:
    value = getattr(settings, name, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ConfigurationError(
            f"The setting {name} is {value!r}, which is no whole number above zero.",
            hint=f"Its unit is the end of its name. Write for example {name} = {default}.",
        )
    return value


def _optional_label(name: str) -> str | None:
    return None if getattr(settings, name, None) is None else _label(name, "")


def _label(name: str, default: str) -> str:
    value = getattr(settings, name, default)
    if not isinstance(value, str) or value.count(".") != 1 or not all(map(str.isidentifier, value.split("."))):
        raise ConfigurationError(
            f"The setting {name} is {value!r}, which is no model label.",
            hint=f"Write it as app label and model name, for example {name} = 'records.UserCreditPathway'.",
        )
    return value


def _identifier(name: str, default: str) -> str:
    value = getattr(settings, name, default)
    if not isinstance(value, str) or not value.isidentifier():
        raise ConfigurationError(
            f"The setting {name} is {value!r}, which is no field name.",
            hint=f"Write the name of the foreign key to the program, for example {name} = 'program'.",
        )
    return value
