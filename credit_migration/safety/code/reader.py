"""One source file → the places in it that rely on one row a learner and pathway."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from credit_migration.data import Location
from credit_migration.data.safety import Dependence, Dependent, RequestModel
from credit_migration.safety.code.chains import Chain, Names, bind_imports
from credit_migration.safety.code.syntax import (
    attribute_of,
    blocks,
    called,
    gathers,
    is_false,
    loops,
    own_expressions,
    without_first,
)

_GETS = {"get": Dependence.GET, "aget": Dependence.GET}
_GETS |= dict.fromkeys(
    ("get_or_create", "aget_or_create", "update_or_create", "aupdate_or_create"), Dependence.GET_OR_CREATE
)
_CREATES = {"create", "acreate", "save", "asave", "bulk_create", *_GETS} - {"get", "aget"}
_CONFLICTS = ("ignore_conflicts", "update_conflicts")
_UPSERTS = ("on conflict", "on duplicate key", "insert ignore", "replace into", "insert or ignore", "insert or replace")
_SHORTCUTS = {"get_object_or_404": Dependence.GET, "aget_object_or_404": Dependence.GET}


def find_dependents(
    text: str, path: str, module: str, model: RequestModel, *, is_package: bool = False
) -> list[Dependent]:
    """
    Return the places of one file that rely on the unique, by line.

    Args:
        text: the file's source.
        path: the path to show.
        module: its dotted module name, for relative imports.
        model: what the request model and its parts are called.
        is_package: whether it is an ``__init__.py``.

    Raises: SyntaxError if it is no Python of this interpreter's version.

    """
    tree = ast.parse(text)
    reader = _Reader(path=path, names=bind_imports(tree, module, model, is_package=is_package), model=model)
    reader.body(tree.body)
    return sorted(set(reader.found), key=lambda one: (one.location.line, one.dependence.value))


@dataclass
class _Reader:
    """Walks one scope in its order, and inner ones with a copy of what the names stand for."""

    path: str
    names: Names
    model: RequestModel
    function: str = ""
    found: list[Dependent] = field(default_factory=list)
    asked: list[ast.Call] = field(default_factory=list)
    """Calls of ``exists`` for a learner and pathway in this scope."""
    creates: bool = False

    def body(self, statements: list[ast.stmt]) -> None:
        for statement in statements:
            self.statement(statement)

    def statement(self, node: ast.stmt) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            self.scope(node)
            return
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            self.assigned(node)
        for loop in loops(node):
            self.iterated(loop)
        if isinstance(node, ast.Try):
            self.tried(node)
        for expression in own_expressions(node):
            for inner in ast.walk(expression):
                self.expression(inner)
        for block in blocks(node):
            self.body(block)

    def scope(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        name = f"{self.function}.{node.name}".removeprefix(".")
        inner = _Reader(self.path, self.names.inner(), self.model, name, self.found)
        if isinstance(node, ast.ClassDef):
            inner.class_body(node)
        inner.body(node.body)
        if inner.creates:
            for call in inner.asked:
                inner.tell(Dependence.EXISTS_THEN_CREATE, call)

    def class_body(self, node: ast.ClassDef) -> None:
        for meta in (item for item in node.body if isinstance(item, ast.ClassDef) and item.name == "Meta"):
            about = any(
                isinstance(item, ast.Assign)
                and [getattr(target, "id", "") for target in item.targets] == ["model"]
                and self.names.is_model(item.value)
                for item in meta.body
            )
            for inner in ast.walk(node) if about else ():
                if isinstance(inner, ast.Call) and called(inner) == "UniqueTogetherValidator":
                    self.tell(Dependence.SERIALIZER, inner)
        if self.names.model.module and node.name == self.model.name and node.name in self.names.models:
            self.own_meta(node)

    def own_meta(self, node: ast.ClassDef) -> None:
        """Tell of a unique over learner and pathway in the model's own ``Meta``."""
        wanted = {self.model.user, self.model.pathway}
        for inner in ast.walk(node):
            texts = {part.value for part in ast.walk(inner) if isinstance(part, ast.Constant)}
            if not wanted <= texts:
                continue
            together = isinstance(inner, ast.Assign) and getattr(inner.targets[0], "id", "") == "unique_together"
            if together or (isinstance(inner, ast.Call) and called(inner) == "UniqueConstraint"):
                self.tell(Dependence.META, inner)

    def assigned(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if node.value is None:
            return
        chain = self.names.chain(node.value)
        for target in targets:
            if isinstance(target, ast.Name):
                if chain is not None:
                    self.names.chains[target.id] = chain
                else:
                    self.names.chains.pop(target.id, None)
                if self.names.is_model(node.value):
                    self.names.models.add(target.id)

    def iterated(self, loop: ast.For | ast.AsyncFor) -> None:
        """Tell of ``d[row.pathway] = …`` and ``d.setdefault(row.pathway, …)`` in a loop over requests."""
        if self.names.chain(loop.iter) is None or not isinstance(loop.target, ast.Name):
            return
        for inner in ast.walk(loop):
            if isinstance(inner, ast.Assign):
                keys = [target.slice for target in inner.targets if isinstance(target, ast.Subscript)]
            elif isinstance(inner, ast.Call) and called(inner) == "setdefault" and not gathers(inner):
                keys = inner.args[:1]
            else:
                continue
            if any(self.keyed(key, loop.target.id) for key in keys):
                self.tell(Dependence.KEYED, inner)

    def tried(self, node: ast.Try) -> None:
        handled = {
            part.attr if isinstance(part, ast.Attribute) else part.id
            for handler in node.handlers
            if handler.type is not None
            for part in ast.walk(handler.type)
            if isinstance(part, ast.Name | ast.Attribute)
        }
        if "IntegrityError" in handled and any(
            isinstance(inner, ast.Call) and self.writes(inner) for item in node.body for inner in ast.walk(item)
        ):
            handler = next(handler for handler in node.handlers if handler.type is not None)
            self.tell(Dependence.INTEGRITY_ERROR, handler)

    def writes(self, call: ast.Call) -> bool:
        """Return whether a call makes a row of a request."""
        if self.names.is_model(call.func):
            return True
        method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        return (
            method in _CREATES
            and isinstance(call.func, ast.Attribute)
            and self.names.chain(call.func.value) is not None
        )

    def expression(self, node: ast.AST) -> None:
        if isinstance(node, ast.Call):
            self.creates = self.creates or self.writes(node)
            self.called(node)
        elif isinstance(node, ast.DictComp):
            self.comprehension(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value.lower()
            if self.model.table in text and any(words in " ".join(text.split()) for words in _UPSERTS):
                self.tell(Dependence.UPSERT, node)

    def called(self, call: ast.Call) -> None:
        name = called(call)
        if name in _SHORTCUTS and call.args:
            first = call.args[0]
            chain = Chain() if self.names.is_model(first) else self.names.chain(first)
            if chain is not None:
                self.looked_up(_SHORTCUTS[name], chain.narrowed(without_first(call)), call)
        if name == "dict" and call.args and self.pairs(call.args[0]):
            self.tell(Dependence.KEYED, call)
        if not isinstance(call.func, ast.Attribute):
            return
        chain = self.names.chain(call.func.value)
        if chain is None:
            return
        if name in _GETS:
            self.looked_up(_GETS[name], chain.narrowed(call), call)
        elif name in ("exists", "aexists") and self.names.depends(chain):
            self.asked.append(call)
        elif name == "bulk_create" and any(
            word.arg in _CONFLICTS and not is_false(word.value) for word in call.keywords
        ):
            self.tell(Dependence.BULK_CREATE, call)
        elif name == "in_bulk" and any(word.arg == "field_name" for word in call.keywords):
            self.tell(Dependence.IN_BULK, call)

    def looked_up(self, dependence: Dependence, chain: Chain, call: ast.Call) -> None:
        if self.names.depends(chain):
            self.tell(dependence, call)
        elif chain.unread and not {"pk", "id"} & chain.fields:
            self.tell(Dependence.UNKNOWN, call)

    def comprehension(self, node: ast.DictComp) -> None:
        for generator in node.generators:
            if isinstance(generator.target, ast.Name) and self.names.chain(generator.iter) is not None:
                if self.keyed(node.key, generator.target.id):
                    self.tell(Dependence.KEYED, node)
            elif isinstance(generator.target, ast.Tuple) and self.pairs(generator.iter):
                self.tell(Dependence.KEYED, node)

    def keyed(self, key: ast.expr, row: str) -> bool:
        """Return whether a dict's key is the pathway of ``row``, or that and its learner."""
        parts = key.elts if isinstance(key, ast.Tuple) else [key]
        names = [attribute_of(part, row).removesuffix("_id") for part in parts]
        return self.model.pathway in names and set(names) <= {self.model.pathway, self.model.user}

    def pairs(self, node: ast.expr) -> bool:
        """Return whether ``node`` is ``values_list`` of requests with the pathway first."""
        if not (isinstance(node, ast.Call) and called(node) == "values_list" and self.names.chain(node) is not None):
            return False
        first = node.args[0] if node.args else None
        word = first.value if isinstance(first, ast.Constant) else ""
        return isinstance(word, str) and word.partition("__")[0].removesuffix("_id") == self.model.pathway

    def tell(self, dependence: Dependence, node: ast.AST) -> None:
        line: int = node.lineno  # type: ignore[attr-defined]
        code = (
            f"except {ast.unparse(node.type)}"
            if isinstance(node, ast.ExceptHandler) and node.type
            else ast.unparse(node)
        )
        short = " ".join(code.split())
        self.found.append(
            Dependent(
                dependence=dependence,
                location=Location(path=self.path, line=line),
                function=self.function,
                code=short if len(short) <= 120 else f"{short[:119]}…",
            )
        )
