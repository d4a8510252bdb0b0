"""What the tests over the synthetic hosts share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Any

import pytest

from tests.synthetic_hosts.overlay import Variant
from tests.synthetic_hosts.runner import in_parallel
from tests.synthetic_hosts.variants import VARIANTS


@pytest.fixture(scope="module")
def asked(request: pytest.FixtureRequest) -> Callable[[Callable[[Variant], Any]], dict[str, Future[Any]]]:
    """Return a function that asks each variant of this module's chosen tests one thing, all of them in parallel."""

    def ask_all(ask: Callable[[Variant], Any]) -> dict[str, Future[Any]]:
        return in_parallel(ask, _chosen(request))

    return ask_all


def _chosen(request: pytest.FixtureRequest) -> Iterable[Variant]:
    """Return the variants whose tests are selected in this run; all of them if only a summary is."""
    chosen = {}
    for item in request.session.items:
        variant = getattr(item, "callspec", None) and item.callspec.params.get("variant")
        if variant and item.path == request.path:
            chosen[variant.name] = variant
    return list(chosen.values()) or VARIANTS
