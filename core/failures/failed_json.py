"""Failed messages as JSON objects, for exports and commands."""

from __future__ import annotations

from base64 import b64encode

from core.broker.ports import Message
from core.failures.models import FailedMessage, FailedRow
from core.utc_text import utc_seconds_text


def row_fields(row: FailedRow) -> dict[str, object]:
    return {
        "key": row.key,
        "cause": row.cause.code,
        "title": row.cause.title,
        "failedAt": utc_seconds_text(row.failed_at_ms),
        "reason": row.reason,
        "attempts": row.attempts,
        "worker": row.worker,
        "messageId": row.message_id,
        "athlete": row.athlete,
        "sport": row.sport,
        "durationMin": row.duration_min,
        "distanceKm": row.distance_km,
    }


def message_fields(one: FailedMessage) -> dict[str, object]:
    message = one.message
    return {
        **row_fields(one.row),
        "state": one.state.value,
        "retries": one.retries,
        "workoutId": one.workout_id,
        "repairs": one.parent_key,
        "type": message.type,
        "headers": dict(message.headers),
        "properties": dict(shown_extras(message)),
        **body_fields(message.body),
        "bodyBytes": one.body_bytes,
        "tries": [
            {
                "number": t.number,
                "at": utc_seconds_text(t.at_ms),
                "worker": t.worker,
                "reason": t.reason,
                "tookMs": t.took_ms,
            }
            for t in one.tries
        ],
    }


def shown_extras(message: Message) -> list[tuple[str, str]]:
    """AMQP properties that other programs set besides the headers, and headers that are no plain values."""
    return [] if message.extras is None else message.extras.shown(besides=message.headers)


def body_fields(body: bytes) -> dict[str, str]:
    """The body as text; one that is not UTF-8 is given in Base64 too, without loss."""
    try:
        return {"body": body.decode()}
    except UnicodeDecodeError:
        return {"body": body.decode("utf-8", "replace"), "bodyBase64": b64encode(body).decode()}
