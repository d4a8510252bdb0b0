import pytest
from django.db import models
from django.test.utils import isolate_apps

from credit_migration.data import HostConfig
from credit_migration.exceptions import HostModelNotFound
from credit_migration.host import find_host, foreign_key
from credit_migration.reference_host.catalog.models import Pathway, Program
from credit_migration.reference_host.core.models import User
from credit_migration.reference_host.credentials.models import ProgramCertificate, UserCredential
from credit_migration.reference_host.records.models import ProgramCertRecord, UserCreditPathway


def test_finds_every_model_from_the_request_model():
    host = find_host()

    assert (host.request, host.user, host.pathway, host.program) == (UserCreditPathway, User, Pathway, Program)
    assert host.pathway_program is Pathway.programs.through
    assert (host.shared_record, host.certificate, host.credential) == (
        ProgramCertRecord,
        ProgramCertificate,
        UserCredential,
    )
    assert (host.program_column, host.code_has_program) == ("program_id", True)
    assert (host.user_field().column, host.pathway_field().column) == ("user_id", "pathway_id")
    assert (host.through_column(Pathway), host.through_column(Program)) == ("pathway_id", "program_id")


def test_takes_the_configured_shared_record():
    assert find_host(HostConfig(shared_record_model="records.ProgramCertRecord")).shared_record is ProgramCertRecord


@pytest.mark.parametrize(
    ("config", "setting", "example"),
    [
        (HostConfig(request_model="records.Gone"), "CREDIT_MIGRATION_REQUEST_MODEL", "records.UserCreditPathway"),
        (
            HostConfig(shared_record_model="records.Gone"),
            "CREDIT_MIGRATION_SHARED_RECORD_MODEL",
            "records.ProgramCertRecord",
        ),
    ],
)
def test_tells_which_setting_names_no_model(config, setting, example):
    with pytest.raises(HostModelNotFound) as caught:
        find_host(config)
    assert str(caught.value) == (
        "The host project has no model 'records.Gone'.\n"
        f"Set {setting} to the label of its model, for example '{example}', and see that its app is there."
    )


def test_tells_that_a_model_has_no_pathway():
    with pytest.raises(HostModelNotFound) as caught:
        find_host(HostConfig(request_model="core.User"))
    assert str(caught.value) == (
        "The model 'core.User' has no foreign key to a pathway, a model with a many-to-many 'programs'.\n"
        "Set CREDIT_MIGRATION_REQUEST_MODEL to the model that records a learner's credit requests, "
        "for example 'records.UserCreditPathway'."
    )


@isolate_apps("tests")
def test_tells_that_a_model_has_no_learner(monkeypatch):
    class Request(models.Model):  # noqa: DJ008
        pathway = models.ForeignKey(Pathway, models.CASCADE, related_name="+")

        class Meta:
            app_label = "tests"

    monkeypatch.setattr("credit_migration.host.apps", Request._meta.apps)
    with pytest.raises(HostModelNotFound) as caught:
        find_host(HostConfig(request_model="tests.Request"))
    assert str(caught.value) == (
        "The model 'tests.Request' has no foreign key to a learner.\n"
        "Set CREDIT_MIGRATION_REQUEST_MODEL to the model that records a learner's credit requests."
    )


def test_tells_that_a_model_has_no_such_key():
    with pytest.raises(HostModelNotFound) as caught:
        foreign_key(Program, User)
    assert str(caught.value) == (
        "The model 'catalog.Program' has no foreign key to 'core.User'.\n"
        "Set CREDIT_MIGRATION_REQUEST_MODEL to the model that records a learner's credit requests."
    )


def test_does_without_certificates_and_shared_records(monkeypatch):
    monkeypatch.setattr(Program._meta, "related_objects", (), raising=False)
    monkeypatch.setattr("django.apps.config.AppConfig.get_models", lambda self: ())
    host = find_host()
    assert (host.shared_record, host.certificate, host.credential) == (None, None, None)


def test_does_without_awards(monkeypatch):
    monkeypatch.setattr("django.apps.config.AppConfig.get_models", lambda self: ())
    host = find_host()
    assert (host.certificate, host.credential) == (ProgramCertificate, None)
