"""Formats a message's body and headers, and says which copy of it is shown. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

import orjson

from core.codec.json_reader import parse_object
from core.errors import UndecodableBodyError
from core.events import OutcomeKind
from core.live.workout_log import Attempt
from core.store.models import MessageSnapshot
from gui.formatting import clock_text, weekday_clock
from gui.workspaces.failed.formatting import message_rows

MOST_SHOWN = 65_536  # bytes; no workout has a longer body
ATTEMPT_WORDS: dict[OutcomeKind, str] = {
    OutcomeKind.STORED: "Stored",
    OutcomeKind.DUPLICATE: "Known already",
    OutcomeKind.FAILED: "Failed",
    OutcomeKind.RETRYING: "To be tried again",
}
SOME_ATTEMPTS = "An attempt that is repeated later is shown live and not recorded: there may have been more than these."
NO_HEADERS = "Its headers are not kept on this computer once it is stored. This is what the results say of it."


@dataclass(frozen=True, slots=True)
class BodyText:
    """`form`: the format of the body and how much of it is shown."""

    text: str
    form: str


def body_text(copy: MessageSnapshot) -> BodyText:
    """JSON indented over several lines; anything else as received, up to MOST_SHOWN bytes."""
    body = copy.message.body
    size = f"{copy.body_bytes:,} byte{'' if copy.body_bytes == 1 else 's'}"
    try:
        fields, _ = parse_object(body)
    except UndecodableBodyError:
        shown = body[:MOST_SHOWN]
        cut = "" if len(shown) == copy.body_bytes else f", the first {len(shown):,} of them"
        return BodyText(shown.decode("utf-8", "replace").replace("\0", "\ufffd"), f"No JSON object, {size}{cut}")
    return BodyText(orjson.dumps(fields, option=orjson.OPT_INDENT_2).decode(), f"JSON, {size}")


def source_words(copy: MessageSnapshot, now_ms: int, zone: tzinfo | None) -> str:
    """Says which copy of the message is shown."""
    at = weekday_clock(copy.at_ms, now_ms, zone)
    revision = "" if copy.revision is None else f", revision {copy.revision}"
    match copy.source:
        case "sent":
            return f"As it was sent from here, {at}{revision}"
        case "failed":
            return f"As it came to the worker that gave it up, {at}"
        case _:
            return f"As it is stored{revision}; the bytes it came in are not kept"


def header_rows(copy: MessageSnapshot, now_ms: int, zone: tzinfo | None) -> list[tuple[str, str]]:
    if copy.source != "stored":
        return message_rows(copy.message, copy.body_bytes, now_ms, zone)
    revision = "" if copy.revision is None else f"{copy.revision:,}"
    return [("Revision", revision), ("Stored", weekday_clock(copy.at_ms, now_ms, zone))]


def attempts_title(count: int) -> str:
    return "1 attempt" if count == 1 else f"{count:,} attempts"


def attempt_title(attempt: Attempt) -> str:
    """`Stored`, `Failed after 4 tries`."""
    words = ATTEMPT_WORDS[attempt.kind]
    return words if attempt.tries == 1 else f"{words} after {attempt.tries:,} tries"


def attempt_sentence(attempt: Attempt, worker: str, took: str, zone: tzinfo | None) -> str:
    """The whole message as text for screen readers."""
    parts = [
        attempt_title(attempt),
        f"{clock_text(attempt.at_ms, zone, 'milliseconds')} by {worker}",
        took,
        attempt.reason,
    ]
    return ", ".join(filter(None, parts))
