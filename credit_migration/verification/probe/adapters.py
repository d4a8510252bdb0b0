"""A host and a dotted path → the object that makes the probe's data and awards; the one for Open edX by default."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.apps import apps

from credit_migration.host import Host


class NoAdapter(Exception):
    """The host is none that a built-in adapter knows."""


def find_adapter(host: Host, dotted: str) -> Any:
    """
    Return the adapter at this dotted path, ``-`` for the built-in one.

    Raises: NoAdapter where the built-in one does not know the host; and whatever a path that was given raises.
    """
    if dotted != "-":
        module, _, name = dotted.rpartition(".")
        return getattr(import_module(module), name)(host)
    if not apps.is_installed("django.contrib.sites"):
        raise NoAdapter("django.contrib.sites is not installed")
    site: Any = import_module("django.contrib.sites.models").Site
    if not hasattr(site, "siteconfiguration"):
        raise NoAdapter("a Site has no SiteConfiguration")
    package = host.credential.__module__.rpartition(".")[0] if host.credential else ""
    try:
        issuers = import_module(f"{package}.issuers")
    except ImportError as exc:
        raise NoAdapter(str(exc)) from exc
    if not hasattr(issuers, "ProgramCertificateIssuer"):
        raise NoAdapter(f"'{package}.issuers' has no ProgramCertificateIssuer")
    return import_module("credit_migration.verification.probe.openedx").OpenEdxCredentials(host, issuers)
