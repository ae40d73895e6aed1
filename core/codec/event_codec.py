"""Encodes and decodes worker events for `workout_events`: compact, versioned, bounded; payloads are untrusted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson

from core.events import (
    BatchProcessed,
    CurrentJob,
    EarnedBadge,
    OutcomeKind,
    PickedUp,
    WorkerHeartbeat,
    WorkerInfo,
    WorkerState,
    WorkoutOutcome,
)
from core.workouts.local_start import read_start
from core.workouts.names import canonical_name

_Part = TypeVar("_Part")
WorkerEvent = BatchProcessed | PickedUp | WorkerHeartbeat

VERSION = 1
MAX_PAYLOAD_BYTES = 4_194_304
MAX_EVENTS = 64
MAX_WORKOUTS = 5_000  # of one event
MAX_BADGES = 100  # of one workout
MAX_NAME = 128
MAX_REASON = 300
MAX_MS = 4_102_444_800_000  # the year 2100

_BATCH, _PICKED, _STATE = "b", "p", "w"
_KIND_CODES = {
    OutcomeKind.STORED: "s",
    OutcomeKind.DUPLICATE: "d",
    OutcomeKind.FAILED: "f",
    OutcomeKind.RETRYING: "r",
}
_EMPTY: tuple[object, ...] = ([], "", None)
_KINDS = {code: kind for kind, code in _KIND_CODES.items()}


@dataclass(frozen=True, slots=True)
class Announced:
    """One decoded payload. `instance`: which worker loop sent it; `unreadable`: how many events could not be decoded.

    `before`: outcomes that this loop had published before this payload; None where it does not count them.
    """

    instance: str
    events: tuple[WorkerEvent, ...]
    unreadable: int = 0
    before: int | None = None


UNREADABLE = Announced("", (), 1)


def outcomes_in(events: Sequence[WorkerEvent]) -> int:
    return sum(len(event.outcomes) for event in events if isinstance(event, BatchProcessed))


def encode_events(instance: str, events: Sequence[WorkerEvent], before: int | None = None) -> bytes:
    """One payload for these events of the loop `instance`; see Announced for `before`."""
    packed: dict[str, Any] = {"v": VERSION, "i": instance, "e": [_pack(event) for event in events]}
    if before is not None:
        packed["n"] = before
    try:
        return orjson.dumps(packed)
    except orjson.JSONEncodeError:
        # A lone surrogate in outside text; it is for display, so a question mark will do.
        return orjson.dumps(_scrub(packed))


def _scrub(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, (list, tuple)):
        return [_scrub(item) for item in value]
    if isinstance(value, dict):
        return {key: _scrub(item) for key, item in value.items()}
    return value


def _pack(event: WorkerEvent) -> list[Any]:
    if isinstance(event, BatchProcessed):
        return [_BATCH, event.at_ms, event.worker, [_pack_outcome(outcome) for outcome in event.outcomes]]
    if isinstance(event, PickedUp):
        row = [_PICKED, event.at_ms, event.worker, event.workout_ids]
        return row if event.job is None else [*row, _pack_job(event.job)]
    row = [_STATE, event.at_ms, event.worker, event.state.value, event.problem[:MAX_REASON]]
    return row if event.info is None else [*row, _pack_info(event.info)]


def _pack_job(job: CurrentJob) -> list[Any]:
    return [job.workout_id, job.athlete, job.sport, job.duration_min]


def _pack_info(info: WorkerInfo) -> list[Any]:
    job = None if info.job is None else _pack_job(info.job)
    return [info.host[:MAX_NAME], info.pid, info.version, info.prefetch, info.done, info.in_flight, job]


def _pack_outcome(outcome: WorkoutOutcome) -> list[Any]:
    wait_ms = outcome.wait_ms
    row: list[Any] = [
        outcome.workout_id,
        outcome.athlete,
        outcome.sport,
        _KIND_CODES[outcome.kind],
        None if wait_ms is None else round(wait_ms, 1),
        round(outcome.run_ms, 3),
        outcome.calories_kcal,
    ]
    more = [
        [[badge.code, badge.name] for badge in outcome.badges],
        outcome.reason[:MAX_REASON],
        outcome.duration_min,
        outcome.distance_km,
        outcome.started_at,
        outcome.revision or None,
        outcome.conflict_of,
        outcome.cause[:MAX_NAME],
    ]
    while more and more[-1] in _EMPTY:
        more.pop()
    return row + more


def decode_events(payload: bytes) -> Announced:
    """Decode a payload of a worker, perhaps of another version. Never raises: undecodable events are counted."""
    if len(payload) > MAX_PAYLOAD_BYTES:
        return UNREADABLE
    try:
        packed = orjson.loads(payload)
        if packed["v"] != VERSION:
            return UNREADABLE
        instance = _text(packed["i"], MAX_NAME)
        rows = _list(packed["e"], MAX_EVENTS)
        before = None if packed.get("n") is None else _ms(packed["n"])
    except (ValueError, TypeError, KeyError, AttributeError):
        return UNREADABLE
    events: list[WorkerEvent] = []
    unreadable = 0
    for row in rows:
        try:
            events.append(_unpack(row))
        except (ValueError, TypeError, KeyError, IndexError):
            unreadable += 1
    return Announced(instance, tuple(events), unreadable, before)


def _unpack(row: Any) -> WorkerEvent:
    # Later versions may append to a row; unknown columns are ignored.
    kind, at_ms, worker = _list(row, 16)[:3]
    at_ms = _ms(at_ms)
    worker = _text(worker, MAX_NAME)
    if kind == _BATCH:
        outcomes = tuple([_unpack_outcome(outcome) for outcome in _list(row[3], MAX_WORKOUTS)])
        return BatchProcessed(at_ms, worker, outcomes)
    if kind == _PICKED:
        ids = tuple([_text(one, MAX_NAME) for one in _list(row[3], MAX_WORKOUTS)])
        return PickedUp(at_ms, worker, ids, _sound(_unpack_job, row[4:5]))
    if kind == _STATE:
        state, problem = WorkerState(_text(row[3], MAX_NAME)), _text(row[4], MAX_REASON)
        return WorkerHeartbeat(at_ms, worker, state, problem, _sound(_unpack_info, row[5:6]))
    raise ValueError(kind)


def _sound(unpack: Callable[[Any], _Part], rest: list[Any]) -> _Part | None:
    """An optional part; an absent or invalid one is left out, and the rest of its event is used."""
    try:
        return unpack(rest[0]) if rest and rest[0] is not None else None
    except (ValueError, TypeError, KeyError, IndexError):
        return None


def _unpack_job(row: Any) -> CurrentJob:
    workout_id, athlete, sport, duration_min = _list(row, 16)[:4]
    return CurrentJob(_text(workout_id, MAX_NAME), _name(athlete), _name(sport), _maybe(duration_min))


def _unpack_info(row: Any) -> WorkerInfo:
    host, pid, version, prefetch, done, in_flight, job = _list(row, 16)[:7]
    counts = (_ms(prefetch), _ms(done), _ms(in_flight))
    return WorkerInfo(_text(host, MAX_NAME), _ms(pid), _text(version, MAX_NAME), *counts, _sound(_unpack_job, [job]))


def _unpack_outcome(row: Any) -> WorkoutOutcome:
    size = len(_list(row, 16))
    return WorkoutOutcome(
        workout_id=_text(row[0], MAX_NAME),
        athlete=_name(row[1]),
        sport=_name(row[2]),
        kind=_KINDS[row[3]],
        wait_ms=_maybe(row[4]),
        run_ms=_number(row[5]),
        calories_kcal=_maybe(row[6]),
        badges=tuple([_badge(badge) for badge in _list(row[7], MAX_BADGES)]) if size > 7 else (),
        reason=_text(row[8], MAX_REASON) if size > 8 else "",
        duration_min=_maybe(row[9]) if size > 9 else None,
        distance_km=_maybe(row[10]) if size > 10 else None,
        started_at=_start(row[11]) if size > 11 else "",
        revision=_ms(row[12] or 0) if size > 12 else 0,
        conflict_of=_text(row[13], MAX_NAME) if size > 13 else "",
        cause=_text(row[14], MAX_NAME) if size > 14 else "",
    )


def _start(value: Any) -> str:
    """An invalid one is left out, and the rest of its outcome is used."""
    return value if type(value) is str and read_start(value) is not None else ""


def _badge(row: Any) -> EarnedBadge:
    code, name = _list(row, 16)[:2]
    return EarnedBadge(_text(code, MAX_NAME), _name(name))


def _list(value: Any, longest: int) -> list[Any]:
    if type(value) is not list or len(value) > longest:
        raise ValueError("not a list, or too long")
    return value


def _text(value: Any, longest: int) -> str:
    if type(value) is not str or len(value) > longest:
        raise ValueError("not a text, or too long")
    return value


def _name(value: Any) -> str:
    """Canonical as in the model: a worker of an older version may send a name that would break a row's layout."""
    return canonical_name(_text(value, MAX_NAME))


def _number(value: Any) -> float:
    if type(value) not in (int, float) or not 0 <= value <= MAX_MS:
        raise ValueError("not a number, or out of range")
    return float(value)


def _maybe(value: Any) -> float | None:
    return None if value is None else _number(value)


def _ms(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= MAX_MS:
        raise ValueError("not a time or a count")
    return value
