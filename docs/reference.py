"""The settings of ``conf.py`` and the JSON Schemas of the package → Markdown pages."""

from __future__ import annotations

import ast
import inspect
import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

UNITS = {"_ms": "milliseconds", "_s": "seconds", "_days": "days"}
PROJECT = {
    "DATABASE_URL": (
        "`sqlite:///var/reference.sqlite3`",
        "The reference host's database, as dj-database-url reads it: `sqlite://`, `postgres://`, or `mysql://` for "
        "MariaDB too.",
    ),
    "CREDENTIALS_DATABASE_URL": (
        "none",
        "A replica of a real service. It becomes the alias `credentials`, which is read-only, and on which every "
        "migration is refused.",
    ),
    "CREDIT_MIGRATION_STATE_DIR": ("`var`", "Folder for what the project makes: its database, mails, reports."),
    "SECRET_KEY": (
        "a new one each start",
        "Django's own. Give one to keep the sessions of the reference host's pages.",
    ),
}
"""The variables of the toolkit's own project, with default and meaning."""


def settings_page() -> str:
    """Return the page of every setting with its unit, default and meaning."""
    from credit_migration.data import HostConfig, LockConfig

    lines = ["# Settings\n", "None is needed. A value that is not of its form ends in a message that names it.\n"]
    for config, title in (
        (HostConfig, "Where the host keeps its credit requests"),
        (LockConfig, "How long a schema change may wait"),
    ):
        meanings = dict(_meanings(config))
        lines.append(f"## {title}\n")
        for field in fields(config):
            unit = next((f" {word}" for end, word in UNITS.items() if field.name.endswith(end)), "")
            lines.append(f"### CREDIT_MIGRATION_{field.name.upper()}\n")
            lines.append(f"{meanings[field.name]} Default: `{field.default!r}`{unit}.\n")
    lines += [
        "## The toolkit's own project\n",
        "Beside a service, and for a rehearsal, these variables of the environment are read.\n",
        "| variable | default | meaning |",
        "| --- | --- | --- |",
        *(f"| `{name}` | {default} | {meaning} |" for name, (default, meaning) in PROJECT.items()),
    ]
    return "\n".join(lines) + "\n"


def schema_pages(package: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and text of a page for each JSON Schema in the package's folder."""
    for path in sorted(package.rglob("*.schema.json")):
        schema = json.loads(path.read_text(encoding="utf-8"))
        lines = [
            f"# Schema: {schema['title'][0].lower()}{schema['title'][1:]}\n",
            f"{schema['description']} The schema itself is [{path.name}](../{path.relative_to(package.parent)}).\n",
            *_properties(schema),
        ]
        for name, part in schema.get("$defs", {}).items():
            lines += [f"## {name}\n"]
            lines += _properties(part) if "properties" in part else [f"{_form(part)}. {_said(part)}".strip() + "\n"]
        yield f"schema-{path.name.removesuffix('.schema.json')}", "\n".join(lines)


def _properties(schema: Mapping[str, Any]) -> list[str]:
    rows = [
        f"| `{name}` | {_form(part)}{'' if name in schema.get('required', ()) else ', optional'} | {_said(part)} |"
        for name, part in schema["properties"].items()
    ]
    return ["| key | value | meaning |", "| --- | --- | --- |", *rows, ""]


def _said(part: Mapping[str, Any]) -> str:
    return str(part.get("description", ""))


def _form(part: Mapping[str, Any]) -> str:
    """Return in words what values a part of a schema allows."""
    match part:
        case {"$ref": str(ref)}:
            name = ref.rpartition("/")[2]
            return f"[{name}](#{name})"
        case {"const": value}:
            return f"`{json.dumps(value)}`"
        case {"enum": values}:
            return " or ".join(f"`{json.dumps(value)}`" for value in values)
        case {"oneOf": parts} | {"anyOf": parts}:
            return " or ".join(map(_form, parts))
        case {"type": list(types)}:
            return ", ".join(types)
    return str(part["type"]) + _narrowed(part)


def _narrowed(part: Mapping[str, Any]) -> str:
    match part:
        case {"items": items}:
            return f" of {_form(items)}"
        case {"additionalProperties": dict(values)}:
            return f" of {_form(values)}"
        case {"properties": dict(properties)}:
            return " of " + ", ".join(f"`{name}`: {_form(inner)}" for name, inner in properties.items())
        case {"pattern": str(pattern)}:
            return f" like `{pattern}`"
        case {"format": str(form)}:
            return f", {form}"
    return ""


def _meanings(config: type) -> Iterator[tuple[str, str]]:
    """Yield each field of a dataclass with the docstring below it, which is there in the source only."""
    body = next(node.body for node in ast.walk(ast.parse(inspect.getsource(config))) if isinstance(node, ast.ClassDef))
    for statement, after in itertools.pairwise(body):
        match statement, after:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                yield name, " ".join(text.replace("``", "`").split())
