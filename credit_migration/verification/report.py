"""Facts and verdict of D5 → ``Report``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from credit_migration.data import Column, Finding, Location, Report, Section
from credit_migration.data.verification import (
    Answer,
    Connection,
    ProbeFacts,
    SourceFacts,
    Switch,
    Trigger,
    Verdict,
    Way,
)
from credit_migration.messages import finding
from credit_migration.verification.probe.report import probe_fact, probe_findings, probe_sections
from credit_migration.verification.wiring_report import disconnected, switched, wiring

_TELLS = {
    "request": "a recorded request",
    "pathway": "the pathway",
    "address": "the institution's address",
    "message": "the credit request's message",
}


def resend_report(
    verdict: Verdict,
    source: SourceFacts,
    probe: ProbeFacts | None,
    triggers: tuple[Trigger, ...],
    *,
    connections: tuple[Connection, ...],
    switches: tuple[Switch, ...],
    triggers_looked_at: str,
    host: str,
    duration_s: float,
) -> Report:
    """Return the report on D5."""
    looked = source.looked
    return Report(
        command="verify_resend_removed",
        title=f"Credit requests sent without the learner asking: {verdict.answer.value}",
        facts={
            "verdict": verdict.answer.value,
            "basis": verdict.basis,
            "request_model": host,
            "settings_module": looked.settings_module,
            "modules_loaded": looked.modules,
            "modules_read_only": looked.unloaded,
            "functions_followed": looked.functions,
            "entries": len(looked.entries),
            "probe": probe_fact(probe),
            "triggers": triggers_looked_at,
            "source_took_s": round(duration_s, 1),
        },
        sections=(
            _looked_at(source),
            wiring(source, connections),
            disconnected(connections),
            switched(switches),
            _allowed(source),
            _leftovers(source),
            *probe_sections(probe),
        ),
        findings=tuple(_findings(source, probe, triggers)),
        next_step=_next(verdict, probe),
    )


def _looked_at(source: SourceFacts) -> Section:
    counts = Counter(entry.kind.value for entry in source.looked.entries)
    return Section(
        name="looked_at",
        title="Where the host's code starts",
        columns=(Column(name="kind", title="Kind"), Column(name="entries", title="Entries")),
        rows=tuple(sorted(counts.items())),
        note="Each was followed through every call, whatever its settings and switches say.",
    )


def _allowed(source: SourceFacts) -> Section:
    return Section(
        name="asked",
        title="Sends that the learner asks for",
        columns=(Column(name="view", title="View"), Column(name="send", title="Send"), Column(name="by", title="By")),
        rows=tuple(sorted({(way.entry.name, str(way.send), way.channel) for way in source.allowed})),
    )


def _leftovers(source: SourceFacts) -> Section:
    return Section(
        name="left_over",
        title="Left over: could send, but nothing calls it",
        columns=(Column(name="function", title="Function"), Column(name="place", title="Place")),
        rows=tuple(sorted((item.name, str(item.location)) for item in source.leftovers)),
    )


def resend_findings(source: SourceFacts) -> tuple[Finding, ...]:
    """Return what the source says of D5, without what is only left over."""
    return tuple(found for found in _findings(source, None, ()) if not found.id.endswith("I307"))


def _findings(source: SourceFacts, probe: ProbeFacts | None, triggers: tuple[Trigger, ...]) -> Iterator[Finding]:
    by_send: dict[tuple[Location, str], list[Way]] = {}
    for way in source.ways:
        by_send.setdefault((way.send, way.channel), []).append(way)
    for _, ways in sorted(by_send.items(), key=lambda one: (one[0][0].path, one[0][0].line, one[0][1])):
        best = min(ways, key=lambda way: (len(way.calls), -len(way.entry.name), way.calls))
        others = sorted({f"{way.entry.kind.value} {way.entry.name}" for way in ways} - {_entry(best)})
        yield finding(
            "E301",
            location=best.send,
            path=best.calls,
            entry=_entry(best),
            wired=best.entry.wired,
            channel=best.channel,
            tells=", ".join(_TELLS[label] for label in best.tells),
            also=f" It is reached from {', '.join(others)} too." if others else "",
            switch=f" The condition ({'; '.join(map(str, best.switches))}) is a switch, not a removal."
            if best.switches
            else "",
            caller=best.calls[-2] if len(best.calls) > 1 else best.entry.name,
        )
    yield from probe_findings(probe)
    for doubt in source.doubts:
        yield finding("U303", location=doubt.location, path=doubt.calls, what=doubt.what, decide=doubt.decide)
    for trigger in triggers:
        yield finding("U306", obj=trigger.table, location=trigger.location, trigger=trigger.name, table=trigger.table)
    for item in source.leftovers:
        yield finding("I307", obj=item.name, location=item.location, function=item.name)


def _entry(way: Way) -> str:
    return f"{way.entry.kind.value} {way.entry.name}"


def _next(verdict: Verdict, probe: ProbeFacts | None) -> str:
    if verdict.answer is Answer.PRESENT:
        return "remove the call that each path shows, then run python manage.py verify_resend_removed again"
    if verdict.answer is Answer.INCONCLUSIVE:
        return "decide each undecided place as its hint says, then run python manage.py verify_resend_removed again"
    if probe is None or not probe.ran:
        return "python manage.py verify_resend_removed --probe"
    return "python manage.py verify_credit_decisions"
