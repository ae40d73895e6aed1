"""Tables of the results database. Columns named in the contract are public; summed floats come from exact integers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from sqlalchemy import (
    TIMESTAMP,
    BigInteger,
    Boolean,
    Column,
    Computed,
    Dialect,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.types import TypeDecorator, TypeEngine
from typing_extensions import override

from core.achievements.progress import utc_ms
from core.utc_text import utc_text

SCHEMA_VERSION = 10

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def utc_moment(at_ms: int) -> datetime:
    return _EPOCH + at_ms * _MILLISECOND


def local_moment(at_ms: int, utc_offset_min: int) -> datetime:
    """The same moment with the offset of its local time."""
    return utc_moment(at_ms).astimezone(timezone(timedelta(minutes=utc_offset_min)))


def time_binder(dialect: Dialect) -> Callable[[int], str | datetime]:
    """Returns what converts milliseconds to the value that this database takes."""
    return utc_moment if dialect.name == "postgresql" else utc_text


def read_ms(value: str | datetime) -> int:
    """Milliseconds from either."""
    return utc_ms(datetime.fromisoformat(value) if isinstance(value, str) else value)


class UtcMillis(TypeDecorator[int]):
    """Integer milliseconds in Python; readable UTC text in SQLite, `timestamptz` in PostgreSQL."""

    impl = String(24)
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        own = TIMESTAMP(timezone=True) if dialect.name == "postgresql" else String(24)
        return dialect.type_descriptor(own)

    @override
    def process_bind_param(self, value: int | None, dialect: Dialect) -> Any:
        return None if value is None else time_binder(dialect)(value)

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> int | None:
        return None if value is None else read_ms(value)


metadata = MetaData()


def _sums() -> list[Column[Any]]:
    return [
        Column("workouts", Integer, nullable=False),
        Column("duration_ms", BigInteger, nullable=False),
        Column("distance_mm", BigInteger, nullable=False),
        Column("energy_mkcal", BigInteger, nullable=False),
        Column("duration_min", Double, Computed("duration_ms / 60000.0", persisted=True)),
        Column("distance_km", Double, Computed("distance_mm / 1000000.0", persisted=True)),
        Column("calories_kcal", Double, Computed("energy_mkcal / 1000.0", persisted=True)),
    ]


def _period_sums() -> list[Column[Any]]:
    return [
        Column("workouts", Integer, nullable=False),
        Column("duration_ms", BigInteger, nullable=False),
        Column("distance_mm", BigInteger, nullable=False),
        Column("energy_mkcal", BigInteger, nullable=False),
        Column("ascent_mm", BigInteger, nullable=False),
    ]


def _folded(*names: str) -> list[Column[Any]]:
    """Texts as `folded` makes them, for searching; NULL where the database's `lower` gives the same."""
    return [Column(f"{name}_folded", Text) for name in names]


_REPLACED = text("revision > 1")

SUM_COLUMNS = ("workouts", "duration_ms", "distance_mm", "energy_mkcal")
PERIOD_SUM_COLUMNS = (*SUM_COLUMNS, "ascent_mm")

schema_version = Table(
    "schema_version",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    # Which achievement rules all earned rows follow; empty while they are computed again.
    Column("rules_digest", String(64), nullable=False),
)

# One row: which rules decide who earns what, and how far the results were computed again after a change.
achievement_rules = Table(
    "achievement_rules",
    metadata,
    Column("version", BigInteger, primary_key=True, autoincrement=False),  # incremented by every change
    Column("text", Text),  # the rule file; NULL: the rules that each program is shipped with
    Column("digest", String(64), nullable=False),  # of `text`, as the program that wrote it made it
    Column("changed_at", UtcMillis),
    Column("changed_by", String(255)),
    Column("computing", String(64), nullable=False),  # digest of the rules that results are being computed by
    Column("computed_athlete", String(64), nullable=False),  # the last one that is done
    Column("computed_version", BigInteger, nullable=False),  # these two: the last workout of `anonymous`
    Column("computed_workout", String(36), nullable=False),
)
FIRST_RULES: dict[str, Any] = {
    "version": 1,
    "text": None,
    "digest": "",
    "computing": "",
    "computed_athlete": "",
    "computed_version": -1,
    "computed_workout": "",
}

workouts = Table(
    "workouts",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("athlete", String(64), nullable=False),
    Column("sport", String(64), nullable=False),
    Column("started_at", UtcMillis, nullable=False),
    Column("utc_offset_min", Integer, nullable=False, server_default="0"),  # of its local time; rows of old: 0
    Column("duration_min", Double, nullable=False),
    Column("distance_km", Double),
    Column("calories_kcal", Double, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("submitted_at", UtcMillis),
    Column("processed_at", UtcMillis, nullable=False),
    Column("worker", String(255), nullable=False),
    Column("picked_up_at", UtcMillis, nullable=False),
    Column("calories_estimate", Boolean, nullable=False),
    Column("elevation_gain_m", Double),
    Column("avg_heart_rate_bpm", Double),
    Column("max_heart_rate_bpm", Double),
    Column("avg_power_w", Double),
    Column("cadence_rpm", Double),
    Column("rpe", Double),
    Column("weight_kg", Double),
    Column("title", Text),
    Column("notes", Text),
    Column("sets", Text),  # JSON array, absent when empty
    Column("extra", Text),  # JSON object of unknown fields, absent when empty
    Column("athlete_version", BigInteger, nullable=False),  # the athlete's version that wrote this row
    *_folded("athlete", "sport", "worker"),
    Index("workouts_by_athlete", "athlete", "athlete_version"),
    # With what the list of athletes shows of the last day, so that it is read from the index alone.
    Index("workouts_by_athlete_start", "athlete", "started_at", "utc_offset_min", "sport"),
    # The key is included, so that a page deep in the history is read from the index alone.
    Index("workouts_by_start", "started_at", "id"),
    Index("workouts_corrected", "started_at", "id", sqlite_where=_REPLACED, postgresql_where=_REPLACED),
)

athletes = Table(
    "athletes",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("version", BigInteger, nullable=False),  # incremented by every commit that touches the athlete
    Column("rewritten", BigInteger, nullable=False),  # the last version that deleted or replaced a workout
    *_sums(),
    # Every name, sorted by code point, so that a prefix is a range of the index.
    Column("name_folded", Text().with_variant(Text(collation="C"), "postgresql"), nullable=False, server_default=""),
    Index("athletes_by_folded_name", "name_folded"),
    sqlite_with_rowid=False,
)

weekly_totals = Table(
    "weekly_totals",
    metadata,
    Column("iso_year", Integer, primary_key=True, autoincrement=False),
    Column("iso_week", Integer, primary_key=True, autoincrement=False),
    Column("athlete", String(64), primary_key=True),
    *_sums(),
    sqlite_with_rowid=False,
)

# What leaderboards show of an athlete. Without `anonymous`; see core/athletes/board_periods.py for the periods.
period_totals = Table(
    "period_totals",
    metadata,
    Column("period", String(8), primary_key=True),  # 2025-W50, 2025-12, 2025, all
    Column("sport", String(64), primary_key=True),  # '' for all sports
    Column("athlete", String(64), primary_key=True),
    *_period_sums(),
    sqlite_with_rowid=False,
)

# The same added up over all athletes, for the picker of periods.
period_sums = Table(
    "period_sums",
    metadata,
    Column("period", String(8), primary_key=True),
    Column("sport", String(64), primary_key=True),
    *_period_sums(),
    sqlite_with_rowid=False,
)

earned_achievements = Table(
    "earned_achievements",
    metadata,
    Column("athlete", String(64), primary_key=True),
    # The workout's id where each workout earns by itself (athlete `anonymous`), else empty.
    Column("of_workout", String(36), primary_key=True, server_default=""),
    Column("code", String(64), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", String(64), nullable=False),
    Column("workout_id", String(36), nullable=False),
    Column("earned_at", UtcMillis, nullable=False),  # start of the workout that earned it
    Column("unlocked_at", UtcMillis, nullable=False),  # when it was first stored; depends on the order of processing
    Index("earned_by_unlocked_at", "unlocked_at"),
    sqlite_with_rowid=False,
)

achievement_counts = Table(
    "achievement_counts",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("holders", Integer, nullable=False),
    Column("times", Integer, nullable=False),
    sqlite_with_rowid=False,
)

inbox = Table(
    "inbox",
    metadata,
    Column("workout_id", String(36), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("deleted", Boolean, primary_key=True),
    Column("digest", LargeBinary(32), nullable=False),
    Column("origin", String(64), nullable=False),
    Column("stored_at", UtcMillis, nullable=False),
    sqlite_with_rowid=False,
)

# Revisions whose content is not that of the stored workout, or not all that is known of it; see revisions/writing.py.
revisions = Table(
    "revisions",
    metadata,
    Column("workout_id", String(36), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("deleted", Boolean, primary_key=True),
    Column("kind", String(16), nullable=False),  # new, correction, deletion
    Column("athlete", String(64), nullable=False),  # of a deletion: whose workout it was, '' if that is not known
    Column("stored_at", UtcMillis, nullable=False),
    Column("submitted_at", UtcMillis),
    Column("origin", String(64), nullable=False),  # '' where the message has no origin header
    Column("app_id", Text),
    Column("body", Text),  # JSON as in the contract; absent for a deletion
    Index("revisions_by_athlete", "athlete"),
)

failures = Table(
    "failures",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("origin", String(64), nullable=False),
    Column("workout_id", String(36)),
    Column("message_id", Text),
    Column("reason", Text, nullable=False),
    Column("error_type", String(255), nullable=False),
    Column("attempts", Integer, nullable=False),  # tries of all rounds
    Column("failed_at", UtcMillis, nullable=False),
    Column("worker", String(255), nullable=False),
    Column("body", LargeBinary, nullable=False),  # its first MiB
    Column("headers", Text, nullable=False),
    Column("state", String(16), nullable=False, server_default="open"),  # see FailedState
    Column("cause", String(128), nullable=False, server_default=""),
    Column("retries", Integer, nullable=False, server_default="0"),  # how often a person sent it again
    Column("message_type", Text),
    Column("content_type", Text),
    Column("app_id", Text),
    Column("timestamp_s", BigInteger),
    Column("body_bytes", BigInteger, nullable=False, server_default="0"),
    Column("athlete", String(64), nullable=False, server_default=""),  # these four as far as the body could be read
    Column("sport", String(64), nullable=False, server_default=""),
    Column("duration_min", Double),
    Column("distance_km", Double),
    Column("repairs", String(255)),  # key of the parent failure: this message is a resend of it
    Column("settled_at", UtcMillis),  # when it left the list
    Column("settled_by", String(255)),
    Column("extras", LargeBinary),  # properties and headers of other programs, see core/broker/extras.py
    *_folded("athlete", "sport", "worker", "message_id", "reason"),
    # The key is included, so that a page deep in the list is read from the index alone.
    Index("failures_newest", "state", "failed_at", "key"),
    Index("failures_by_cause", "state", "cause", "failed_at", "key"),
    Index("failures_by_origin", "state", "origin"),
    Index("failures_by_workout", "workout_id"),
    Index("failures_by_repairs", "repairs"),
)

failure_tries = Table(
    "failure_tries",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),  # number of the last try of its round
    Column("failed_at", UtcMillis, nullable=False),
    Column("worker", String(255), nullable=False),
    Column("reason", Text, nullable=False),
    Column("took_ms", Double),
    sqlite_with_rowid=False,
)

# Duplicate submissions, each once: they count as settled for the outbox that accepted them.
absorbed = Table(
    "absorbed",
    metadata,
    Column("key", String(255), primary_key=True),  # of the workout revision or failure that was already known
    Column("sending", String(64), primary_key=True),
    sqlite_with_rowid=False,
)

# Which erasures of an athlete were done; without the name.
erasures = Table(
    "erasures",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("erased_at", UtcMillis, nullable=False),
    Column("erased_by", String(255), nullable=False),
    Column("workouts", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("sent", Integer, nullable=False),
    Column("queued", Integer, nullable=False),
    # A new athlete of the same name begins above it: what workers remember of the erased one is older.
    Column("last_version", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# Poison message suspects: a worker was processing these when its last heartbeat came.
suspects = Table(
    "suspects",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("deaths", Integer, nullable=False),  # crashes of workers that held only this message
    Column("marked_at", UtcMillis, nullable=False),
    sqlite_with_rowid=False,
)

# Settled in the results and, as far as is known, still in the queue (or there twice); see still_queued.py.
still_queued = Table(
    "still_queued",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("n", Integer, nullable=False),  # messages
    Column("noted_at", UtcMillis, nullable=False),
    sqlite_with_rowid=False,
)

ledger_counts = Table(
    "ledger_counts",
    metadata,
    Column("origin", String(64), primary_key=True),  # '' where the message has no origin header
    Column("kind", String(16), primary_key=True),
    Column("n", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
