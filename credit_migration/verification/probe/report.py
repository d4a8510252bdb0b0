"""What the probe tried and saw → the fact, the tables and the findings that tell it; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from credit_migration.data import Column, Finding, Section
from credit_migration.data.verification import ProbeFacts, Sent
from credit_migration.messages import finding


def probe_fact(probe: ProbeFacts | None) -> str:
    """Return in words whether the probe ran, and how much it tried."""
    if probe is None:
        return "not asked for"
    if not probe.ran:
        return f"did not run: {probe.why_not}"
    unseen = f"; {probe.unwatched} can't be seen on this machine" if probe.unwatched else ""
    return f"{len(probe.trials)} awards tried{unseen}"


def probe_sections(probe: ProbeFacts | None) -> Iterator[Section]:
    """Yield the ways, the awards and the functions that ran; nothing if the probe did not run."""
    if probe is None or not probe.ran:
        return
    yield _ways(probe)
    yield _awards(probe)
    if probe.functions_ran:
        yield _functions(probe)


def _ways(probe: ProbeFacts) -> Section:
    tried = Counter(_way(trial) for trial in probe.trials)
    left = Counter(_way(sent.trial) for sent in probe.sent)
    columns = (("way", "Way"), ("awards", "Awards tried"), ("left", "Credit requests"), ("why_none", "Why none"))
    return Section(
        name="ways_of_awarding",
        title="Ways of awarding, tried in the scratch database",
        columns=tuple(Column(name=name, title=title) for name, title in columns),
        rows=(
            *((way, number, left[way], "") for way, number in tried.items()),
            *((_way(text), 0, 0, text.partition(": ")[2]) for text in probe.missing),
        ),
    )


def _awards(probe: ProbeFacts) -> Section:
    left, unclear = (Counter(sent.trial for sent in some) for some in (probe.sent, probe.unclear))
    columns = (
        ("award", "Award"),
        ("left", "Credit requests"),
        ("unclear", "Unclear"),
        ("requests_used", "Table used"),
        ("failed", "Failed"),
    )
    failed = {trial for trial in probe.trials for text in probe.failed if text.startswith(f"{trial}: ")}
    return Section(
        name="awards",
        title="Awards tried in the scratch database",
        columns=tuple(Column(name=name, title=title) for name, title in columns),
        rows=tuple(
            (trial, left[trial], unclear[trial], trial in probe.touched or left[trial] > 0, trial in failed)
            for trial in probe.trials
        ),
        note="Unclear: what left without telling to whom. Table used: SQL on the table of credit requests.",
    )


def _functions(probe: ProbeFacts) -> Section:
    columns = (("module", "Module"), ("function", "Function"), ("file", "File"), ("line", "Line"))
    return Section(
        name="functions_ran",
        title="Functions of the host that ran during an award",
        columns=tuple(Column(name=name, title=title) for name, title in columns),
        rows=tuple((ran.module, ran.qualname, ran.file, ran.line) for ran in probe.functions_ran),
    )


def probe_findings(probe: ProbeFacts | None) -> Iterator[Finding]:
    """Yield what the probe saw; the same calls are told once, with the awards that they served."""
    if probe is None:
        return
    for sent, trials in _together(probe.sent):
        yield finding("E302", obj=sent.trial, path=sent.calls, trial=sent.trial, channel=sent.channel,
                      recipients=", ".join(sent.recipients) or "nobody named", also=_also(trials))  # fmt: skip
    for sent, trials in _together(probe.unclear):
        receivers = f" to {', '.join(sent.recipients)}" if sent.recipients else ""
        yield finding("U308", obj=sent.trial, path=sent.calls, trial=sent.trial, channel=sent.channel,
                      recipients=receivers, also=_also(trials))  # fmt: skip
    if probe.touched:
        yield finding("U304", obj="probe", trial=probe.touched[0], also=_also(probe.touched))
    for text in probe.failed:
        yield finding("U305", obj="probe", reason=text)


def _together(some: Sequence[Sent]) -> Iterator[tuple[Sent, list[str]]]:
    """Yield each path to a channel once, in the order of the awards: its first, and the names of all."""
    groups: dict[object, list[Sent]] = {}
    for sent in some:
        groups.setdefault((sent.channel, sent.calls), []).append(sent)
    for group in groups.values():
        yield group[0], list(dict.fromkeys(sent.trial for sent in group))


def _also(trials: Sequence[str]) -> str:
    others = len(trials) - 1
    return f" So it was during {others} other award{'s' if others > 1 else ''}." if others else ""


def _way(trial: str) -> str:
    return trial.partition(": ")[0]
