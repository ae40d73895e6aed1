"""Writes what happens in a session to a file, beside the work itself."""

from __future__ import annotations

import os
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import monotonic
from typing import BinaryIO

from typing_extensions import override

from core.events import BatchProcessed, Confirmed, Event, PickedUp
from core.logs import get_log
from core.recording.anonymizer import Anonymizer
from core.recording.lines import RecordingError, end_line, header_line, record_line
from core.recording.recording import GZIP
from core.recording.records import Record, RecordedBatch, RecordingHeader
from worker.runtime.service_thread import ServiceThread

LEVEL = 6  # of compression
FLUSH_S = 2.0  # what a crash may cost
MOST_WAITING = 200_000  # workouts in events that are not written yet
MOST_OF_LINE = 5_000  # likewise, in one record
OWNER_ONLY = 0o600

_log = get_log(__name__)


class Recorder(ServiceThread):
    """Made, started, stopped, joined. `take` is for any thread and returns at once.

    Where writing is too slow, what comes in is dropped and counted. `on_problem` is called once, in its thread, with
    why the file could not be written any further; what follows is not recorded then.
    """

    def __init__(
        self, path: Path, header: RecordingHeader, *, now_ms: Callable[[], int], on_problem: Callable[[str], None]
    ) -> None:
        """Makes the file, which only its owner can read. RecordingError where it exists, or cannot be made."""
        super().__init__("recorder")
        self.path, self.header = path, header
        self._now_ms, self._on_problem = now_ms, on_problem
        self._waiting: deque[Record] = deque()
        self._weight = self._dropped = 0
        self._anonymizer = None if header.names else Anonymizer()
        self._zip = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)
        try:
            self._file: BinaryIO = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "wb")
        except FileExistsError:
            raise RecordingError(f"{path} exists already: a recording replaces no file.") from None
        except OSError as error:
            raise RecordingError(f"{path} cannot be written ({error.strerror}).") from None

    @property
    def is_running(self) -> bool:
        return not self._stopping

    def take(self, record: Record) -> None:
        weight = _weight_of(record)
        with self._changed:
            if self._stopping:
                return
            if self._weight + weight > MOST_WAITING:
                self._dropped += len(record.events) if isinstance(record, RecordedBatch) else 1
                return
            self._weight += weight
            self._waiting.append(record)
            self._changed.notify()

    @override
    def _run(self) -> None:
        try:
            with self._file:
                self._file.write(self._zip.compress(header_line(self.header)))
                self._write_all()
                self._file.write(self._zip.compress(end_line(self._now_ms(), self._dropped)))
                self._file.write(self._zip.flush())
        except OSError as error:
            _log.warning("the recording could not be written", problem=str(error))
            self.stop()
            self._on_problem(f"The recording {self.path.name} ends here: it cannot be written ({error.strerror}).")

    def _write_all(self) -> None:
        """Until it is stopped, and all that came before is written."""
        flushed_s = monotonic()
        while (records := self._next()) is not None:
            for record in records:
                self._write(record)
            if monotonic() - flushed_s >= FLUSH_S:
                flushed_s = monotonic()
                self._file.write(self._zip.flush(zlib.Z_SYNC_FLUSH))
                self._file.flush()

    def _next(self) -> Sequence[Record] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._stopping, FLUSH_S)
            if self._stopping and not self._waiting:
                return None
            records, self._weight = list(self._waiting), 0
            self._waiting.clear()
            return records

    def _write(self, record: Record) -> None:
        for part in _split(record):
            known = part if self._anonymizer is None else self._anonymizer.record(part)
            self._file.write(self._zip.compress(record_line(known)))


def _weight_of(record: Record) -> int:
    return sum(map(_workouts_in, record.events)) if isinstance(record, RecordedBatch) else 1


def _workouts_in(event: Event) -> int:
    if isinstance(event, BatchProcessed):
        return 1 + len(event.outcomes)
    return 1 + (len(event.workout_ids) if isinstance(event, (Confirmed, PickedUp)) else 0)


def _split(record: Record) -> Iterator[Record]:
    """Into records of a bounded length, each a line."""
    if not isinstance(record, RecordedBatch):
        yield record
        return
    events: list[Event] = []
    weight = 0
    for event in record.events:
        more = _workouts_in(event)
        if events and weight + more > MOST_OF_LINE:
            yield RecordedBatch(record.at_ms, tuple(events))
            events, weight = [], 0
        events.append(event)
        weight += more
    yield RecordedBatch(record.at_ms, tuple(events))
