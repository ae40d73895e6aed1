"""One line of the tail or of what a search found, with its texts. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from core.events import OutcomeKind
from core.past import FoundWorkout
from core.tail import NotShown, TailRow
from gui.charts.words import NOTHING, duration
from gui.console.values import Units, distance_text, duration_text
from gui.palette import Role
from gui.widgets import State

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


@dataclass(frozen=True, slots=True)
class Line:
    """`key` tells one line from another: a workout may have several outcomes."""

    key: str
    workout_id: str
    at_ms: int
    kind: OutcomeKind
    athlete: str
    sport: str
    duration_min: float | None
    distance_km: float | None
    wait_ms: float | None
    run_ms: float | None
    worker: str
    reason: str
    badges: tuple[str, ...]
    started_at: str = ""  # as in events

    def duration(self) -> str:
        return NOTHING if self.duration_min is None else duration_text(self.duration_min)

    def distance(self, units: Units) -> str:
        return distance_text(self.distance_km, self.sport, units)

    def wait(self) -> str:
        return duration(self.wait_ms)

    def run(self) -> str:
        return duration(self.run_ms)

    def result(self) -> str:
        if self.kind is OutcomeKind.DUPLICATE:
            return "counted once"
        return self.reason or ", ".join(self.badges)


def line_of_tail(row: TailRow) -> Line:
    outcome = row.outcome
    return Line(
        str(row.number),
        outcome.workout_id,
        row.at_ms,
        outcome.kind,
        outcome.athlete,
        outcome.sport,
        outcome.duration_min,
        outcome.distance_km,
        outcome.wait_ms,
        outcome.run_ms,
        row.worker,
        outcome.reason,
        tuple(badge.name for badge in outcome.badges),
        outcome.started_at,
    )


def line_of_found(found: FoundWorkout) -> Line:
    return Line(
        f"{found.workout_id} {found.at_ms}",
        found.workout_id,
        found.at_ms,
        OutcomeKind.FAILED if found.failed else OutcomeKind.STORED,
        found.athlete,
        found.sport,
        found.duration_min,
        found.distance_km,
        found.wait_ms,
        found.run_ms,
        found.worker,
        found.reason,
        tuple(badge.name for badge in found.badges),
        found.started_at,
    )


def clock_ms(at_ms: int, zone: tzinfo | None) -> str:
    """`18:42:11.402`."""
    return f"{datetime.fromtimestamp(at_ms / 1000, zone):%H:%M:%S.%f}"[:-3]


def day_clock(at_ms: int, now_ms: int, zone: tzinfo | None) -> str:
    """Today's with seconds, older ones with their day: `18:42:11`, `24 Nov 18:42`."""
    at, now = (datetime.fromtimestamp(ms / 1000, zone) for ms in (at_ms, now_ms))
    if at.date() == now.date():
        return f"{at:%H:%M:%S}"
    return f"{at.day} {at:%b %H:%M}" if at.year == now.year else f"{at.day} {at:%b %Y}"


def not_shown_words(not_shown: NotShown, limit: int) -> tuple[str, str]:
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
