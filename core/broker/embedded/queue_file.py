"""The queue file: its tables, its transactions, and its errors as errors of the broker port."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from sqlite3 import Connection
from threading import Condition, Event, Lock
from typing import TypeVar

from core.broker.message_rows import COLUMN_DEFS
from core.errors import BrokerError, BrokerRefusedError, BrokerUnavailableError, StoreDamagedError
from core.sqlite.connection import (
    Durability,
    SQLiteErrorKind,
    connect,
    describe_error,
    error_kind,
    prepare_schema,
    sqlite_module,
)
from core.sqlite.file_identity import OpenFileIdentity

APPLICATION_ID = 0x50_4C_51_31  # "PLQ1"
SCHEMA_VERSION = 3
TIMEOUT_S = 5.0
FIRST_POLL_S = 0.002
IDLE_POLL_S = 0.05  # seconds until a message of another process is noticed
NOT_OPEN = "The queue is not open."

# A claim and its ack never rewrite a body: claims are a small table, and retries are stored apart, so that the ready
# messages are always at the start of `jobs`.
SCHEMA = (
    f"CREATE TABLE jobs (seq INTEGER PRIMARY KEY AUTOINCREMENT, ready_at_ms INTEGER NOT NULL, {COLUMN_DEFS})",
    # owner NULL: requeued, so ready again
    "CREATE TABLE claims (seq INTEGER PRIMARY KEY, owner INTEGER)",
    "CREATE TABLE consumers (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, process TEXT NOT NULL, "
    "beat INTEGER NOT NULL)",
    # delay_ms: bounds the wait when the clock is set back
    f"CREATE TABLE retrying (seq INTEGER PRIMARY KEY AUTOINCREMENT, due_at_ms INTEGER NOT NULL, {COLUMN_DEFS}, "
    "delay_ms INTEGER NOT NULL DEFAULT 60000)",
    "CREATE INDEX retrying_by_due ON retrying (due_at_ms)",
    f"CREATE TABLE failed (seq INTEGER PRIMARY KEY AUTOINCREMENT, failed_at_ms INTEGER NOT NULL, {COLUMN_DEFS})",
    "CREATE INDEX failed_by_time ON failed (failed_at_ms)",
    # Counting the rows of a long queue would read all its bodies.
    "CREATE TABLE tallies (name TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID",
    "INSERT INTO tallies VALUES ('jobs', 0)",
)
UPGRADES: Mapping[int, Sequence[str]] = {
    2: ("ALTER TABLE retrying ADD COLUMN delay_ms INTEGER NOT NULL DEFAULT 60000",),
    3: tuple(f"ALTER TABLE {table} ADD COLUMN extras BLOB" for table in ("jobs", "retrying", "failed")),
}

T = TypeVar("T")


class ChangeSignal:
    """Wakes the parts of one broker within this process when something has changed. From any thread."""

    def __init__(self) -> None:
        self._condition = Condition()
        self.rings = 0

    def ring(self) -> None:
        with self._condition:
            self.rings += 1
            self._condition.notify_all()

    def wait(self, seen: int, wait_s: float) -> None:
        """Blocks until `ring` is called after `rings` was `seen`, or for `wait_s`."""
        with self._condition:
            self._condition.wait_for(lambda: self.rings != seen, wait_s)


@dataclass(frozen=True)
class EmbeddedContext:
    """What the parts of one broker share. From any thread."""

    path: Path
    lease_s: float
    process: str
    is_known_dead: Callable[[str], bool]
    now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000
    clock_s: Callable[[], float] = time.monotonic
    timeout_s: float = TIMEOUT_S
    bell: ChangeSignal = field(default_factory=ChangeSignal)
    events_bell: ChangeSignal = field(default_factory=ChangeSignal)
    # SQLite waits by polling; threads of one process wait for this lock instead.
    writing: Lock = field(default_factory=Lock)
    writing_events: Lock = field(default_factory=Lock)


def broker_error(error: Exception, path: Path) -> BrokerError:
    """BrokerRefusedError where the user must change something, BrokerUnavailableError where waiting may help."""
    if isinstance(error, StoreDamagedError):
        return BrokerRefusedError(f"The queue {path.name} cannot be used. {error}")
    lasting = (SQLiteErrorKind.DAMAGED, SQLiteErrorKind.READ_ONLY, SQLiteErrorKind.MISSING)
    kind = BrokerRefusedError if error_kind(error) in lasting else BrokerUnavailableError
    return kind(describe_error(error, path))


class QueueFile:
    """One connection. Belongs to the thread that opened it. Closed after an error."""

    def __init__(
        self,
        path: Path,
        writing: Lock,
        *,
        schema: tuple[str, ...] = SCHEMA,
        application_id: int = APPLICATION_ID,
        version: int = SCHEMA_VERSION,
        upgrades: Mapping[int, Sequence[str]] = UPGRADES,
        durability: Durability,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        """Opens, and creates what is missing. BrokerError."""
        self._path = path
        self._writing = writing
        self.commit_is_unknown = False  # a COMMIT failed and may still have been written
        try:
            self._connection = connect(path, timeout_s=timeout_s, durability=durability)
        except sqlite_module().Error as error:
            raise broker_error(error, path) from error
        try:
            prepare_schema(self._connection, schema, application_id=application_id, version=version, upgrades=upgrades)
            self._file = OpenFileIdentity(path)
        except (sqlite_module().Error, StoreDamagedError) as error:
            self._connection.close()
            raise broker_error(error, path) from error

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One read-write transaction. Exceptions other than SQLite's roll it back and propagate."""
        connection = self._connection
        with self._translated(), self._writing:
            self._need_same_file()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                self._commit(connection)
            finally:
                connection.rollback()  # no-op after a commit

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One snapshot."""
        connection = self._connection
        with self._translated():
            self._need_same_file()
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.rollback()  # no-op after a commit

    def version(self) -> int:
        """Changes when another connection has committed; takes microseconds."""
        with self._translated():
            self._need_same_file()
            return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def still_there(self) -> bool:
        """Whether the path still names the file that this connection writes to."""
        return self._file.is_current

    def close(self) -> None:
        self._file.detach(self._connection)
        self._connection.close()

    def _need_same_file(self) -> None:
        # SQLite goes on writing into a renamed or deleted file, where no other process would find the messages.
        if not self.still_there():
            self.close()
            raise BrokerUnavailableError(f"The queue {self._path.name} was moved or deleted.")

    def _commit(self, connection: Connection) -> None:
        try:
            connection.execute("COMMIT")
        except sqlite_module().Error as error:
            self.commit_is_unknown = error_kind(error) not in (SQLiteErrorKind.BUSY, SQLiteErrorKind.FULL)
            raise

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite_module().Error as error:
            self.close()
            raise broker_error(error, self._path) from error


class EmbeddedPart:
    """What the parts of the broker have in common: a file that is open or not, and is closed by its first error."""

    def __init__(self, around: EmbeddedContext) -> None:
        self._around = around
        self._file: QueueFile | None = None
        self._woken = Event()

    def close(self) -> None:
        self._drop()

    def _drop(self) -> None:
        """Close without writing."""
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def _open_queue(self, durability: Durability) -> QueueFile:
        around = self._around
        return QueueFile(around.path, around.writing, durability=durability, timeout_s=around.timeout_s)

    def _open_file(self) -> QueueFile:
        if self._file is None:
            raise BrokerUnavailableError(NOT_OPEN)
        return self._file

    @contextmanager
    def _closing_on_error(self) -> Iterator[None]:
        try:
            yield
        except BrokerError:
            self._drop()
            raise

    def _poll(self, look: Callable[[], list[T]], bell: ChangeSignal, wait_s: float) -> list[T]:
        """`look` until it finds something, for `wait_s` at most; empty once `_woken` is set."""
        clock_s = self._around.clock_s
        deadline_s = clock_s() + wait_s
        poll_s = FIRST_POLL_S
        while True:
            rings = bell.rings
            if self._woken.is_set():
                self._woken.clear()
                return []
            if found := look():
                return found
            left_s = deadline_s - clock_s()
            if left_s <= 0:
                return []
            bell.wait(rings, min(left_s, poll_s))
            poll_s = min(2 * poll_s, IDLE_POLL_S)
