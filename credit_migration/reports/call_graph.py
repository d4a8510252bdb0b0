"""Findings with a call path → one graph of all their calls, in which a call that they share stands once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from credit_migration.data import Finding

DRAWN_PATHS = 12
"""Paths of the graph, the proven ones first; each finding lists its own calls, drawn or not."""
_STEP = re.compile(r"(.+?:\d+) (.+)", re.DOTALL)


def call_graph(findings: Iterable[Finding]) -> dict[str, Any] | None:
    """
    Return the nodes and edges that the page draws, or ``None`` where no finding has a call path.

    A node has its ``place`` (file and line, or nothing), its ``name``, and ``part``: ``entry`` where a path begins,
    ``end`` where a proven one ends, ``open`` where one ends undecided, else ``call``. An edge is ``undecided`` where no
    proven path goes over it.
    """
    with_path = sorted((one for one in findings if one.path), key=lambda one: (one.undecided, -one.level))
    if not with_path:
        return None
    nodes: dict[str, dict[str, Any]] = {}
    edges: dict[tuple[str, str], dict[str, Any]] = {}
    for one in with_path[:DRAWN_PATHS]:
        for position, step in enumerate(one.path):
            is_last = position == len(one.path) - 1
            part = ("open" if one.undecided else "end") if is_last else "call" if position else "entry"
            nodes.setdefault(step, {"id": f"n{len(nodes)}", **_step(step), "part": part})
        for source, target in pairwise(one.path):
            ends = {"source": nodes[source]["id"], "target": nodes[target]["id"]}
            edges.setdefault((source, target), {**ends, "undecided": one.undecided})
    drawn = min(len(with_path), DRAWN_PATHS)
    return {"nodes": list(nodes.values()), "edges": list(edges.values()), "drawn": drawn, "paths": len(with_path)}


def _step(step: str) -> dict[str, str]:
    found = _STEP.fullmatch(step)
    return {"place": found[1], "name": found[2]} if found else {"place": "", "name": step}
