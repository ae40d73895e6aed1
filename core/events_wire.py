"""Events of workers as they travel through `workout_events`: compact, versioned, bounded, and read with suspicion."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from core.events import (
    Badge,
    BatchProcessed,
    OutcomeKind,
    PickedUp,
    WorkerState,
    WorkerStateChanged,
    WorkoutOutcome,
)

WorkerEvent = BatchProcessed | PickedUp | WorkerStateChanged

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
_KINDS = {code: kind for kind, code in _KIND_CODES.items()}
_STATES = {state.value: state for state in WorkerState}


@dataclass(frozen=True, slots=True)
class Announced:
    """One payload, read. `instance` tells which loop sent it; `unreadable` counts what made no sense."""

    instance: str
    events: tuple[WorkerEvent, ...]
    unreadable: int = 0


UNREADABLE = Announced("", (), 1)


def encode_events(instance: str, events: Sequence[WorkerEvent]) -> bytes:
    """One payload for these events of the loop `instance`."""
    packed = {"v": VERSION, "i": instance, "e": [_pack(event) for event in events]}
    try:
        return orjson.dumps(packed)
    except orjson.JSONEncodeError:
        # A lone surrogate in a text from outside; it is for people to read, so a question mark will do.
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
        return [_PICKED, event.at_ms, event.worker, event.workout_ids]
    return [_STATE, event.at_ms, event.worker, event.state.value, event.problem[:MAX_REASON]]


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
    if outcome.badges or outcome.reason:
        row.append([[badge.code, badge.name] for badge in outcome.badges])
        if outcome.reason:
            row.append(outcome.reason[:MAX_REASON])
    return row


def decode_events(payload: bytes) -> Announced:
    """Read what a worker, perhaps of another version, announced. Never raises: what makes no sense is counted."""
    if len(payload) > MAX_PAYLOAD_BYTES:
        return UNREADABLE
    try:
        packed = orjson.loads(payload)
        if packed["v"] != VERSION:
            return UNREADABLE
        instance = _text(packed["i"], MAX_NAME)
        rows = _list(packed["e"], MAX_EVENTS)
    except (ValueError, TypeError, KeyError):
        return UNREADABLE
    events: list[WorkerEvent] = []
    unreadable = 0
    for row in rows:
        try:
            events.append(_unpack(row))
        except (ValueError, TypeError, KeyError, IndexError):
            unreadable += 1
    return Announced(instance, tuple(events), unreadable)


def _unpack(row: Any) -> WorkerEvent:
    # Later versions may append to a row; what comes after the known columns is left alone.
    kind, at_ms, worker = _list(row, 16)[:3]
    at_ms = _ms(at_ms)
    worker = _text(worker, MAX_NAME)
    if kind == _BATCH:
        outcomes = tuple([_unpack_outcome(outcome) for outcome in _list(row[3], MAX_WORKOUTS)])
        return BatchProcessed(at_ms, worker, outcomes)
    if kind == _PICKED:
        return PickedUp(at_ms, worker, tuple([_text(one, MAX_NAME) for one in _list(row[3], MAX_WORKOUTS)]))
    if kind == _STATE:
        return WorkerStateChanged(at_ms, worker, _STATES[_text(row[3], MAX_NAME)], _text(row[4], MAX_REASON))
    raise ValueError(kind)


def _unpack_outcome(row: Any) -> WorkoutOutcome:
    size = len(_list(row, 16))
    return WorkoutOutcome(
        workout_id=_text(row[0], MAX_NAME),
        athlete=_text(row[1], MAX_NAME),
        sport=_text(row[2], MAX_NAME),
        kind=_KINDS[row[3]],
        wait_ms=None if row[4] is None else _number(row[4]),
        run_ms=_number(row[5]),
        calories_kcal=None if row[6] is None else _number(row[6]),
        badges=tuple([_badge(badge) for badge in _list(row[7], MAX_BADGES)]) if size > 7 else (),
        reason=_text(row[8], MAX_REASON) if size > 8 else "",
    )


def _badge(row: Any) -> Badge:
    code, name = _list(row, 16)[:2]
    return Badge(_text(code, MAX_NAME), _text(name, MAX_NAME))


def _list(value: Any, longest: int) -> list[Any]:
    if type(value) is not list or len(value) > longest:
        raise ValueError("not a list, or too long")
    return value


def _text(value: Any, longest: int) -> str:
    if type(value) is not str or len(value) > longest:
        raise ValueError("not a text, or too long")
    return value


def _number(value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value) or not 0 <= value <= MAX_MS:
        raise ValueError("not a number, or out of range")
    return float(value)


def _ms(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= MAX_MS:
        raise ValueError("not a time")
    return value
