"""The file of candidates, as anybody who is handed it would read it → request, program and grade of each."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path


def read_candidates(path: Path) -> Iterator[tuple[int, int, str]]:
    """Yield (request id, program id, grade) of each line of ``infer_program_candidates --format csv``."""
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            yield int(row["request_id"]), int(row["program_id"]), row["grade"]
