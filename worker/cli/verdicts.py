"""Rows into the outbox, and a verdict for each on standard output."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

from core.codec.workout_codec import MessageKind
from core.errors import InvalidWorkoutError, SettingError, StoreDamagedError, StoreUnavailableError
from core.outbox.outbox import Outbox, Submission
from worker.cli.submit_rows import Row
from worker.consumer.factory import now_ms
from worker.outbox.accept_thread import submission_of

KNOWN = "known already"


@dataclass(frozen=True, slots=True)
class _Taken:
    """What became of a row: `problem` where it was refused."""

    problem: str = ""
    was_known: bool = False


class Acceptance:
    """Accepts the rows of one run and writes their verdicts. Of the main thread; `lock` guards the outbox."""

    def __init__(self, outbox: Outbox | None, lock: Lock) -> None:
        """Without an outbox (`--dry-run`) nothing is accepted."""
        self._outbox, self._lock = outbox, lock
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
        """SettingError when the outbox cannot be written: nothing of these rows was accepted."""
        good = [(number, made) for number, row in enumerate(rows) if (made := _submission(row)) is not None]
        taken = self._accept(good)
        for number, row in enumerate(rows):
            self._tell(row, taken.get(number, _Taken()))

    def _accept(self, good: Sequence[tuple[int, Submission]]) -> Mapping[int, _Taken]:
        """By the row's number in its group."""
        if self._outbox is None or not good:
            return {}
        try:
            with self._lock:
                entries = self._outbox.accept([submission for _, submission in good])
        except InvalidWorkoutError as error:
            if len(good) == 1:
                return {good[0][0]: _Taken(str(error))}
            return {number: taken for each in good for number, taken in self._accept([each]).items()}
        except (StoreUnavailableError, StoreDamagedError) as error:
            raise SettingError(f"{error} Nothing after line {self.last_place} was accepted.") from None
        return {number: _Taken(was_known=entry.was_known) for (number, _), entry in zip(good, entries, strict=True)}

    def _tell(self, row: Row, taken: _Taken) -> None:
        self._last_line = row.line  # first: Ctrl+C may come in between
        problem = row.problem or taken.problem
        place = f"{self._label}{row.line}"
        if problem or row.workout is None:
            self.refused += 1
            sys.stdout.write(f"{place}\trefused\t{printable(problem)}\n")
            return
        self.accepted += 1
        self.known += taken.was_known
        known = f"\t{KNOWN}" if taken.was_known else ""
        sys.stdout.write(f"{place}\taccepted\t{row.workout.workout_id}{known}\n")


def _submission(row: Row) -> Submission | None:
    if row.workout is None or row.message is None:
        return None
    return submission_of(row.workout, kind=MessageKind.SUBMITTED, submitted_at_ms=now_ms(), body=row.message.body)


def printable(text: str) -> str:
    """One line that no terminal obeys: control and format characters, tabs and half surrogates are gone."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
