"""Progress on standard error, by tqdm: on a terminal only, and never in a report's way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias, TypeVar

from tqdm import tqdm

T = TypeVar("T")
Total: TypeAlias = int | Callable[[], int | None] | None


class Progress:
    """Counts rows on ``stream`` as they pass, with their rate and the time left."""

    def __init__(self, stream: Any, *, enabled: bool, label: str) -> None:
        self._stream = stream
        self._disabled = not (enabled and stream.isatty())
        self._label = label

    def __call__(
        self,
        rows: Iterable[T],
        *,
        total: Total = None,
        done: int = 0,
        unit: str = " rows",
        size: Callable[[T], int] | None = None,
    ) -> Iterator[T]:
        """
        Yield ``rows`` as they are.

        Args:
            total: how many are expected, for the time left; a function is called only where that is shown.
            done: how many an earlier run has done; they are shown as done and count in no rate.
            unit: what they are.
            size: how many one of them counts for, where it is not one.

        """
        if self._disabled:
            yield from rows
            return
        bar = tqdm(
            rows if size is None else None,
            total=total() if callable(total) else total,
            initial=done,
            desc=self._label,
            unit=unit,
            unit_scale=True,
            file=self._stream,
            leave=False,
        )
        if size is None:
            yield from bar
            return
        with bar:
            for page in rows:
                yield page
                bar.update(size(page))
