"""Decoded messages for tests, made short to write."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

from core.broker.ports import HeaderValue, Message
from core.broker.topology import HEADER_ORIGIN
from core.codec.workout_codec import DecodedMessage, MessageKind, dumps_workout
from core.workouts.model import Workout

MONDAY_NOON = datetime(2025, 6, 2, 12, 0, tzinfo=UTC)  # ISO week 23 of 2025


def workout_id(number: int) -> str:
    return str(UUID(int=number))


def make_workout(
    number: int = 1,
    *,
    athlete: str = "Ana",
    sport: str = "Running",
    started_at: datetime | None = None,
    day: float = 0,
    utc_offset_min: int = 0,
    minutes: float = 30,
    km: float | None = None,
    revision: int = 1,
    ascent_m: float | None = None,
    **more: object,
) -> Workout:
    """`day` counts from Monday noon UTC, seen by a clock with that offset, when there is no `started_at`."""
    zone = timezone(timedelta(minutes=utc_offset_min))
    fields: dict[str, object] = {
        "id": UUID(int=number),
        "revision": revision,
        "athlete": athlete,
        "sport": sport,
        "started_at": started_at or (MONDAY_NOON + timedelta(days=day)).astimezone(zone),
        "duration_min": minutes,
        "distance_km": km,
        "elevation_gain_m": ascent_m,
        **more,
    }
    return Workout.model_validate(fields, by_name=True)


def incoming(
    workout: Workout, *, kind: MessageKind = MessageKind.SUBMITTED, origin: str | None = "here"
) -> DecodedMessage:
    body = dumps_workout(workout)
    message = Message(body, workout.workout_id, kind.value, headers=_headers(origin))
    digest = hashlib.sha256(body).digest()
    at_ms = 1_748_000_000_000
    return DecodedMessage(workout.workout_id, workout.revision, workout, kind, digest, at_ms, origin, message, body)


def submitted(number: int = 1, **fields: object) -> DecodedMessage:
    return incoming(make_workout(number, **fields))  # type: ignore[arg-type]  # keywords of make_workout


def deletion(number: int, revision: int, *, origin: str | None = "here") -> DecodedMessage:
    plain = f"deleted {number} {revision}".encode()
    digest = hashlib.sha256(plain).digest()
    message = Message(b"{}", workout_id(number), MessageKind.DELETED.value, headers=_headers(origin))
    return DecodedMessage(workout_id(number), revision, None, MessageKind.DELETED, digest, None, origin, message, plain)


def _headers(origin: str | None) -> dict[str, HeaderValue]:
    return {} if origin is None else {HEADER_ORIGIN: origin}
