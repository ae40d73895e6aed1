"""Reads files again, and accepts the rows that were chosen into the outbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from queue import SimpleQueue

from core.errors import SettingError
from core.events import Producer
from core.files.options import ReadingOptions
from core.files.rows import Row
from worker.imports.preview import STEP_ROWS, rows_of
from worker.outbox.outbox_writer import AcceptRequest, AcceptResult, OutboxWriter


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """Every row is in one of them. `known`: of the accepted, those that were accepted before."""

    accepted: int = 0
    known: int = 0
    left_out: int = 0
    refused: int = 0
    problem: str = ""  # of the last one that was refused

    @property
    def rows(self) -> int:
        return self.accepted + self.left_out + self.refused


def marks_of(paths: Sequence[str]) -> tuple[tuple[int, int] | None, ...]:
    """Sizes and times of change, to see whether files are as they were when they were previewed."""
    return tuple(map(_mark, paths))


class ImportSending:
    """One thread at a time."""

    def __init__(
        self,
        paths: Sequence[str],
        chosen: bytes,
        marks: Sequence[tuple[int, int] | None],
        options: ReadingOptions,
        writer: OutboxWriter,
        *,
        previewed_ms: int,
        now_ms: Callable[[], int],
    ) -> None:
        """`chosen`: by the number of a row, 1 if it is to be sent."""
        self._paths, self._chosen, self._marks = paths, chosen, marks
        self._writer, self._now_ms = writer, now_ms
        self._rows: Iterator[tuple[str, Row]] = rows_of(paths, options, previewed_ms, lambda _words: None)
        self._number = 0
        self.counts = ImportCounts()

    def step(self) -> bool:
        """Accept the next rows; False after the last. SettingError when a file has changed, or nothing is accepted."""
        if not self._number and marks_of(self._paths) != tuple(self._marks):
            raise SettingError("A file has changed since it was read: open the import again.")
        rows = [row for _path, row in islice(self._rows, STEP_ROWS)]
        requests: list[AcceptRequest] = []
        replies: SimpleQueue[AcceptResult] = SimpleQueue()
        at_ms = self._now_ms()
        for row in rows:
            is_chosen = self._number < len(self._chosen) and self._chosen[self._number]
            self._number += 1
            if row.workout is None or row.message is None or not is_chosen:
                self.counts = replace(self.counts, left_out=self.counts.left_out + 1)
                continue
            requests.append(AcceptRequest(row.workout, at_ms, replies.put, row.message.body, source=Producer.FILE))
        self._accept(requests, replies)
        return len(rows) == STEP_ROWS

    def _accept(self, requests: Sequence[AcceptRequest], replies: SimpleQueue[AcceptResult]) -> None:
        if not requests:
            return
        if not self._writer.accept(requests):
            raise SettingError("Too much is being submitted just now, or the program is ending.")
        for result in [replies.get() for _request in requests]:
            if result.unavailable:
                raise SettingError(result.error)
            counts = self.counts
            if result.refusal:
                self.counts = replace(counts, refused=counts.refused + 1, problem=result.refusal)
            else:
                known = counts.known + result.was_known
                self.counts = replace(counts, accepted=counts.accepted + 1, known=known)


def _mark(path: str) -> tuple[int, int] | None:
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns
