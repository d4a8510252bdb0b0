"""Hosts of other families whose module nothing imports until the award does: the process that is asked has it not."""

from __future__ import annotations

from dataclasses import replace

from tests.synthetic_hosts.overlay import ISSUERS, Edit, Variant
from tests.synthetic_hosts.variants import (
    by_python,
    carried,
    elsewhere,
    everyday,
    handed,
    lawful,
    sixth,
    sixth_gone,
    spelled,
    suspended,
    twins,
)
from tests.synthetic_hosts.variants.sixth import CALL_AFTER

FAMILIES = (sixth, sixth_gone, suspended, by_python, carried, handed, lawful, spelled, twins, elsewhere, everyday)
ANNOUNCED = "        self._announce(user_credential, created)\n"
LATE = Edit(
    ISSUERS,
    ANNOUNCED,
    "        from campus.records.after import after\n\n        after(learner, credential.program)\n" + ANNOUNCED,
)
ONE_IN = 3


def later(variant: Variant) -> Variant:
    steps = (*variant.steps[: -len(CALL_AFTER)], LATE)
    return replace(variant, name=f"{variant.name}_lazily", description=f"Lazily: {variant.description}", steps=steps)


_CALLED = [one for family in FAMILIES for one in family.VARIANTS if one.steps[-len(CALL_AFTER) :] == CALL_AFTER]
VARIANTS = tuple(map(later, _CALLED[::ONE_IN]))
