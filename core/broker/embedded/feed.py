"""The event feed: a ring of payloads in its own file, so that publishing events costs the queue no commit."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

from core.broker.embedded.queue_file import FIRST_POLL_S, IDLE_POLL_S, EmbeddedContext, EmbeddedPart, QueueFile
from core.errors import BrokerRefusedError
from core.sqlite.connection import Durability, SQLiteErrorKind, error_kind, quarantine

RING_ROWS = 500
APPLICATION_ID = 0x50_4C_45_31  # "PLE1"
SCHEMA_VERSION = 1
SCHEMA = ("CREATE TABLE events (seq INTEGER PRIMARY KEY AUTOINCREMENT, payload BLOB NOT NULL)",)


def events_path(queue_path: Path) -> Path:
    return queue_path.with_name(f"{queue_path.name}.events")


class EmbeddedEventPublisher(EmbeddedPart):
    """See ports.EventPublisher. Belongs to the thread that called `open()`."""

    def __init__(self, surroundings: EmbeddedContext, ring_rows: int = RING_ROWS) -> None:
        super().__init__(surroundings)
        self._ring_rows = ring_rows

    def open(self) -> None:
        self.close()
        self._file = _open_ring(self._surroundings)

    def announce(self, payload: bytes) -> None:
        with self._closing_on_error(), self._open_file().write() as connection:
            seq = connection.execute("INSERT INTO events (payload) VALUES (?)", (payload,)).lastrowid or 0
            connection.execute("DELETE FROM events WHERE seq <= ?", (seq - self._ring_rows,))
        self._surroundings.events_bell.ring()


class EmbeddedEventSubscriber(EmbeddedPart):
    """See ports.EventSubscriber. Belongs to the thread that called `open()`, except `wake`."""

    def __init__(self, surroundings: EmbeddedContext) -> None:
        super().__init__(surroundings)
        self._last_seq = 0
        self._version = -1
        self._dropped = 0
        self._woken = Event()

    @property
    def dropped(self) -> int:
        return self._dropped

    def open(self) -> None:
        self.close()
        file = _open_ring(self._surroundings)
        with file.read() as connection:
            # From the sequence, not the rows: it is right even when the ring is empty.
            found = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'events'").fetchone()
        self._last_seq = found[0] if found else 0
        self._version = -1
        self._file = file

    def poll(self, wait_s: float) -> list[bytes]:
        file, around = self._open_file(), self._surroundings
        deadline_s = around.clock_s() + wait_s
        poll_s = FIRST_POLL_S
        while True:
            rings = around.events_bell.rings
            payloads = self._look(file)
            left_s = deadline_s - around.clock_s()
            if payloads or left_s <= 0 or self._woken.is_set():
                self._woken.clear()
                return payloads
            around.events_bell.wait(rings, min(left_s, poll_s))
            poll_s = min(2 * poll_s, IDLE_POLL_S)

    def wake(self) -> None:
        self._woken.set()
        self._surroundings.events_bell.ring()

    def _look(self, file: QueueFile) -> list[bytes]:
        with self._closing_on_error():
            version = file.version()
            if version == self._version:
                return []
            self._version = version
            with file.read() as connection:
                rows = connection.execute(
                    "SELECT seq, payload FROM events WHERE seq > ? ORDER BY seq", (self._last_seq,)
                ).fetchall()
        if rows:
            # Gaps in the sequence are what the ring overwrote.
            self._dropped += rows[-1][0] - self._last_seq - len(rows)
            self._last_seq = rows[-1][0]
        return [payload for _, payload in rows]


def _open_ring(surroundings: EmbeddedContext) -> QueueFile:
    path = events_path(surroundings.path)
    try:
        return _open_file(path, surroundings)
    except BrokerRefusedError as error:
        # Not flushed to disk, so a power cut may corrupt it; then it is created anew.
        if error.__cause__ is None or error_kind(error.__cause__) is not SQLiteErrorKind.DAMAGED:
            raise
    with suppress(FileNotFoundError):  # another process was faster
        quarantine(path, datetime.fromtimestamp(surroundings.now_ms() / 1000, UTC))
    return _open_file(path, surroundings)


def _open_file(path: Path, surroundings: EmbeddedContext) -> QueueFile:
    return QueueFile(
        path,
        surroundings.writing_events,
        schema=SCHEMA,
        application_id=APPLICATION_ID,
        version=SCHEMA_VERSION,
        durability=Durability.NONE,
        timeout_s=surroundings.timeout_s,
    )
