"""An expression of Python → the queryset of credit requests that it is, if it is one, and what it looks up."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace

from credit_migration.data.safety import RequestModel

_BY_ITSELF = {"pk", "id", "uuid"}


@dataclass(frozen=True, slots=True)
class Chain:
    """A queryset or manager of requests: the fields that it is narrowed by, and whether some can't be read."""

    fields: frozenset[str] = frozenset()
    unread: bool = False
    one_side: bool = False
    """It is a related manager, of a learner or of a pathway: the two may have one name, so which is not known."""

    def narrowed(self, call: ast.Call) -> Chain:
        """Return the chain after a call that looks up."""
        names = {keyword.arg for keyword in _keywords(call)}
        unread = None in names or any(not isinstance(arg, ast.Call | ast.BoolOp | ast.BinOp) for arg in call.args)
        fields = self.fields | frozenset(name.partition("__")[0] for name in names if name)
        return Chain(fields, self.unread or unread, self.one_side)


@dataclass
class Names:
    """What the names of one scope stand for."""

    model: RequestModel
    models: set[str] = field(default_factory=set)
    """Names of the request model itself."""
    modules: set[str] = field(default_factory=set)
    """Names of modules that have it."""
    chains: dict[str, Chain] = field(default_factory=dict)

    def inner(self) -> Names:
        return replace(self, models=set(self.models), modules=set(self.modules), chains=dict(self.chains))

    def is_model(self, node: ast.expr) -> bool:
        """Return whether ``node`` is the request model."""
        if isinstance(node, ast.Name):
            return node.id in self.models
        if isinstance(node, ast.Attribute):
            return node.attr == self.model.name and _dotted(node.value) in self.modules
        return isinstance(node, ast.Call) and self._asked_for(node)

    def chain(self, node: ast.expr) -> Chain | None:
        """Return the queryset of requests that ``node`` is; ``None`` for anything else."""
        if isinstance(node, ast.Name):
            return self.chains.get(node.id)
        if isinstance(node, ast.Attribute):
            return self._manager(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            inner = self.chain(node.func.value)
            if inner is None:
                return None
            return inner.narrowed(node) if node.func.attr == "filter" else inner if node.func.attr in _SAME else None
        return self.chain(node.value) if isinstance(node, ast.Subscript) else None

    def depends(self, chain: Chain) -> bool:
        """Return whether the lookup is one that the unique over learner and pathway answers with one row."""
        missing = {self.model.user, self.model.pathway} - {name.removesuffix("_id") for name in chain.fields}
        return len(missing) <= chain.one_side and not _BY_ITSELF & chain.fields

    def _manager(self, node: ast.Attribute) -> Chain | None:
        if self.is_model(node.value) and (node.attr.endswith("objects") or node.attr.endswith("manager")):
            return Chain()
        related = node.attr in (self.model.user_accessor, self.model.pathway_accessor)
        return Chain(one_side=True) if related else None

    def _asked_for(self, call: ast.Call) -> bool:
        """Return whether it is ``apps.get_model`` of the request model."""
        if not (isinstance(call.func, ast.Attribute) and call.func.attr == "get_model"):
            return False
        words = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        return bool(words) and words[-1].rpartition(".")[2].lower() == self.model.name.lower()


_SAME = {
    "all",
    "select_related",
    "prefetch_related",
    "select_for_update",
    "using",
    "order_by",
    "distinct",
    "only",
    "defer",
    "exclude",
    "annotate",
    "iterator",
    "get_queryset",
    "reverse",
    "values",
    "values_list",
}


def _keywords(call: ast.Call) -> list[ast.keyword]:
    """Return the call's keywords, those of ``Q`` among its arguments included."""
    return [
        *call.keywords,
        *(
            keyword
            for argument in call.args
            for node in ast.walk(argument)
            if isinstance(node, ast.Call)
            for keyword in node.keywords
        ),
    ]


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return f"{_dotted(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else ""


def bind_imports(tree: ast.Module, module: str, model: RequestModel, *, is_package: bool) -> Names:
    """Return what the imports and classes of a module make of names; ``module`` is its dotted name."""
    names = Names(model)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            origin = _origin(node, module, is_package)
            for alias in node.names:
                known = alias.asname or alias.name
                if alias.name == model.name and (origin == model.package or origin.startswith(f"{model.package}.")):
                    names.models.add(known)
                elif f"{origin}.{alias.name}" == model.module:
                    names.modules.add(known)
        elif isinstance(node, ast.Import):
            names.modules |= {alias.asname or alias.name for alias in node.names if alias.name == model.module}
        elif isinstance(node, ast.ClassDef) and module == model.module and node.name == model.name:
            names.models.add(node.name)
    return names


def _origin(node: ast.ImportFrom, module: str, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    parts = module.split(".")
    base = parts[: len(parts) - node.level + is_package]
    return ".".join([*base, *([node.module] if node.module else [])])
