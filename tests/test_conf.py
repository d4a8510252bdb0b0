import pytest

from credit_migration.conf import host_config
from credit_migration.data import HostConfig
from credit_migration.exceptions import ConfigurationError


def test_needs_no_settings():
    assert host_config() == HostConfig(
        request_model="records.UserCreditPathway", program_field="program", shared_record_model=None
    )


def test_reads_settings_when_called(settings):
    settings.CREDIT_MIGRATION_REQUEST_MODEL = "credit.Request"
    settings.CREDIT_MIGRATION_PROGRAM_FIELD = "for_program"
    settings.CREDIT_MIGRATION_SHARED_RECORD_MODEL = "credit.Shared"
    assert host_config() == HostConfig(
        request_model="credit.Request", program_field="for_program", shared_record_model="credit.Shared"
    )


@pytest.mark.parametrize("value", ["UserCreditPathway", "a.b.c", "records.User CreditPathway", 7, ""])
def test_refuses_what_is_no_model_label(settings, value):
    settings.CREDIT_MIGRATION_REQUEST_MODEL = value
    with pytest.raises(ConfigurationError) as caught:
        host_config()
    assert str(caught.value) == (
        f"The setting CREDIT_MIGRATION_REQUEST_MODEL is {value!r}, which is no model label.\n"
        "Write it as app label and model name, for example "
        "CREDIT_MIGRATION_REQUEST_MODEL = 'records.UserCreditPathway'."
    )


@pytest.mark.parametrize("value", ["program id", None, ""])
def test_refuses_what_is_no_field_name(settings, value):
    settings.CREDIT_MIGRATION_PROGRAM_FIELD = value
    with pytest.raises(ConfigurationError) as caught:
        host_config()
    assert str(caught.value) == (
        f"The setting CREDIT_MIGRATION_PROGRAM_FIELD is {value!r}, which is no field name.\n"
        "Write the name of the foreign key to the program, for example CREDIT_MIGRATION_PROGRAM_FIELD = 'program'."
    )
