"""Best-effort summary of an untrusted body, for the rows of lists."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from core.codec.json_reader import MAX_BODY_BYTES
from core.workouts.invisible import single_spaced
from core.workouts.names import canonical_name
from core.workouts.sports import default_catalogue

MAX_TEXT = 64


@dataclass(frozen=True, slots=True)
class BodySummary:
    """Empty or None where the body has no plain value."""

    athlete: str = ""
    sport: str = ""
    duration_min: float | None = None
    distance_km: float | None = None


def summarize_body(body: bytes) -> BodySummary:
    """Never raises."""
    if len(body) > MAX_BODY_BYTES:
        return BodySummary()
    try:
        fields = orjson.loads(body)
    except orjson.JSONDecodeError:
        return BodySummary()
    if not isinstance(fields, dict):
        return BodySummary()
    sport = _text(fields.get("type"))
    return BodySummary(
        _text(fields.get("userId")),
        default_catalogue().canonical(sport) if sport else "",
        _number(fields.get("duration")),
        _number(fields.get("distance")),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        return ""
    name = canonical_name(value[:MAX_TEXT])
    return name if name.isprintable() else single_spaced("".join(each if each.isprintable() else " " for each in name))


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e15 else None
