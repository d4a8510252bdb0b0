"""Whether Python would find a module, as ``sys.meta_path`` says, without running the host's code."""

import importlib
import sys

import pytest

from credit_migration.verification.source.program import Program


class Refusing:
    def find_spec(self, name, path, target=None):
        raise ImportError(name)


def test_a_finder_that_refuses_or_that_can_not_be_asked_finds_nothing(monkeypatch):
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, object(), Refusing()])
    program = Program(())

    assert program.can_find("wave")
    assert not program.can_find("no_such_module")


def test_a_finder_of_the_host_is_not_asked(tmp_path, monkeypatch):
    (tmp_path / "hosts_finder.py").write_text(
        "asked = []\n\n\nclass Finder:\n    def find_spec(self, name, path, target=None):\n        asked.append(name)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module("hosts_finder")
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, module.Finder()])

    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("no_such_module")
    assert module.asked.count("no_such_module") == 1
    assert not Program((tmp_path,)).can_find("no_such_module")
    assert module.asked.count("no_such_module") == 1
