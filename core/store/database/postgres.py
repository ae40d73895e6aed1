"""Results on a PostgreSQL server: many workers at once, each with its own transaction.

Two transactions that touch the same workout are serialized by an advisory lock on its id, those that touch the same
athlete by the athlete's row. Both kinds are taken in order, so there is no deadlock. Everyone who earns by the
achievement rules shares a lock on them, before the athletes' rows, and a change of the rules takes it alone: so no
transaction earns by rules of old after a change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import URL, Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from core.errors import StoreAccessError, StoreUnavailableError, StoreValueError
from core.sqlite.connection import TIMEOUT_S
from core.store.database.port import OnUpdate, is_of_values, prepare
from core.workouts.validation_errors import quoted

CONNECT_S = 5
STATEMENT_S = 30  # a statement that takes longer is taken for hung
IDLE_S = 20  # of a worker idle within a transaction; above the time limit of a batch, which ends that work first
POOL = 2
_SCHEMA_LOCK = 0x50_4C_52_31  # "PLR1"
_RACES = frozenset({"40001", "40P01", "23505"})  # serialization failure, deadlock, unique violation
_LOGIN = ("28",)
_NO_DATABASE = "3D000"
_NO_RIGHT = "42501"
_MAX_WORDS = 200

_BAD_LOGIN = "{place} refused the user name or password."
_MISSING = "{place} has no database {database}."
_BAD_OPTION = "An option of the database URL is not valid for PostgreSQL: see what stands behind its question mark."
_REFUSALS = frozenset({_BAD_LOGIN, _MISSING, _BAD_OPTION})
_SIGNS = (
    ("invalid connection option", _BAD_OPTION),
    ("invalid sslmode value", _BAD_OPTION),
    ("for connection option", _BAD_OPTION),  # no number; first, as it may be that of `connect_timeout`
    ("password authentication failed", _BAD_LOGIN),
    ("no password supplied", _BAD_LOGIN),
    ('fatal:  role "', _BAD_LOGIN),
    ('fatal:  database "', _MISSING),
    ("the database system is", "{place} is starting or stopping."),
    ("connection refused", "Could not reach {place}: connection refused."),
    ("resolve", "Could not reach {place}: the host name is not known."),
    ("name or service not known", "Could not reach {place}: the host name is not known."),
    ("timeout", "Could not reach {place}: no answer in time."),
)

_RULES = f"{0x50_4C_52}, 1"  # "PLR"; locks of two numbers are apart from those of one
_HOLD_RULES = text(f"SELECT pg_advisory_xact_lock_shared({_RULES})")
_LOCK_RULES = text(f"SELECT pg_advisory_xact_lock({_RULES})")
# The rules in the same round trip. A change, which takes their lock alone, waits for nothing else: so they may come
# last.
_LOCK_IDS = text(
    f"SELECT count(pg_advisory_xact_lock(k)), pg_advisory_xact_lock_shared({_RULES}) "
    "FROM (SELECT unnest(:keys ::bigint[]) AS k) AS keys"
)
_NEW_ATHLETES = text(
    "INSERT INTO athletes (name, version, rewritten, workouts, duration_ms, distance_mm, energy_mkcal) "
    "SELECT name, 0, 0, 0, 0, 0, 0 FROM unnest(:names ::text[]) AS name ON CONFLICT DO NOTHING"
)


class PostgresDatabase:
    """See Database."""

    file = None

    def __init__(self, url: URL) -> None:
        self._url = url
        host = (url.host or "").lower()
        host = f"[{host}]" if ":" in host else host
        self._place = f"PostgreSQL at {host}:{url.port or 5432}"
        self._user = url.username or ""

    @property
    def name(self) -> str:
        return f"The database {self._url.database} of {self._place}"

    def open(self, *, lock_wait_s: float = TIMEOUT_S, on_update: OnUpdate | None = None) -> Engine:
        engine = self._engine(lock_wait_s)
        try:
            with self.errors(), engine.begin() as connection:
                # Two workers that start together must not both create the tables.
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _SCHEMA_LOCK})
                prepare(connection, self.name, on_update=on_update)
        except BaseException:
            engine.dispose()
            raise
        return engine

    def open_for_reading(self) -> Engine:
        engine = self._engine(TIMEOUT_S)
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @contextmanager
    def errors(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            problem = self._error(error)
            # The server's error details show the whole row, which must not be logged.
            raise problem from None if isinstance(problem, StoreValueError) else error
        except SQLAlchemyError as error:  # from the pool: no connection in time
            raise StoreUnavailableError(f"{self._place} did not answer.") from error

    @contextmanager
    def transaction(self, engine: Engine) -> Iterator[Connection]:
        with self.errors(), engine.begin() as connection:
            yield connection

    def lock_workouts(self, connection: Connection, workout_ids: Sequence[str]) -> None:
        """Each takes a slot of the server's lock table; see max_locks_per_transaction."""
        keys = sorted({_lock_key(workout_id) for workout_id in workout_ids})
        connection.execute(_LOCK_IDS, {"keys": keys})

    def hold_rules(self, connection: Connection) -> None:
        connection.execute(_HOLD_RULES)

    def lock_rules(self, connection: Connection) -> None:
        connection.execute(_LOCK_RULES)

    def lock_athletes(self, connection: Connection, names: Sequence[str]) -> None:
        connection.execute(_NEW_ATHLETES, {"names": list(names)})

    def is_serialization_conflict(self, error: BaseException) -> bool:
        return isinstance(error, DBAPIError) and _sqlstate(error) in _RACES

    def _engine(self, lock_wait_s: float) -> Engine:
        bounds_s = {
            "statement_timeout": STATEMENT_S,
            "lock_timeout": lock_wait_s,
            "idle_in_transaction_session_timeout": IDLE_S,
        }
        options = " ".join(f"-c {name}={round(bound_s * 1000)}" for name, bound_s in bounds_s.items())
        return create_engine(
            self._url,
            isolation_level="READ COMMITTED",
            hide_parameters=True,  # errors are logged, and user input must not be
            pool_size=POOL,
            max_overflow=0,
            pool_timeout=CONNECT_S,
            pool_pre_ping=True,
            connect_args={
                "connect_timeout": CONNECT_S,
                "application_name": "paceline",
                "options": options,
                # An unreachable server is noticed within about 30 s even while no statement runs.
                "keepalives_idle": 10,
                "keepalives_interval": 5,
                "keepalives_count": 3,
                "tcp_user_timeout": 20_000,
            },
        )

    def _error(self, error: DBAPIError) -> StoreUnavailableError | StoreValueError:
        state = _sqlstate(error)
        if is_of_values(error) and state not in _RACES:
            return StoreValueError(f"{self._place} does not take it: {_words(error)}.")
        if not state:
            return self._network_error(error)
        if state == _NO_DATABASE:
            return StoreAccessError(f"{self._place} has no database {quoted(self._url.database)}.")
        if state.startswith(_LOGIN):
            return StoreAccessError(f"{self._place} refused the user name or password.")
        if state == _NO_RIGHT:
            return StoreAccessError(f"{self._place} does not let {quoted(self._user)} use its tables.")
        return StoreUnavailableError(f"{self._place} could not do it: {_words(error)}.")

    def _network_error(self, error: DBAPIError) -> StoreUnavailableError:
        """The driver says only in words why a connection failed or was lost."""
        said = str(error.orig).lower()
        for sign, sentence in _SIGNS:
            if sign in said:
                kind = StoreAccessError if sentence in _REFUSALS else StoreUnavailableError
                return kind(sentence.format(place=self._place, database=repr(self._url.database)))
        return StoreUnavailableError(f"The connection to {self._place} was lost.")


def _sqlstate(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""


def _words(error: DBAPIError) -> str:
    """The server's own first line, which holds no user data."""
    diagnosis = getattr(error.orig, "diag", None)
    said = getattr(diagnosis, "message_primary", None) or str(error.orig)
    return str(said).partition("\n")[0][:_MAX_WORDS].rstrip(". ")


def _lock_key(workout_id: str) -> int:
    return int.from_bytes(hashlib.blake2b(workout_id.encode(), digest_size=8).digest(), "big", signed=True)
