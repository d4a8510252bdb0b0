"""What source, probe and database say → PRESENT, ABSENT or INCONCLUSIVE; a pure function."""

from __future__ import annotations

from credit_migration.data.verification import Answer, ProbeFacts, SourceFacts, Trigger, Verdict


def decide(source: SourceFacts, probe: ProbeFacts | None = None, triggers: tuple[Trigger, ...] = ()) -> Verdict:
    """
    Return the verdict; the first line of the table that holds, holds.

    ====================  =====================  =============  ====================================
    source                probe                  triggers       verdict
    ====================  =====================  =============  ====================================
    a way                 any                    any            PRESENT, by source
    any                   sent something         any            PRESENT, by the probe
    a doubt               any                    any            INCONCLUSIVE, by source
    no way                failed, or unclear,    any            INCONCLUSIVE, by the probe
                          or only read
    no way                any                    some           INCONCLUSIVE, by the database
    no way                did not run            none           ABSENT, by source only
    no way                sent nothing           none           ABSENT, by source and probe
    ====================  =====================  =============  ====================================
    """
    if source.ways and probe is not None and probe.sent:
        return Verdict(answer=Answer.PRESENT, basis="by source and by the probe")
    if source.ways:
        return Verdict(answer=Answer.PRESENT, basis="by source")
    if probe is not None and probe.sent:
        return Verdict(answer=Answer.PRESENT, basis="by the probe")
    if source.doubts:
        return Verdict(answer=Answer.INCONCLUSIVE, basis="by source")
    if probe is not None and (probe.failed or probe.unclear or probe.touched):
        return Verdict(answer=Answer.INCONCLUSIVE, basis="by the probe")
    if triggers:
        return Verdict(answer=Answer.INCONCLUSIVE, basis="by the database")
    if probe is None or not probe.ran:
        return Verdict(answer=Answer.ABSENT, basis="by source only: no award was tried")
    return Verdict(answer=Answer.ABSENT, basis="by source and by the probe")
