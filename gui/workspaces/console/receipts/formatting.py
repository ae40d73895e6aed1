"""Formats a receipt: times, durations and outcome. Qt-free."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import tzinfo

from core.events import WorkoutOutcome
from core.live.chart_summary import short_time
from core.live.queue_places import QueuePlace
from core.live.receipts import Stage
from core.live.workout_log import WorkoutTrace
from core.metrics.depth_and_flow import FlowRates
from core.processing.apply_batch import DELETED_REASON, OLDER_REVISION
from core.workouts.names import isolated
from gui.formatting import clock_text, ordinal, waited_text
from gui.forms.formatting import Units, distance_text, duration_text, energy_number
from gui.forms.reasons import reason_in_units, short_reason
from gui.forms.starts import start_words
from gui.frame.worker_names import WorkerNames


@dataclass(slots=True)
class ReceiptFormat:
    """What the texts of receipts depend on. `place`: in the queue; `flow`: the rates that the charts show."""

    names: WorkerNames
    now_ms: Callable[[], int]
    place: Callable[[WorkoutTrace], QueuePlace | None]
    zone: tzinfo | None = None
    units: Units = field(default_factory=Units)
    flow: FlowRates = field(default_factory=FlowRates)

    def sent(self, receipt: WorkoutTrace) -> str:
        return clock_text(receipt.sent_at_ms, self.zone)

    def brief_start(self, receipt: WorkoutTrace) -> str:
        return start_words(receipt.started_at, self.now_ms(), self.zone, brief=True)

    def distance(self, receipt: WorkoutTrace) -> str:
        return distance_text(receipt.distance_km, receipt.sport, self.units)

    def took(self, receipt: WorkoutTrace) -> str:
        return receipt_age(receipt.took_ms(self.now_ms()), receipt.stage)

    def result(self, receipt: WorkoutTrace) -> str:
        """What it came to, or what comes next."""
        return conflict_text(receipt, self.units) or result_text(
            receipt, self.names.called(receipt.worker), self._place_words(receipt), self.units
        )

    def short_result(self, receipt: WorkoutTrace) -> str:
        """The reason of a failure in a few words, where they are known."""
        if receipt.stage is not Stage.FAILED or receipt.conflict is not None:
            return self.result(receipt)
        return short_reason(receipt.cause, receipt, self.units) or self.result(receipt)

    def tip(self, receipt: WorkoutTrace) -> str:
        start = start_words(receipt.started_at, self.now_ms(), self.zone)
        figures = duration_text(receipt.duration_min)
        if receipt.distance_km is not None:
            figures = f"{figures}, {self.distance(receipt)}"
        return sentence(receipt, self.names.called(receipt.worker), self.result(receipt), start, figures)

    def _place_words(self, receipt: WorkoutTrace) -> str:
        place = self.place(receipt)
        return NO_PLACE if place is None else place_text(place, self.flow.wait_s(place.ahead))


def receipt_age(took_ms: int, stage: Stage) -> str:
    """How long it took or takes; a pending workout is counted in whole seconds. Empty for one in another queue."""
    return "" if stage is Stage.OTHER_QUEUE else waited_text(took_ms, tenths=not stage.is_pending)


NO_PLACE = "for a free worker"
METRIC = Units()
NEWER_COUNTS = "a newer revision counts"
OTHER_CONTENT = "this revision is stored with other values"


def place_text(place: QueuePlace, wait_s: float | None) -> str:
    """`1,204th, in about 2 min` or `1,204th in line`; `within about 2 min` or `up to 1,203 ahead` where others'
    messages are in the queue."""
    if not place.exact:
        return f"up to {place.ahead:,} ahead" if wait_s is None else f"within about {short_time(wait_s)}"
    if not place.ahead:
        return "next"
    words = ordinal(place.ahead + 1)
    return f"{words} in line" if wait_s is None else f"{words}, in about {short_time(wait_s)}"


def stage_text(receipt: WorkoutTrace) -> str:
    """`stored`; of a correction `stored r2`, with its revision; of a deletion in the end `deleted`."""
    if receipt.stage is Stage.STORED and (receipt.is_deletion or receipt.reason == DELETED_REASON):
        return DELETED_REASON
    if receipt.conflict is not None:
        return "conflict"
    is_change = receipt.is_correction or receipt.is_deletion
    return f"{receipt.stage.value} r{receipt.revision}" if is_change else receipt.stage.value


def change_words(receipt: WorkoutTrace) -> str:
    """`correction, revision 2`; empty for a workout that was sent as a new one."""
    if not (receipt.is_correction or receipt.is_deletion):
        return ""
    return f"{'deletion' if receipt.is_deletion else 'correction'}, revision {receipt.revision}"


def result_text(receipt: WorkoutTrace, worker: str, place: str = NO_PLACE, units: Units = METRIC) -> str:
    """The text of the last column: the next step, or the outcome."""
    reason = reason_in_units(receipt.reason, receipt, units)
    match receipt.stage:
        case Stage.ACCEPTED:
            return "safe here, on its way"
        case Stage.PENDING:
            return "will be sent"
        case Stage.REFUSED:
            return f"{reason or 'not taken'}; will be tried again"
        case Stage.OTHER_QUEUE:
            return "in another queue"
        case Stage.WAITING:
            return place
        case Stage.RUNNING:
            return worker
        case Stage.RETRYING:
            return f"try {receipt.failed_tries + 1} soon: {reason}"
        case Stage.REJECTED | Stage.FAILED:
            return reason or "no reason given"
        case Stage.DUPLICATE:
            return NEWER_COUNTS if receipt.reason == OLDER_REVISION else "stored before, counted once"
        case Stage.STORED if receipt.reason == DELETED_REASON and not receipt.is_deletion:
            return "another program deleted it"
        case Stage.STORED:
            badges = ", ".join(badge.name for badge in receipt.badges)
            return badges or change_words(receipt) or "no new badge"


def conflict_text(receipt: WorkoutTrace, units: Units) -> str:
    """`46:00 is stored as revision 2, not 45:00`; empty without a conflict."""
    if receipt.conflict is None:
        return ""
    stored = receipt.stored
    if stored is None or stored.revision != receipt.revision:
        return OTHER_CONTENT
    pairs = zip(_values(stored, units), _values(receipt, units), strict=True)
    different = [(theirs, own) for theirs, own in pairs if theirs != own]
    if not different:
        return OTHER_CONTENT
    theirs, own = (", ".join(value or "nothing" for value in values) for values in zip(*different, strict=True))
    return f"{theirs} is stored as revision {receipt.revision}, not {own}"


def _values(of: WorkoutTrace | WorkoutOutcome, units: Units) -> tuple[str, ...]:
    duration = "" if of.duration_min is None else duration_text(of.duration_min)
    return of.athlete, of.sport, duration, distance_text(of.distance_km, of.sport, units), of.started_at


def sentence(
    receipt: WorkoutTrace,
    worker: str,
    result: str,
    start: str = "",
    figures: str = "",
) -> str:
    """The whole row as tool tip and accessible text. `worker`: as shown; the others: formatted."""
    who = f"{isolated(receipt.athlete)}, {isolated(receipt.sport)}"
    lines = [f"{who}: {stage_text(receipt)}", result]
    if (change := change_words(receipt)) and change not in lines:
        lines.append(change)
    if figures:
        lines.append(figures)
    if start:
        lines.append(f"started {start}")
    if worker and receipt.stage is not Stage.RUNNING:
        lines.append(f"worked on by {worker}")
    if receipt.calories_kcal is not None:
        lines.append(f"{energy_number(receipt.calories_kcal)} kcal")
    lines.append(f"id {receipt.workout_id}")
    return "\n".join(lines)
