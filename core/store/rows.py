"""Builds the rows that a batch writes, in the order of each table's stored columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from operator import itemgetter

import orjson
from sqlalchemy import Dialect

from core.achievements.athlete_history import iso_week
from core.achievements.rules import Earned
from core.broker.delivery_headers import strip_attempt_headers
from core.broker.message_rows import encode_headers
from core.broker.topology import HEADER_ORIGIN
from core.codec.body_summary import summarize_body
from core.codec.workout_codec import DecodedMessage, MessageKind
from core.failures.models import FailedState
from core.processing.apply_batch import AthleteDelta, AthleteUpdate, WorkoutWrite, total_change, weekly_changes
from core.store.bulk_sql import Bindings, Row
from core.store.failure_record import MAX_KEPT_BODY, MAX_REASON, FailureRecord
from core.workouts.folding import folded
from core.workouts.model import ANONYMOUS, Workout

_OPTIONAL = (
    "elevation_gain_m",
    "avg_heart_rate_bpm",
    "max_heart_rate_bpm",
    "avg_power_w",
    "cadence_rpm",
    "rpe",
    "weight_kg",
    "title",
    "notes",
    "sets",
    "extra",
)
_optional_values = itemgetter(*_OPTIONAL)
_NOTHING: Row = (*[None] * (len(_OPTIONAL) - 2), (), {})


class BatchRows:
    """Rows of one batch, with its worker and time."""

    def __init__(self, dialect: Dialect, *, worker: str, picked_up_at_ms: int, now_ms: int) -> None:
        self._bind = bind = Bindings(dialect)
        self._nothing: Row = (bind.null,) * len(_OPTIONAL)
        self._worker = worker
        self._worker_folded = self._folded(worker)
        self._picked_up_at = bind.time(picked_up_at_ms)
        self.now_ms = now_ms
        self._now = bind.time(now_ms)

    @classmethod
    def at(cls, dialect: Dialect, now_ms: int) -> BatchRows:
        """For rows that no worker writes."""
        return cls(dialect, worker="", picked_up_at_ms=now_ms, now_ms=now_ms)

    def inbox(self, incoming: DecodedMessage) -> Row:
        return (
            incoming.workout_id,
            incoming.revision,
            self._bind.flag(incoming.kind is MessageKind.DELETED),
            self._bind.blob(incoming.digest),
            incoming.origin or "",
            self._now,
        )

    def workout(self, content: WorkoutWrite, athlete_version: int) -> Row:
        incoming, workout, burnt, entry = content
        time, null = self._bind.time, self._bind.null
        submitted_at_ms = incoming.submitted_at_ms
        distance_km = workout.distance_km
        return (
            entry.workout_id,
            workout.athlete,
            entry.sport,
            time(entry.started_ms),
            workout.utc_offset_min,
            workout.duration_min,
            null if distance_km is None else distance_km,
            burnt.kcal,
            workout.revision,
            null if submitted_at_ms is None else time(submitted_at_ms),
            self._now,
            self._worker,
            self._picked_up_at,
            self._bind.flag(burnt.estimate),
            *self._optional(workout),
            athlete_version,
            self._folded(workout.athlete),
            self._folded(entry.sport),
            self._worker_folded,
        )

    def _folded(self, text: str) -> object:
        found = folded_beyond_ascii(text)
        return self._bind.null if found is None else found

    def _optional(self, workout: Workout) -> Row:
        values = _optional_values(workout.__dict__)
        if values == _NOTHING:
            return self._nothing
        *plain, sets, extra = values
        texts = (_sets_json(workout) if sets else None, orjson.dumps(dict(extra)).decode() if extra else None)
        return tuple([self._bind.null if value is None else value for value in (*plain, *texts)])

    def earned(self, athlete: str, earned: Earned) -> Row:
        return (
            *earned_key(athlete, earned),
            earned.name,
            earned.workout_id,
            self._bind.time(earned.earned_at_ms),
            self._now,
        )

    def failure(self, record: FailureRecord, tries: int, *, is_counted: bool, parent_key: str | None) -> Row:
        """`tries`: of all rounds. `is_counted`: the ledger counts it for its origin. `parent_key`: of the failure it
        resends."""
        message, headers = record.message, strip_attempt_headers(record.message.headers)
        if not is_counted:
            headers.pop(HEADER_ORIGIN, None)  # nor are resends of it
        seen = summarize_body(message.body)
        message_id, reason = storable(message.message_id), storable(record.reason[:MAX_REASON])
        return (
            record.key,
            record.origin if is_counted else "",
            record.workout_id,
            message_id,
            reason,
            record.failure_code.error_type,
            tries,
            self._bind.time(record.at_ms),
            record.worker,
            self._bind.blob(message.body[:MAX_KEPT_BODY]),
            storable(encode_headers(headers) or "{}"),
            FailedState.OPEN.value,
            record.failure_code.code,
            record.retries,
            storable(message.type),
            storable(message.content_type),
            storable(message.app_id),
            _bigint(message.timestamp_s),
            len(message.body),
            seen.athlete,
            seen.sport,
            seen.duration_min,
            seen.distance_km,
            parent_key,
            None,
            None,
            None if message.extras is None else self._bind.blob(message.extras.raw),
            *map(folded_beyond_ascii, (seen.athlete, seen.sport, record.worker, message_id, reason)),
        )

    def failure_try(self, record: FailureRecord, number: int) -> Row:
        reason = storable(record.reason[:MAX_REASON])
        return (record.key, number, self._bind.time(record.at_ms), record.worker, reason, record.took_ms)

    def resolution(self, key: str, state: FailedState, retries: int) -> Row:
        """`retries`: how often it had been sent again by then, as far as is known."""
        return (state.value, retries, retries, self._now, self._worker, key)

    def suspect(self, key: str, deaths: int) -> Row:
        return (key, deaths, self._now)

    def still_queued(self, key: str, messages: int) -> Row:
        return (key, messages, self._now)


def earned_key(athlete: str, earned: Earned) -> Row:
    """In the order of the table's primary key."""
    return (athlete, earned.workout_id if athlete == ANONYMOUS else "", earned.code, earned.number)


def folded_beyond_ascii(text: str | None) -> str | None:
    """Value of a `..._folded` column; None where any database can search the text itself."""
    return None if text is None or text.isascii() else folded(text)


def _bigint(value: int | None) -> int | None:
    return value if value is not None and -(2**63) <= value < 2**63 else None


def storable(text: str | None) -> str | None:
    """Text of a message in a form that any database takes: without lone surrogates and NUL."""
    if text is None or (text.isascii() and "\0" not in text):
        return text
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")


def _sets_json(workout: Workout) -> str:
    return orjson.dumps([entry.model_dump(by_alias=True, exclude_none=True) for entry in workout.sets]).decode()


def athlete_rows(
    by_athlete: Mapping[str, AthleteDelta], before: Mapping[str, tuple[int, int]], erased_version: int = 0
) -> list[Row]:
    """Sorted by name, so that two transactions lock them in the same order.

    `erased_version`: new athletes begin after it.
    """
    rows = []
    for name in sorted(by_athlete):
        change = by_athlete[name]
        version, rewritten = before.get(name, (0, 0))
        if not version and erased_version:
            version, rewritten = erased_version, erased_version + 1
        rewritten = version + 1 if change.removed else rewritten
        rows.append((name, version + 1, rewritten, *total_change(change), folded(name)))
    return rows


def week_rows(by_athlete: Mapping[str, AthleteDelta]) -> list[Row]:
    return [(*key, *sums) for key, sums in sorted(weekly_changes(by_athlete).items())]


def left_weeks(by_athlete: Mapping[str, AthleteDelta]) -> list[Row]:
    """Keys of weeks that lost a workout and may be empty now."""
    return sorted(
        {(*iso_week(entry.local_ms), name) for name, change in by_athlete.items() for entry in change.removed}
    )


def achievement_count_rows(updates: Mapping[str, AthleteUpdate]) -> list[Row]:
    """By code: the change in athletes who hold it, and in times earned.

    `anonymous` is no athlete: what it earns counts only in the second.
    """
    holders: Counter[str] = Counter()
    times: Counter[str] = Counter()
    for athlete, change in updates.items():
        for sign, some in ((1, change.gained), (-1, change.lost)):
            for earned in some:
                times[earned.code] += sign
                holders[earned.code] += sign if earned.number == 1 and athlete != ANONYMOUS else 0
    return [(code, holders[code], n) for code, n in sorted(times.items())]
