"""Rows into the outbox, and a verdict for each on standard output."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from functools import partial
from queue import SimpleQueue

from core.errors import SettingError
from core.events import Producer
from core.files.rows import Row
from worker.outbox.outbox_writer import AcceptRequest, AcceptResult, OutboxWriter
from worker.runtime.clock import now_ms

KNOWN = "known already"


class Acceptance:
    """Accepts the rows of one run and writes their verdicts. Of the main thread."""

    def __init__(self, writer: OutboxWriter | None) -> None:
        """Without a writer (`--dry-run`) nothing is accepted."""
        self._writer = writer
        self._label = ""
        self._last_line = 0
        self.accepted = self.refused = self.known = 0

    def begin(self, label: str) -> None:
        """Another file; `label` is what its verdicts begin with, empty where there is only one."""
        self._label = f"{printable(label)}:" if label else ""
        self._last_line = 0

    @property
    def last_place(self) -> str:
        return f"{self._label}{self._last_line}"

    def take(self, rows: Sequence[Row]) -> None:
        """SettingError when the outbox cannot be written: nothing behind the last row with a verdict is accepted."""
        results = {} if self._writer is None else self._accept(self._writer, rows)
        for number, row in enumerate(rows):
            result = results.get(number, AcceptResult())
            if result.unavailable:
                raise SettingError(f"{result.error} Nothing after line {self.last_place} was accepted.")
            self._tell(row, result)

    def _accept(self, writer: OutboxWriter, rows: Sequence[Row]) -> Mapping[int, AcceptResult]:
        """By the row's number in its group; nothing for rows that are no workout. Waits for the commit."""
        replies: SimpleQueue[tuple[int, AcceptResult]] = SimpleQueue()
        at_ms = now_ms()
        requests = [
            AcceptRequest(row.workout, at_ms, partial(_reply, replies, number), row.message.body, source=Producer.FILE)
            for number, row in enumerate(rows)
            if row.workout is not None and row.message is not None
        ]
        if not writer.accept(requests):
            raise SettingError(f"The program is ending. Nothing after line {self.last_place} was accepted.")
        return dict(replies.get() for _ in requests)

    def _tell(self, row: Row, result: AcceptResult) -> None:
        self._last_line = row.last_line or row.line  # first: Ctrl+C may come in between
        problem = row.problem or result.refusal
        place = f"{self._label}{row.place}"
        if problem or row.workout is None:
            self.refused += 1
            sys.stdout.write(f"{place}\trefused\t{printable(problem)}\n")
            return
        self.accepted += 1
        self.known += result.was_known
        known = f"\t{KNOWN}" if result.was_known else ""
        sys.stdout.write(f"{place}\taccepted\t{row.workout.workout_id}{known}\n")


def _reply(replies: SimpleQueue[tuple[int, AcceptResult]], number: int, result: AcceptResult) -> None:
    replies.put((number, result))


def printable(text: str) -> str:
    """One line that no terminal obeys: control and format characters, tabs and half surrogates are gone."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
