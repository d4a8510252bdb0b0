"""The host's models → what an attribute, a lookup, a filter or a piece of SQL reads."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import EmailField, Field, Model
from django.db.models.constants import LOOKUP_SEP

from credit_migration.host import Host, award_models
from credit_migration.verification.source.values import NO_LABELS, Instance, Labels, Rows, Value, one

_ADDRESS_NAMES = ("email", "mail", "address", "contact")
_WRITES_TABLE = re.compile(r"\b(?:INTO|UPDATE)\s+[\"'`\[]?(\w+)", re.IGNORECASE)
_READS_TABLE = re.compile(r"\b(?:FROM|JOIN)\s+[\"'`\[]?(\w+)", re.IGNORECASE)

OF_PATHWAY = "of pathway"
"""The label of a row that belongs to a pathway: its institution, and who works there."""


def is_model(cls: Any) -> bool:
    return isinstance(cls, type) and issubclass(cls, Model)


def is_row(ref: Any) -> bool:
    """Return whether a ref is an object of a model."""
    return isinstance(ref, Instance) and is_model(ref.cls)


STORED: Labels = frozenset({"stored"})
"""Of a row that a query gave."""
UNSAVED: Labels = frozenset({"unsaved"})
"""Of a row that library code gave, which may be new."""


class Tables:
    """What reading each of the host's tables tells of."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self._awards = tuple(model._meta.concrete_model or model for model in award_models(host))
        self.hints: dict[str, Value] = dict(self._hints())
        self._sql = self._sql_patterns()

    @lru_cache  # noqa: B019 - one a run
    def labels(self, model: Any) -> Labels:
        """Return what a row of this model tells of; proxies and children are their parent."""
        if issubclass(model, self.host.request._meta.concrete_model or self.host.request):
            return frozenset({"request"})
        if issubclass(model, self.host.pathway._meta.concrete_model or self.host.pathway):
            return frozenset({"pathway"})
        if model is self.host.pathway_program:
            return frozenset({"pathway"})
        if issubclass(model, self.host.user):
            return frozenset({"learner"})
        return frozenset({f"store:{model._meta.label}"})

    def is_request(self, model: Any) -> bool:
        return "request" in self.labels(model)

    def is_offered(self, model: Any) -> bool:
        """Return whether rows of this model are what a learner is offered: pathways and programs."""
        offered = (self.host.pathway, self.host.program, self.host.pathway_program)
        return issubclass(model, tuple(one._meta.concrete_model or one for one in offered))

    def is_award(self, model: Any) -> bool:
        return issubclass(model, self._awards)

    def row(self, model: Any, labels: Labels = NO_LABELS) -> Value:
        return Value(frozenset({Instance(model)}), self.labels(model) | labels)

    def rows(self, model: Any, labels: Labels = NO_LABELS, made_by: Any = None) -> Value:
        return one(Rows(model, made_by), self.labels(model) | labels)

    def attribute(self, model: Any, name: str, labels: Labels) -> Value | None:
        """Return what ``row.name`` is for a field or a relation of the model, ``None`` for any other attribute."""
        if name == "pk":
            return Value(labels=labels, unknown=True)
        for relation in model._meta.related_objects:
            if relation.get_accessor_name() == name:
                other = relation.related_model
                kept = self._along(model, relation, other, labels)
                return self.row(other, kept) if relation.one_to_one else self.rows(other, kept)
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            return Value(labels=labels, unknown=True) if name in _columns(model) else None
        if field.is_relation and isinstance(field.related_model, type):
            kept = self._along(model, field, field.related_model, labels)
            many = field.many_to_many or field.one_to_many
            return self.rows(field.related_model, kept) if many else self.row(field.related_model, kept)
        if field.is_relation:
            return self._generic(field, labels)
        label = f"store:{model._meta.label}"
        if label in labels:
            labels = labels - {label} | {f"{label}.{name}"}
        return Value(labels=labels | self._field(model, field, labels), unknown=True)

    def _along(self, model: Any, field: Any, other: Any, labels: Labels) -> Labels:
        """Return what stays told of when a relation of a row is followed to another model."""
        kept = labels - self.labels(model)
        if self.is_request(model):
            # Whichever requests these are, their learner is no institution.
            return kept - {"pathway", "address"} if field == self.host.user_field() else kept
        if "pathway" not in self.labels(model) and OF_PATHWAY not in labels:
            return kept
        kept -= {OF_PATHWAY}
        if self.is_request(other) or self.is_offered(other):
            return kept
        return kept | {"address" if issubclass(other, self.host.user) else OF_PATHWAY}

    def _generic(self, field: Any, labels: Labels) -> Value | None:
        """Return what a generic key points at: rows of the models that say so by a generic relation, or any other."""
        if not hasattr(field, "ct_field"):
            return None
        models = [model for model in apps.get_models() if _points_back(model, field)]
        return Value(frozenset(map(Instance, models)), labels.union(*map(self.labels, models)), True)

    def _field(self, model: Any, field: Any, labels: Labels = NO_LABELS) -> Labels:
        whose = {"pathway": "address", "learner": "own"}.get(next(iter(self.labels(model))))
        whose = "address" if OF_PATHWAY in labels else whose
        if whose is None or not isinstance(field, Field):
            return NO_LABELS
        is_address = isinstance(field, EmailField) or any(word in field.name for word in _ADDRESS_NAMES)
        return frozenset({whose}) if is_address else NO_LABELS

    def lookup(self, model: Any, path: str) -> Labels:
        """Return what a lookup such as ``pathway__email`` reads on its way, beside the model's own row."""
        labels: set[str] = set()
        is_of_pathway = "pathway" in self.labels(model)
        for name in path.removeprefix("-").split(LOOKUP_SEP):
            field = _lookup_field(model, name)
            if field is None:
                break
            if not field.is_relation:
                is_others = is_of_pathway and "pathway" not in self.labels(model)
                labels |= self._field(model, field, frozenset({OF_PATHWAY}) if is_others else NO_LABELS)
                break
            if not isinstance(field.related_model, type):
                break
            model = field.related_model
            is_of_pathway &= not (self.is_request(model) or issubclass(model, self.host.program))
            is_of_pathway |= "pathway" in self.labels(model)
            labels |= {label for label in self.labels(model) if not label.startswith("store:")}
        return frozenset(labels)

    def sql(self, text: str) -> Labels:
        """Return what a piece of SQL, or of text that names a table, tells of."""
        labels = {label for label, pattern in self._sql if pattern.search(text)}
        return frozenset(labels)

    @cached_property
    def _by_table(self) -> dict[str, Any]:
        return {model._meta.db_table.lower(): model for model in apps.get_models(include_auto_created=True)}

    def written_by_sql(self, text: str) -> tuple[str, ...]:
        """Return the stores that a piece of SQL puts something into: fields of models, or tables without one."""
        words = {word.lower() for word in re.findall(r"\w+", text)}
        found: list[str] = []
        for name in _WRITES_TABLE.findall(text):
            model = self._by_table.get(name.lower())
            if model is None:
                found.append(f"table {name.lower()}")
            elif not self.labels(model) & {"request", "pathway", "learner"} and not self.is_award(model):
                fields = [f for f in model._meta.concrete_fields if {f.column.lower(), f.name.lower()} & words]
                found += [f"{model._meta.label}.{field.name}" for field in fields or model._meta.concrete_fields]
        return tuple(found)

    @lru_cache(maxsize=4096)  # noqa: B019 - one a run
    def read_by_sql(self, text: str) -> tuple[Labels, tuple[str, ...]]:
        """Return what a piece of SQL reads by the tables of models, and the names of its other tables."""
        if "from" not in text.lower():
            return NO_LABELS, ()
        names = {name.lower() for name in _READS_TABLE.findall(text)}
        models = [self._by_table[name] for name in names if name in self._by_table]
        return NO_LABELS.union(*map(self.labels, models)), tuple(sorted(names - set(self._by_table)))

    @lru_cache(maxsize=4096)  # noqa: B019 - one a run
    def text(self, text: str) -> Labels:
        """Return what a template, or a file with a query, tells of: it names the table, or the way to it."""
        labels = self.sql(text)
        if "{{" in text or "{%" in text:
            for name, value in self.hints.items():
                if len(name) > 7 and re.search(rf"\b{re.escape(name)}\b", text):
                    labels |= value.labels
            if re.search(r"pathway\.\w*(mail|address)", text):
                labels |= {"address"}
        return labels

    def _sql_patterns(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        request, pathway = self.host.request._meta.db_table, self.host.pathway._meta.db_table
        through = self.host.pathway_program._meta.db_table
        return (
            ("request", re.compile(rf"\b{re.escape(request)}\b", re.IGNORECASE)),
            ("pathway", re.compile(rf"\b({re.escape(pathway)}|{re.escape(through)})\b", re.IGNORECASE)),
            ("address", re.compile(rf"\b{re.escape(pathway)}\b.*email|email.*\b{re.escape(pathway)}\b", re.I | re.S)),
        )

    def _hints(self) -> dict[str, Value]:
        """Return the attributes that can only be a way to a request or a pathway, whatever they are read from."""
        found: dict[str, Value] = {}
        for model in apps.get_models():
            for field in model._meta.get_fields():
                target = field.related_model
                if not field.is_relation or not is_model(target):
                    continue
                if not self.labels(target) & {"request", "pathway"}:
                    continue
                accessor = getattr(field, "get_accessor_name", None)
                name = accessor() if accessor is not None else field.name
                many = field.many_to_many or field.one_to_many
                if name:
                    found[name] = self.rows(target) if many else self.row(target)
        return found

    def named(self, app_label: str, name: str) -> Any:
        """Return the model of this name, ``None`` if there is none."""
        try:
            return apps.get_model(app_label, name) if name else apps.get_model(app_label)
        except (LookupError, ValueError):
            return None


def _points_back(model: Any, key: Any) -> bool:
    """Return whether a model has a generic relation that this generic key answers."""
    return any(
        field.related_model is key.model and getattr(field, "object_id_field_name", "") == key.fk_field
        for field in model._meta.private_fields
    )


@lru_cache(maxsize=512)
def _columns(model: Any) -> frozenset[str]:
    return frozenset(field.attname for field in model._meta.concrete_fields)


def _lookup_field(model: Any, name: str) -> Any:
    for field in model._meta.get_fields():
        if field.name == name or getattr(field, "attname", None) == name:
            return field
    return None
