"""Library functions whose answer is more than what they are given: names, imports, containers, calls by text."""

from __future__ import annotations

import ast
import functools
import importlib.util
import re
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.mail.backends.base import BaseEmailBackend
from django.urls import ResolverMatch

from credit_migration.verification.source.channels import File, foreign
from credit_migration.verification.source.machine import ANY
from credit_migration.verification.source.values import (
    NOTHING,
    UNKNOWN,
    Applied,
    Arguments,
    ByName,
    Const,
    Function,
    Holder,
    Instance,
    Live,
    Maybe,
    Module,
    Pattern,
    Rows,
    Scope,
    SourceClass,
    SourceModule,
    Value,
    joined,
    one,
)

Handler = Callable[[Any, Value | None, Arguments, ast.AST], Value | None]
SPECIAL: dict[tuple[str | None, str | None], Handler] = {}
_IDENTITY_NAMES = (
    "wraps", "update_wrapper", "lru_cache", "cache", "singledispatch", "abstractmethod", "contextmanager",
    "asynccontextmanager", "sync_to_async", "async_to_sync", "database_sync_to_async", "total_ordering", "cast",
    "dataclass", "path", "re_path", "url", "include", "register", "display", "action", "final", "override",
    "classproperty", "never_cache", "csrf_exempt", "staticmethod", "classmethod",
)  # fmt: skip
IDENTITY: dict[str, Any] = dict.fromkeys(_IDENTITY_NAMES, functools.wraps)


def special(*keys: tuple[str, str]) -> Callable[[Handler], Handler]:
    """Register a handler by the module and name of what it stands for; module ``""`` is any method of this name."""

    def keep(handler: Handler) -> Handler:
        SPECIAL.update(dict.fromkeys(keys, handler))
        return handler

    return keep


@special(("builtins", "getattr"))
def get_attribute(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    target, name = arguments.get(0, ""), arguments.get(1, "")
    result = NOTHING
    for text in name.strings():
        found = m.attribute(target, text, node)
        m.mention(node, text, found)
        result = result | found
    if len(arguments.positional) > 2:
        result = result | arguments.positional[2]
    if name.unknown or name.only(Pattern):
        patterns = [re.compile(ref.regex) for ref in name.only(Pattern)]
        wanted = [n for n in _names(m, target) if not patterns or any(p.fullmatch(n) for p in patterns)]
        candidates = joined(m.attribute(target, n, node) for n in wanted)
        text = f"which attribute 'getattr' reads: {_unparse(node)}"
        result = result | Value(frozenset({Maybe(candidates, text)}), target.labels, True)
    return result


def _names(m: Any, target: Value) -> list[str]:
    """Return the names of the host's own functions and classes on an object."""
    found: list[str] = []
    for ref in target.refs:
        if isinstance(ref, Live) and isinstance(ref.obj, types.ModuleType | dict):
            space = ref.obj if isinstance(ref.obj, dict) else vars(ref.obj)
            found += [n for n, o in list(space.items()) if isinstance(o, types.FunctionType) and m.program.function(o)]
        elif isinstance(ref, SourceModule):
            found += [n for n, v in m.source_scope(ref.module).names.items() if v.only(Function)]
        else:
            cls = ref.cls if isinstance(ref, Instance) else getattr(ref, "obj", None)
            cls = cls if isinstance(cls, type | SourceClass) or cls is None else type(cls)
            if isinstance(cls, type):
                found += [n for n in dir(cls) if m.is_own(cls, n)]
            elif isinstance(cls, SourceClass):
                found += [n for n, v in cls.scope.names.items() if v.only(Function)]
    return found


@special(("builtins", "setattr"))
def set_attribute(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    target, name, value = arguments.get(0, ""), arguments.get(1, ""), arguments.get(2, "")
    for text in name.strings() or (ANY,):
        m.assign_attribute(target, text, value, node)
    return NOTHING


@special(("importlib", "import_module"), ("builtins", "__import__"), ("django.utils.module_loading", "import_string"),
         ("pydoc", "locate"), ("pkgutil", "resolve_name"), ("celery.utils.imports", "symbol_by_name"),
         ("kombu.utils.imports", "symbol_by_name"), ("importlib", "__import__"))  # fmt: skip
def import_name(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    name = arguments.get(0, "name")
    result = _modules_like(m, name)
    if result != NOTHING:
        return result
    for text in name.strings():
        found = m.dotted(text, arguments.get(1, "package").strings())
        if found is None:
            m.wonder(node, f"'{text}', imported by this text, is not there")
        else:
            m.mention(node, text.rpartition(".")[2], found)
            result = result | found
    if name.unknown or name.only(Pattern) or not name.refs:
        m.wonder(node, f"what is imported by a text that the source does not show: {_unparse(node)}")
    return result if result != NOTHING else UNKNOWN


def _modules_like(m: Any, name: Value) -> Value:
    """Return the host's modules that a text may name of which the source shows how it starts."""
    patterns = [re.compile(ref.regex) for ref in name.only(Pattern) if not ref.regex.startswith(".*")]
    if not patterns:
        return NOTHING
    known = [module.name for module in map(m.program.file, m.program.files()) if module is not None]
    wanted = [text for text in known if any(pattern.fullmatch(text) for pattern in patterns)]
    return joined(m.dotted(text, ()) or NOTHING for text in wanted)


@special(("builtins", "exec"), ("builtins", "eval"))
def run_text(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    code = arguments.get(0, "source")
    for text in code.strings():
        try:
            tree = ast.parse(text)
        except SyntaxError:
            m.wonder(node, "code run from a text that does not parse")
            continue
        m.execute(tree.body, Scope(m.module, m.here, fallback=m.here.fallback))
        return joined(m.evaluate(s.value, m.here) for s in tree.body if isinstance(s, ast.Expr))
    if code.unknown or not code.strings():
        m.wonder(node, f"code run from a text that the source does not show: {_unparse(node)}")
    return UNKNOWN


@special(("builtins", "compile"))
def compile_text(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    return arguments.get(0, "source")


@special(("marshal", "loads"), ("types", "FunctionType"), ("types", "CodeType"), ("runpy", "run_path"),
         ("builtins", "function"), ("builtins", "code"), ("pickle", "loads"), ("_pickle", "loads"),
         ("runpy", "run_module"), ("importlib.util", "spec_from_file_location"), ("ctypes", "CDLL"))  # fmt: skip
def opaque(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    m.wonder(node, f"code or objects made where the source does not show them: {_unparse(node)}")
    return Value(labels=m.deep(arguments.joined()), unknown=True)


@special(("builtins", "globals"))
def global_names(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    live = m.here.fallback
    space = live.__globals__ if live is not None else vars(m.module.live) if m.module.live is not None else None
    return UNKNOWN if space is None else one(Live(space))


@special(("builtins", "vars"))
def attributes_of(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    spaces = [getattr(ref.obj, "__dict__", None) for ref in arguments.get(0, "").only(Live)]
    live = [dict(space) if not isinstance(space, dict) else space for space in spaces if space is not None]
    m.kept += live
    return joined(one(Live(space)) for space in live) | (NOTHING if live else UNKNOWN)


@special(("builtins", "type"))
def type_of(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    if len(arguments.positional) == 3:
        return _made_class(m, arguments, node)
    result = NOTHING
    for ref in arguments.joined().refs:
        if isinstance(ref, Instance):
            result = result | one(Live(ref.cls) if isinstance(ref.cls, type) else ref.cls)
        elif isinstance(ref, Live):
            result = result | one(Live(type(ref.obj)))
    return result if result != NOTHING else UNKNOWN


def _made_class(m: Any, arguments: Arguments, node: ast.AST) -> Value:
    name, bases, space = arguments.positional
    scope = Scope(m.module, m.here, fallback=m.here.fallback)
    for ref in space.only(Holder):
        scope.names |= {key: value for key, value in m.heap.of(ref) if isinstance(key, str)}
    shell: ast.ClassDef = ast.parse(f"class {(name.strings() or ('made',))[0]}: ...").body[0]  # type: ignore[assignment]
    shell.lineno, shell.col_offset = getattr(node, "lineno", 0), 0
    return one(SourceClass(shell, m.module, scope, (m.elements(bases, node),)))


@special(("builtins", "isinstance"), ("builtins", "issubclass"), ("builtins", "len"), ("builtins", "bool"),
         ("builtins", "hasattr"), ("builtins", "callable"), ("builtins", "id"), ("builtins", "hash"),
         ("builtins", "any"), ("builtins", "all"), ("builtins", "sum"))  # fmt: skip
def tell(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    given = arguments.joined()
    return Value(labels=m.deep(given) | m.elements(given, node).labels, unknown=True)


@special(("builtins", "str"))
def as_text(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value | None:
    value = arguments.joined()
    if value.refs and not value.unknown and all(isinstance(ref, Const) for ref in value.refs):
        return joined(one(Const(str(ref.value)), value.labels) for ref in value.only(Const))
    return None


@special(("builtins", "list"), ("builtins", "tuple"), ("builtins", "set"), ("builtins", "frozenset"),
         ("builtins", "sorted"), ("builtins", "reversed"), ("builtins", "iter"), ("collections", "deque"),
         ("itertools", "chain"), ("itertools", "islice"), ("itertools", "chain.from_iterable"), ("builtins", "slice"),
         ("itertools", "cycle"), ("", "from_iterable"), ("itertools", "batched"))  # fmt: skip
def container(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    items = joined(m.elements(value, node) for value in arguments.all())
    nested = joined(m.elements(Value(frozenset({ref})), node) for ref in items.only(Holder, Rows))
    for value in (v for k, v in arguments.keywords if k == "key"):
        m.call(value, Arguments((items,)), node)
    holder = Holder(f"held {m.site(node)}")
    m.hold(holder, ANY, items | nested)
    return one(holder, arguments.joined().labels)


@special(("builtins", "enumerate"), ("builtins", "zip"), ("itertools", "product"), ("itertools", "zip_longest"))
def pairs(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    inner, outer = Holder(f"pair {m.site(node)}"), Holder(f"pairs {m.site(node)}")
    first = 1 if getattr(getattr(node, "func", None), "id", "") == "enumerate" else 0
    for index, value in enumerate(arguments.positional):
        m.hold(inner, index + first, m.elements(value, node))
    m.hold(outer, ANY, one(inner, arguments.joined().labels))
    return one(outer, arguments.joined().labels)


@special(("builtins", "dict"), ("collections", "OrderedDict"), ("collections", "defaultdict"),
         ("types", "SimpleNamespace"),
         ("collections", "ChainMap"))  # fmt: skip
def mapping(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    holder = Holder(f"dict {m.site(node)}")
    for key, value in arguments.keywords:
        m.hold(holder, key, value)
    for value in arguments.positional:
        for ref in value.only(Holder):
            for key, held in m.heap.of(ref):
                m.hold(holder, key, held)
        m.hold(holder, ANY, m.elements(value, node) | m.call(value, Arguments(), node))
    return one(holder, arguments.joined().labels)


@special(("builtins", "next"), ("builtins", "max"), ("builtins", "min"), ("builtins", "anext"))
def element(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    items: Value = m.elements(arguments.joined(), node)
    return items | joined(arguments.positional[1:])


@special(("builtins", "map"), ("itertools", "starmap"))
def mapped(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    items = tuple(m.elements(value, node) for value in arguments.positional[1:])
    holder = Holder(f"mapped {m.site(node)}")
    m.hold(holder, ANY, m.call(arguments.get(0, ""), Arguments(items), node))
    return one(holder, joined(items).labels)


@special(("builtins", "filter"), ("itertools", "takewhile"), ("itertools", "dropwhile"), ("itertools", "filterfalse"))
def filtered(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    items = m.elements(arguments.get(1, ""), node)
    m.call(arguments.get(0, ""), Arguments((items,)), node)
    holder = Holder(f"filtered {m.site(node)}")
    m.hold(holder, ANY, items)
    return one(holder, items.labels)


@special(("functools", "reduce"), ("_functools", "reduce"))
def reduced(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    items = m.elements(arguments.get(1, ""), node)
    first = arguments.get(2, "") if len(arguments.positional) > 2 else items
    result: Value = first | m.call(arguments.get(0, ""), Arguments((first | items, items)), node)
    return result


@special(("functools", "partial"), ("functools", "partialmethod"))
def applied(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    return one(Applied(arguments.get(0, ""), arguments.positional[1:], arguments.keywords))


@special(("operator", "methodcaller"), ("_operator", "methodcaller"))
def method_by_name(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    rest = Arguments(arguments.positional[1:], arguments.keywords, arguments.rest)
    return one(ByName(arguments.get(0, ""), rest))


@special(("operator", "attrgetter"), ("_operator", "attrgetter"))
def attribute_by_name(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    return one(ByName(arguments.joined()))


@special(("operator", "call"), ("_operator", "call"), ("_thread", "start_new_thread"))
def call_first(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    inner = Arguments(arguments.positional[1:], arguments.keywords, arguments.rest)
    result: Value = m.call(arguments.get(0, ""), inner, node)
    return result


@special(("contextlib", "closing"), ("contextlib", "aclosing"))
def closed_at_the_end(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    thing = arguments.get(0, "thing")
    for name in ("close", "aclose"):
        m.call(m.attribute(thing, name, node), Arguments(), node)
    return thing


@special(("pkgutil", "iter_modules"), ("pkgutil", "walk_packages"))
def modules_of_a_package(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    """List what the package's folders have, as files: nothing is imported for it."""
    path = arguments.get(0, "path")
    folders = {Path(text) for text in (*path.strings(), *m.elements(path, node).strings())}
    prefix = arguments.get(1, "prefix").strings() or ("",)
    found = [path for path in map(Path, m.program.files()) if path.parent in folders or path.parent.parent in folders]
    stems = {path.parent.name if path.stem == "__init__" else path.stem for path in found} - {f.name for f in folders}
    names = joined(one(Const(f"{start}{stem}")) for start in prefix for stem in sorted(stems))
    if not stems:
        return UNKNOWN
    outer, info = Holder(f"modules {m.site(node)}"), Instance(types.SimpleNamespace, f"module {m.site(node)}")
    for key in ("name", ANY):
        m.hold(info, key, names)
    m.hold(outer, ANY, one(info))
    return one(outer)


@special(("django.contrib.auth", "get_user_model"))
def user_model(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    return one(Live(m.tables.host.user))


@special(("", "get_model"))
def model_by_name(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    first, second = arguments.get(0, "app_label"), arguments.get(1, "model_name")
    found = [m.tables.named(label, name) for label in first.strings() for name in second.strings() or ("",)]
    models = [model for model in found if model is not None]
    if not models:
        m.wonder(node, f"which model '{_unparse(node)}' gives")
        return UNKNOWN
    return joined(one(Live(model)) for model in models)


@special(("django.core.management", "call_command"))
def command(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    name = arguments.get(0, "command_name")
    for text in name.strings():
        found = m.command(text)
        if found is not None:
            made = m.call(found, Arguments(), node)
            for ref in made.only(Instance):
                m.call_overrides(ref, made.labels, UNKNOWN, node)
    if (name.unknown or name.only(Pattern)) and not name.strings():
        m.wonder(node, f"which command '{_unparse(node)}' runs")
    return UNKNOWN


@special(("", "signature"), ("", "subtask"))
def signature_by_name(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value | None:
    names = arguments.get(0, "name").strings()
    known = [name for name in names if name in m.wiring.tasks or name in m.program.unloaded_tasks()]
    is_app = any(cls.__module__ == "celery.app.base" for cls in m.classes(receiver or NOTHING))
    return task_by_name(m, receiver, arguments, node) if known or is_app else None


@special(("", "send_task"), ("celery.canvas", "signature"), ("celery.canvas", "subtask"))
def task_by_name(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value | None:
    if receiver is not None and not (m.classes(receiver) or receiver.unknown):
        return None
    name = arguments.get(0, "name")
    rest = m.elements(arguments.get(1, "args"), node) | m.elements(arguments.get(2, "kwargs"), node)
    for text in name.strings():
        task = m.wiring.tasks.get(text)
        unloaded = m.program.unloaded_tasks().get(text)
        if task is None and unloaded is not None:
            m.call(m.global_of(*unloaded) or NOTHING, Arguments(rest=rest | UNKNOWN), node)
        elif task is None:
            m.wonder(node, f"what the task '{text}', sent by name to another part, does")
        else:
            m.call(one(Live(task)), Arguments(rest=rest | UNKNOWN), node)
    if not name.strings():
        m.wonder(node, f"which task is sent by name: {_unparse(node)}")
    return UNKNOWN


@special(("django.urls.base", "reverse"), ("django.urls", "reverse"), ("django.urls.base", "reverse_lazy"),
         ("rest_framework.reverse", "reverse"))  # fmt: skip
def url_by_name(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    return joined(one(Const(f"url:{text}")) for text in arguments.get(0, "viewname").strings()) | UNKNOWN


@special(("", "__subclasses__"))
def subclasses(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    classes = [ref.obj for ref in (receiver or NOTHING).only(Live) if isinstance(ref.obj, type)]
    holder = Holder(f"subclasses {m.site(node)}")
    for cls in classes:
        m.hold(holder, ANY, joined(map(one, map(Live, type.__subclasses__(cls)))))
    return one(holder)


@special(("_io", "open"), ("io", "open"), ("builtins", "open"), ("", "open"))
def opened(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value | None:
    if receiver is not None and m.classes(receiver):
        return None
    return Value(frozenset({Instance(File, m.site(node))}), m.stored("files"))


@special(("django.core.mail", "get_connection"))
def mail_connection(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    return one(Instance(BaseEmailBackend, "connection"))


@special(("inspect", "getmembers"))
def members_of(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    target = arguments.get(0, "")
    outer, pair = Holder(f"members {m.site(node)}"), Holder(f"member {m.site(node)}")
    m.hold(pair, 0, UNKNOWN)
    m.hold(pair, 1, joined(m.attribute(target, name, node) for name in _names(m, target)))
    m.hold(outer, ANY, one(pair))
    return one(outer)


@special(("builtins", "dir"))
def names_of(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    outer = Holder(f"names {m.site(node)}")
    m.hold(outer, ANY, joined(one(Const(name)) for name in _names(m, arguments.get(0, ""))))
    return one(outer)


@special(("django.urls.base", "resolve"))
def resolved(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    match = Instance(ResolverMatch, m.site(node))
    m.hold(match, "func", joined(one(Live(view)) for view in m.pages(arguments)))
    return one(match)


@special(("builtins", "locals"), ("gc", "get_objects"))
def members(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    return UNKNOWN


def dotted(m: Any, text: str, package: tuple[str, ...]) -> Value | None:
    """Return what a dotted path names, ``None`` if nothing has that name. Imports nothing."""
    text = text.replace(":", ".")
    if text.startswith("."):
        text = (package[0] if package else m.module.name.rpartition(".")[0]) + text
    parts = text.split(".")
    for cut in range(len(parts), 0, -1):
        name = ".".join(parts[:cut])
        found: Value | None = None
        if name in sys.modules:
            found = m.of_live(sys.modules[name])
        else:
            module: Module | None = m.program.named(name)
            if module is not None:
                found = one(SourceModule(module))
        if found is not None:
            for part in parts[cut:]:
                before, found = found, m.attribute(found, part, ast.Pass())
                if found == UNKNOWN:
                    return one(Live(foreign(text))) if _library(before) else None
            return found
    return one(Live(foreign(text))) if _findable(parts[0]) else None


def _library(value: Value) -> bool:
    return any(
        isinstance(ref, Live) and "site-packages" in (getattr(ref.obj, "__file__", None) or "") for ref in value.refs
    )


def _findable(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def _unparse(node: ast.AST) -> str:
    text = ast.unparse(node) if isinstance(node, ast.expr) else ""
    return text if len(text) <= 80 else f"{text[:77]}…"
