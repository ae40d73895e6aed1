"""A row of the tail or of search results, with its texts. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass

from core.events import OutcomeKind
from core.live.tail import TailRow
from core.store.models import SearchHit
from gui.charts.formatting import NOTHING, duration
from gui.forms.formatting import Units, distance_text, duration_text
from gui.forms.reasons import reason_in_units, short_reason


@dataclass(frozen=True, slots=True)
class Line:
    """`key` identifies the row: a workout may have several outcomes."""

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
    started_at: str = ""  # ISO 8601, as in events
    cause: str = ""  # the code of the reason

    def duration(self) -> str:
        return NOTHING if self.duration_min is None else duration_text(self.duration_min)

    def distance(self, units: Units) -> str:
        return distance_text(self.distance_km, self.sport, units)

    def wait(self) -> str:
        return duration(self.wait_ms)

    def run(self) -> str:
        return duration(self.run_ms)

    def result(self, units: Units) -> str:
        if self.kind is OutcomeKind.DUPLICATE:
            return "counted once"
        return reason_in_units(self.reason, self, units) or ", ".join(self.badges)

    def short_result(self, units: Units) -> str:
        """The reason in a few words, where they are known."""
        return short_reason(self.cause, self, units) or self.result(units)


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
        outcome.cause,
    )


def line_of_found(found: SearchHit) -> Line:
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
        found.cause,
    )
