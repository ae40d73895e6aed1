"""The start of a workout as events and receipts carry it: ISO 8601 text with the offset of its own local time."""

from __future__ import annotations

from datetime import datetime

MAX_START_CHARACTERS = 40


def start_text_of(moment: datetime) -> str:
    """`2025-12-10T10:00:00+01:00`, whole seconds."""
    return moment.isoformat(timespec="seconds")


def read_start(text: str) -> datetime | None:
    """None for anything else than a moment with an offset."""
    if len(text) > MAX_START_CHARACTERS:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if moment.tzinfo is None else moment
