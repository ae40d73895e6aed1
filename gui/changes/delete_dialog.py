"""The question before a workout is deleted."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from core.outbox.changes import delete
from core.workouts.model import Workout
from core.workouts.names import isolated
from gui.theme.theme import Theme
from gui.widgets.dialog import QuestionDialog

_TEXT = (
    "It is deleted through the queue, as it was sent. Badges, totals and leaderboards are computed again without it. "
    "It can be undone for ten seconds."
)


class DeleteDialog(QuestionDialog):
    """`confirmed` carries the Change to send. Enter cancels."""

    def __init__(self, theme: Theme, workout: Workout, parent: QWidget | None = None) -> None:
        start = workout.started_at
        day = f"{start.day} {start:%B %Y}"
        words = f"Delete {isolated(workout.sport)} of {isolated(workout.athlete)}, {day}?"
        super().__init__(
            theme,
            "Delete",
            words,
            _TEXT,
            delete(workout),
            act="&Delete",
            icon="trash-can-outline",
            keep="&Cancel",
            parent=parent,
        )
