"""How the pipeline screen writes outcomes, and how many rows it leaves out. Qt-free."""

from __future__ import annotations

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


def not_shown_words(not_shown: HiddenCounts, limit: int) -> tuple[str, str]:
    """The number of hidden rows and why they are hidden; both empty if none is."""
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
