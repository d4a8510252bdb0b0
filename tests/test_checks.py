"""The system checks over settings and the host's models."""

from __future__ import annotations

from credit_migration.checks import check_host


def test_nothing_to_say_of_a_right_host():
    assert check_host() == []


def test_setting_of_another_form_is_an_error(settings):
    settings.CREDIT_MIGRATION_REQUEST_MODEL = "records"

    (message,) = check_host()

    assert (message.level, message.id) == (40, "credit_migration.E001")
    assert message.msg == "The setting CREDIT_MIGRATION_REQUEST_MODEL is 'records', which is no model label."
    assert message.hint == (
        "Write it as app label and model name, for example "
        "CREDIT_MIGRATION_REQUEST_MODEL = 'records.UserCreditPathway'."
    )


def test_host_without_the_model_is_a_warning(settings):
    settings.CREDIT_MIGRATION_REQUEST_MODEL = "records.Nothing"

    (message,) = check_host()

    assert (message.level, message.id) == (30, "credit_migration.W002")
    assert message.msg == "The host project has no model 'records.Nothing'."
