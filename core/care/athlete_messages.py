"""Whose message it is, and which bytes can spell a name."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Collection

from core.broker.ports import Message
from core.codec.body_summary import summarize_body
from core.codec.workout_codec import decode
from core.errors import InvalidWorkoutError, UndecodableBodyError


def is_of_athlete(message: Message, name: str, workout_ids: Collection[str], now_ms: int) -> bool:
    """It names the athlete, or is about one of these workouts: a deletion names only the workout."""
    if summarize_body(message.body).athlete == name:
        return True
    if message.message_id in workout_ids or workout_id_of(message, now_ms) in workout_ids:
        return True
    return is_quoted_in(message.body, name)


def is_quoted_in(body: bytes, name: str) -> bool:
    """Whether a body that names no athlete has the name between quotes: one cut off, or with another field's name."""
    return not summarize_body(body).athlete and any(b'"%b"' % form in body for form in spellings(name))


def workout_id_of(message: Message, now_ms: int) -> str:
    """Empty where its body cannot be read."""
    try:
        return decode(message, now_ms=now_ms).workout_id
    except (InvalidWorkoutError, UndecodableBodyError):
        return ""


def spellings(name: str) -> tuple[bytes, ...]:
    """The name in UTF-8, composed and decomposed, and as JSON escapes it."""
    escaped = json.dumps(name)[1:-1]
    upper = "".join(f"\\u{ord(each):04X}" if ord(each) > 127 else each for each in name if ord(each) < 0x1_0000)
    plain = json.dumps(name, ensure_ascii=False)[1:-1]
    forms = (name, plain, unicodedata.normalize("NFD", name), escaped, upper)
    return tuple(dict.fromkeys(form.encode("utf-8", "surrogatepass") for form in forms))
