"""Places of the host's code that rely on the unique → findings, each with what will happen; pure functions."""

from __future__ import annotations

from collections.abc import Sequence

from credit_migration import messages
from credit_migration.data import Finding
from credit_migration.data.safety import Dependence, Dependent, HostNames

_IDS = {
    Dependence.GET: "E440",
    Dependence.GET_OR_CREATE: "E441",
    Dependence.EXISTS_THEN_CREATE: "W442",
    Dependence.INTEGRITY_ERROR: "W443",
    Dependence.BULK_CREATE: "E444",
    Dependence.UPSERT: "E444",
    Dependence.META: "E445",
    Dependence.SERIALIZER: "E446",
    Dependence.IN_BULK: "E447",
    Dependence.KEYED: "W448",
    Dependence.UNKNOWN: "U449",
}


def judge_code(dependents: Sequence[Dependent], names: HostNames) -> list[Finding]:
    """Return a finding for each place, in the order given."""
    return [
        messages.finding(
            _IDS[one.dependence],
            obj=names.request,
            location=one.location,
            function=one.function or "The module",
            code=one.code,
            model=names.request.rpartition(".")[2],
            user=names.user_field,
            pathway=names.pathway_field,
            field=names.program_field,
        )
        for one in dependents
    ]
