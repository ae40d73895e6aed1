"""Shows what the workout in the form comes to, a moment after each change."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, Slot

from core.achievements.rule_schema import AchievementRule
from core.achievements.rules import AchievementRules
from core.workouts.model import ANONYMOUS, Workout
from gui.widgets.timers import once_timer
from gui.workspaces.console.form.athlete_watch import AthleteWatch
from gui.workspaces.console.form.body import FormBody
from gui.workspaces.console.form.form_reader import FormReader
from gui.workspaces.console.form.preview import preview_of
from gui.workspaces.console.form.preview_card import PreviewCard

PREVIEW_MS = 150
PREVIEW_FIELDS = ("userId", "type", "duration", "distance", "sets", "timestamp", "weightKg")


class LivePreview(QObject):
    """Main thread. What the workout would unlock is asked for, and shown when the answer comes in time."""

    would_unlock_requested = Signal(object)  # Workout

    def __init__(
        self, body: FormBody, card: PreviewCard, reader: FormReader, athlete: AthleteWatch, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._body, self._card, self._reader, self._athlete = body, card, reader, athlete
        self._shown: Workout | None = None
        self._rules: AchievementRules | None = None
        self._timer = once_timer(self, PREVIEW_MS, self._on_due)
        athlete.changed.connect(self.show_soon)

    @Slot()
    def show_soon(self) -> None:
        self._timer.start()

    def set_rules(self, rules: AchievementRules) -> None:
        """Those in force."""
        self._rules = rules
        self._timer.start()

    def forget(self) -> None:
        """The workout in the form is another one: an answer about the last one comes too late."""
        self._shown = None
        self._timer.start()

    def show_would_unlock(self, workout: Workout, achievements: Sequence[AchievementRule]) -> None:
        """The answer to `would_unlock_requested`; one that came too late is dropped."""
        if self._shown is not None and workout.id == self._shown.id:
            self._card.show_unlocks([(one.name, one.description) for one in achievements])

    @Slot()
    def _on_due(self) -> None:
        self._athlete.look()
        typed = self._body.texts_to_preview()
        texts = {name: typed[name] for name in PREVIEW_FIELDS}
        is_named = bool(texts["userId"].strip())
        reading = self._reader.read(texts if is_named else {**texts, "userId": ANONYMOUS})
        if reading.problem_of("sets"):  # while they are typed; what they come to is shown with the others
            reading = self._reader.read({**texts, "sets": "", "userId": texts["userId"] if is_named else ANONYMOUS})
        workout = reading.workout
        self._shown = workout
        if workout is None:
            self._card.show_preview(None)
            return
        record = self._athlete.record
        earned = frozenset() if record is None else record.earned
        preview = preview_of(
            workout, self._reader.units, weight_of=self._body.weight_of, earned=earned, rules=self._rules
        )
        self._card.show_preview(preview)
        if is_named:
            self.would_unlock_requested.emit(workout)
