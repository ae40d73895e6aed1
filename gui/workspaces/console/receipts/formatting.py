"""How a receipt is written: times, lengths, what became of it. Qt-free."""

from __future__ import annotations

from datetime import datetime, tzinfo

from core.live.receipts import Receipt, Stage
from core.workouts.names import isolated
from gui.forms.formatting import energy_number


def clock_text(at_ms: int, zone: tzinfo | None = None) -> str:
    """`18:24:29` in `zone`, or in this computer's."""
    return f"{datetime.fromtimestamp(at_ms / 1000, zone):%H:%M:%S}"


def took_text(took_ms: int, stage: Stage) -> str:
    """`0.9 s`, `25 s`, `3 min`, `2 h`; a workout kept here is counted in whole seconds.

    Empty where nothing is heard of it.
    """
    if stage is Stage.OTHER_QUEUE:
        return ""
    seconds = took_ms / 1000
    if seconds < 9.95 and not stage.kept_here:
        return f"{seconds:.1f} s"
    if seconds < 59.5:
        return f"{seconds:.0f} s"
    if seconds < 3_570:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3_600:.0f} h" if seconds < 171_000 else f"{seconds / 86_400:.0f} d"


def result_text(receipt: Receipt, expected_wait_s: float | None = None) -> str:
    """The last column in words: what comes next, or what came of it."""
    journey = receipt.journey
    match receipt.stage:
        case Stage.ACCEPTED:
            return "safe here, on its way"
        case Stage.PENDING:
            return "will be sent"
        case Stage.REFUSED:
            return f"{journey.reason or 'not taken'}; will be tried again"
        case Stage.OTHER_QUEUE:
            return "in another queue"
        case Stage.WAITING:
            return NEXT_WITHOUT_ESTIMATE if expected_wait_s is None else f"next in about {_about(expected_wait_s)}"
        case Stage.RUNNING:
            return journey.worker
        case Stage.RETRYING:
            return f"try {len(journey.failed_tries) + 1} soon: {journey.reason}"
        case Stage.REJECTED | Stage.FAILED:
            return journey.reason or "no reason given"
        case Stage.DUPLICATE:
            return "stored before, counted once"
        case Stage.STORED:
            return ", ".join(badge.name for badge in journey.badges) or "no new badge"


NEXT_WITHOUT_ESTIMATE = "for a free worker"


def _about(seconds: float) -> str:
    if seconds < 59.5:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5_400 else f"{round(seconds / 3_600)} h"


def sentence(receipt: Receipt, start: str = "") -> str:
    """The whole row as a tool tip and for a screen reader. `start`: in words."""
    lines = [f"{isolated(receipt.athlete)}, {isolated(receipt.sport)}: {receipt.stage.value}", result_text(receipt)]
    if start:
        lines.append(f"started {start}")
    if receipt.journey.worker and receipt.stage is not Stage.RUNNING:
        lines.append(f"worked on by {receipt.journey.worker}")
    if receipt.journey.calories_kcal is not None:
        lines.append(f"{energy_number(receipt.journey.calories_kcal)} kcal")
    lines.append(f"id {receipt.workout_id}")
    return "\n".join(lines)
