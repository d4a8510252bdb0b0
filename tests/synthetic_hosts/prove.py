"""What a proof of a variant says against its label."""

from __future__ import annotations

from typing import Any

from tests.synthetic_hosts.overlay import Variant


def objection(variant: Variant, proof: dict[str, Any]) -> str:
    """Return why the label of the variant is not borne out by its behaviour; the empty text if it is."""
    if "failed" in proof:
        return "" if not variant.imports else f"The host does not run: {proof['failed'][-600:]}"
    if not variant.imports:
        return "The host runs, though its import was to fail."
    sent = proof["to_institutions"]
    if variant.verdict == "PRESENT":
        return "" if sent else f"Nothing went to an institution. Errors: {proof['errors']}"
    if sent:
        return f"To an institution went: {sent[0]}"
    if variant.verdict == "ABSENT" and proof["errors"]:
        return f"A way of awarding did not run: {proof['errors']}"
    if variant.verdict == "ABSENT" and not any("Congratulations" in one["what"] for one in proof["others"]):
        return "No learner was congratulated, so nothing was awarded."
    return ""
