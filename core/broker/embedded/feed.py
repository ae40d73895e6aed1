"""The event feed: a ring of payloads in its own file, so that publishing events costs the queue no commit."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from core.broker.embedded.queue_file import EmbeddedContext, EmbeddedPart, QueueFile
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

    def __init__(self, around: EmbeddedContext, ring_rows: int = RING_ROWS) -> None:
        super().__init__(around)
        self._ring_rows = ring_rows

    def open(self) -> None:
        self.close()
        self._file = _open_ring(self._around)

    def announce(self, payload: bytes) -> None:
        with self._closing_on_error(), self._open_file().write() as connection:
            seq = connection.execute("INSERT INTO events (payload) VALUES (?)", (payload,)).lastrowid or 0
            connection.execute("DELETE FROM events WHERE seq <= ?", (seq - self._ring_rows,))
        self._around.events_bell.ring()


class EmbeddedEventSubscriber(EmbeddedPart):
    """See ports.EventSubscriber. Belongs to the thread that called `open()`, except `wake`."""

    def __init__(self, around: EmbeddedContext) -> None:
        super().__init__(around)
        self._last_seq = 0
        self._version = -1

    def open(self) -> None:
        self.close()
        file = _open_ring(self._around)
        with file.read() as connection:
            # From the sequence, not the rows: it is right even when the ring is empty.
            found = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'events'").fetchone()
        self._last_seq = found[0] if found else 0
        self._version = -1
        self._file = file

    def poll(self, wait_s: float) -> list[bytes]:
        file = self._open_file()
        return self._poll(lambda: self._look(file), self._around.events_bell, wait_s)

    def wake(self) -> None:
        self._woken.set()
        self._around.events_bell.ring()

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
            self._last_seq = rows[-1][0]
        return [payload for _, payload in rows]


def _open_ring(around: EmbeddedContext) -> QueueFile:
    path = events_path(around.path)
    try:
        return _open_file(path, around)
    except BrokerRefusedError as error:
        # Not flushed to disk, so a power cut may corrupt it; then it is created anew.
        if error.__cause__ is None or error_kind(error.__cause__) is not SQLiteErrorKind.DAMAGED:
            raise
    with suppress(FileNotFoundError):  # another process was faster
        quarantine(path, datetime.fromtimestamp(around.now_ms() / 1000, UTC))
    return _open_file(path, around)


def _open_file(path: Path, around: EmbeddedContext) -> QueueFile:
    return QueueFile(
        path,
        around.writing_events,
        schema=SCHEMA,
        application_id=APPLICATION_ID,
        version=SCHEMA_VERSION,
        durability=Durability.NONE,
        timeout_s=around.timeout_s,
    )
