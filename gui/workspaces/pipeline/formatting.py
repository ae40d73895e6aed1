"""How the pipeline screen writes times and outcomes, and how many rows it leaves out. Qt-free."""

from __future__ import annotations

from datetime import datetime, tzinfo

from core.events import OutcomeKind
from core.live.tail import HiddenCounts
from gui.theme.palette import Role
from gui.theme.states import State

KIND_WORDS: dict[OutcomeKind, str] = {
    OutcomeKind.STORED: "stored",
    OutcomeKind.DUPLICATE: "duplicate",
    OutcomeKind.FAILED: "failed",
    OutcomeKind.RETRYING: "retrying",
}
KIND_STATES: dict[OutcomeKind, tuple[State, Role]] = {
    OutcomeKind.STORED: ("stored", "stored"),
    OutcomeKind.DUPLICATE: ("stored", "second"),
    OutcomeKind.FAILED: ("failed", "failed"),
    OutcomeKind.RETRYING: ("waiting", "waiting"),
}


def clock_ms(at_ms: int, zone: tzinfo | None) -> str:
    """`18:42:11.402`."""
    return f"{datetime.fromtimestamp(at_ms / 1000, zone):%H:%M:%S.%f}"[:-3]


def day_clock(at_ms: int, now_ms: int, zone: tzinfo | None) -> str:
    """Today's with seconds, older ones with their day: `18:42:11`, `24 Nov 18:42`."""
    at, now = (datetime.fromtimestamp(ms / 1000, zone) for ms in (at_ms, now_ms))
    if at.date() == now.date():
        return f"{at:%H:%M:%S}"
    return f"{at.day} {at:%b %H:%M}" if at.year == now.year else f"{at.day} {at:%b %Y}"


def not_shown_words(not_shown: HiddenCounts, limit: int) -> tuple[str, str]:
    """How many, and why; both empty when every row is shown."""
    parts = [
        f"{count:,} {why}"
        for count, why in (
            (not_shown.by_filter, "by filter"),
            (not_shown.over_limit, f"over the {limit:,} limit"),
            (not_shown.while_paused, "since the pause"),
            (not_shown.missed, "missed: they came faster than this console could take them"),
        )
        if count
    ]
    if not parts:
        return "", ""
    rows = "row" if not_shown.total == 1 else "rows"
    return f"{not_shown.total:,} {rows} not shown", ", ".join(parts)
