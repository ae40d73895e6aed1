"""What a page shows over time, in a bounded number of steps, however long a recording is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from core.metrics.latency import BUCKET_MS, LatencyRow
from worker.recording.page.story import Frame

MOST_FRAMES = 1_500
SHORTEST_STEP_MS = 500
MOST_ROWS = 1_500


class FrameClock:
    """When frames are due: every `step_ms` from the beginning, half as often whenever there would be too many."""

    def __init__(self, began_ms: int) -> None:
        self.began_ms = began_ms
        self.step_ms = SHORTEST_STEP_MS
        self.frames: list[Frame] = []

    def due(self, until_ms: int) -> Iterator[int]:
        """Times before `until_ms`; of each a frame is appended to `frames` before the next is asked for."""
        while until_ms - self.began_ms > self.step_ms * (MOST_FRAMES - 1):
            self.halve()
        while (next_ms := self.began_ms + len(self.frames) * self.step_ms) < until_ms:
            yield next_ms

    def halve(self) -> None:
        """Every second frame goes."""
        self.frames = halved(self.frames)
        self.step_ms *= 2


def halved(frames: list[Frame]) -> list[Frame]:
    """Every second frame is left out; the one after it, or the last, takes over what was deepest."""
    kept = frames[::2]
    for place, dropped in enumerate(frames[1::2], start=1):
        heir = min(place, len(kept) - 1)
        kept[heir] = replace(kept[heir], deepest=max(kept[heir].deepest, dropped.deepest))
    return kept


class LatencyRows:
    """Rows of a LatencySeries, for longer than it has them. Of two that become one, the slower stays."""

    def __init__(self) -> None:
        self.span_ms = BUCKET_MS
        self._rows: dict[int, LatencyRow] = {}  # by the start of their span

    def __iter__(self) -> Iterator[LatencyRow]:
        return (row for _, row in sorted(self._rows.items()))

    def put(self, rows: Iterable[LatencyRow]) -> None:
        """A row that is known by its time already is replaced."""
        for row in rows:
            self._put(row)
        while len(self._rows) > MOST_ROWS:
            self.span_ms *= 2
            known, self._rows = list(self), {}
            for row in known:
                self._put(row)

    def _put(self, row: LatencyRow) -> None:
        start_ms = row.start_ms // self.span_ms * self.span_ms
        known = self._rows.get(start_ms)
        if known is None or known.start_ms == row.start_ms or _slowness(row) > _slowness(known):
            self._rows[start_ms] = row


def _slowness(row: LatencyRow) -> float:
    return sum(each.p95_ms for each in (row.wait, row.run) if each is not None)
