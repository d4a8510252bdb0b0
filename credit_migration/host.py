"""``HostConfig`` → ``Host``: models found from the one request model; the only caller of ``apps.get_model``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.apps import apps
from django.db.models import ForeignKey, ManyToManyField, Model

from credit_migration.conf import host_config
from credit_migration.data import HostConfig
from credit_migration.exceptions import HostModelNotFound

ModelClass: TypeAlias = type[Model]


@dataclass(frozen=True, kw_only=True, slots=True)
class Host:
    """The models of the host that the rollout is about. Only tables and columns of these are ever read."""

    config: HostConfig
    request: ModelClass
    user: ModelClass
    pathway: ModelClass
    program: ModelClass
    pathway_program: ModelClass
    """The through model of the pathway's many-to-many to the program."""
    shared_record: ModelClass | None
    """The shared program record (``ProgramCertRecord``), evidence only; ``None`` where the host has none."""
    certificate: ModelClass | None
    """The program certificate configuration (``ProgramCertificate``), one a program."""
    credential: ModelClass | None
    """The award to a learner (``UserCredential``), by username and content type."""

    @property
    def program_column(self) -> str:
        """The name of the column that ADR 0005 adds."""
        return f"{self.config.program_field}_id"

    @property
    def code_has_program(self) -> bool:
        """Whether the host's code, not its database, has the field."""
        return any(field.name == self.config.program_field for field in self.request._meta.get_fields())

    def user_field(self) -> ForeignKey[Any, Any]:
        return foreign_key(self.request, self.user)

    def pathway_field(self) -> ForeignKey[Any, Any]:
        return foreign_key(self.request, self.pathway)

    def through_column(self, model: ModelClass) -> str:
        """Return the through table's column that points to ``model``, the pathway or the program."""
        return foreign_key(self.pathway_program, model).column


def find_host(config: HostConfig | None = None) -> Host:
    """
    Return the host's models.

    Args:
        config: where the host keeps its requests; read from the settings by default.

    Raises: HostModelNotFound if there is no such model, or it lacks the keys to a learner and to a pathway that has a
        many-to-many to the program.

    """
    config = config or host_config()
    request = _model(config.request_model, "CREDIT_MIGRATION_REQUEST_MODEL", "records.UserCreditPathway")
    pathway_field, programs = _pathway_and_programs(request)
    pathway: ModelClass = pathway_field.related_model
    program: ModelClass = programs.related_model
    user = _user(request, pathway_field)
    certificate = _certificate(program)
    return Host(
        config=config,
        request=request,
        user=user,
        pathway=pathway,
        program=program,
        pathway_program=programs.remote_field.through,  # type: ignore[arg-type]
        shared_record=_shared_record(config, request, user, program),
        certificate=certificate,
        credential=_credential(certificate),
    )


def foreign_key(model: ModelClass, to: ModelClass) -> ForeignKey[Any, Any]:
    """Return ``model``'s one foreign key to ``to``. Raises: HostModelNotFound if it has none."""
    for field in _foreign_keys(model):
        if field.related_model is to:
            return field
    raise HostModelNotFound(
        f"The model '{model._meta.label}' has no foreign key to '{to._meta.label}'.",
        hint="Set CREDIT_MIGRATION_REQUEST_MODEL to the model that records a learner's credit requests.",
    )


def _model(label: str, setting: str, example: str) -> ModelClass:
    try:
        return apps.get_model(label)
    except LookupError as exc:
        raise HostModelNotFound(
            f"The host project has no model '{label}'.",
            hint=f"Set {setting} to the label of its model, for example '{example}', and see that its app is there.",
        ) from exc


def _foreign_keys(model: ModelClass) -> Iterator[ForeignKey[Any, Any]]:
    return (field for field in model._meta.concrete_fields if isinstance(field, ForeignKey))


def _pathway_and_programs(request: ModelClass) -> tuple[ForeignKey[Any, Any], ManyToManyField[Any, Any]]:
    by_name = sorted(_foreign_keys(request), key=lambda field: field.name != "pathway")
    for field in by_name:
        many_to_many = [m2m for m2m in field.related_model._meta.many_to_many if m2m.name == "programs"]
        if many_to_many:
            return field, many_to_many[0]
    raise HostModelNotFound(
        f"The model '{request._meta.label}' has no foreign key to a pathway, a model with a many-to-many 'programs'.",
        hint="Set CREDIT_MIGRATION_REQUEST_MODEL to the model that records a learner's credit requests, "
        "for example 'records.UserCreditPathway'.",
    )


def _user(request: ModelClass, pathway_field: ForeignKey[Any, Any]) -> ModelClass:
    by_name = sorted(_foreign_keys(request), key=lambda field: field.name != "user")
    for field in by_name:
        if field is not pathway_field:
            user: ModelClass = field.related_model
            return user
    raise HostModelNotFound(
        f"The model '{request._meta.label}' has no foreign key to a learner.",
        hint="Set CREDIT_MIGRATION_REQUEST_MODEL to the model that records a learner's credit requests.",
    )


def _shared_record(config: HostConfig, request: ModelClass, user: ModelClass, program: ModelClass) -> ModelClass | None:
    if config.shared_record_model is not None:
        return _model(config.shared_record_model, "CREDIT_MIGRATION_SHARED_RECORD_MODEL", "records.ProgramCertRecord")
    for model in apps.get_app_config(request._meta.app_label).get_models():
        targets = {field.related_model for field in _foreign_keys(model)}
        if model is not request and {user, program} <= targets and not model._meta.proxy:
            return model
    return None


def _certificate(program: ModelClass) -> ModelClass | None:
    for relation in program._meta.related_objects:
        model: ModelClass = relation.related_model
        if relation.one_to_one and any(field.name == "program_uuid" for field in model._meta.concrete_fields):
            return model
    return None


def _credential(certificate: ModelClass | None) -> ModelClass | None:
    if certificate is None:
        return None
    for model in apps.get_app_config(certificate._meta.app_label).get_models():
        names = {field.name for field in model._meta.concrete_fields}
        if {"username", "credential_content_type", "credential_id", "status"} <= names:
            return model
    return None


_AWARD_WORDS = ("credential", "certificate", "award")


def award_models(host: Host) -> tuple[ModelClass, ...]:
    """
    Return the models whose rows may be awards: the credential's, and whatever else says which learner has which one.

    ``Host.credential`` is the one whose columns are read, so it must be of the form that is known; code that awards is
    recognised in any form: by content type, by a key to a program's certificate, or by a key to the program itself.
    """
    own = [model for model in apps.get_models() if model not in {host.request, host.shared_record, host.user}]
    certificates = {model for model in own if _is_certificate(model, host)}
    found = [model for model in own if model is host.credential or _is_award(model, certificates, host)]
    return tuple(found)


def _is_certificate(model: ModelClass, host: Host) -> bool:
    names = {field.name for field in model._meta.concrete_fields}
    targets = {field.related_model for field in _foreign_keys(model)}
    is_named = "program_uuid" in names or any(word in model.__name__.lower() for word in _AWARD_WORDS)
    return host.program in targets and host.user not in targets and "username" not in names and is_named


def _is_award(model: ModelClass, certificates: set[ModelClass], host: Host) -> bool:
    names = {field.name for field in model._meta.concrete_fields}
    targets = {field.related_model for field in _foreign_keys(model)}
    if host.user not in targets and "username" not in names:
        return False
    told = (model.__name__, *(f.name for f in model._meta.private_fields if hasattr(f, "ct_field")))
    is_named = any(word in name.lower() for name in told for word in _AWARD_WORDS)
    is_generic = len(told) > 1
    return bool(targets & certificates) or (is_named and (is_generic or host.program in targets))
