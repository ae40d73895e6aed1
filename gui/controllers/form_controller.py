"""Connects the form to the results database and the outbox: names, records, drafts, earlier submissions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from PySide6.QtCore import QObject, Signal, Slot

from core.achievements.rules import Achievement
from core.events import Event
from core.workouts.model import Workout
from core.workouts.on_record import AthleteRecord, RecordWanted
from gui.controllers.pipeline_host import PipelineHost
from gui.workspaces.console.form.form import WorkoutForm

WOULD_UNLOCK, ATHLETE, NAMES = "would unlock", "athlete", "names"
NAMES_KNOWN = 20_000  # to compare a new name with; the form suggests fewer


class FormController(QObject):
    """Main thread. Call `on_answer` with replies."""

    sent_to_other_queue = Signal(object)  # list[str], workout ids

    def __init__(self, form: WorkoutForm, host: PipelineHost, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._form, self._host = form, host
        self._names: tuple[str, ...] | None = None
        form.would_unlock_requested.connect(self._on_would_unlock_requested)
        form.athlete_changed.connect(self._on_athlete_changed)
        form.draft_changed.connect(self._on_draft_changed)
        form.expect_answers()

    def ask_names(self) -> None:
        self._host.ask(NAMES, lambda reader: reader.athlete_names("", NAMES_KNOWN))

    def on_answer(self, topic: str, answer: object) -> Sequence[Event] | None:
        """Handle a reply: events for the receipts, or None if it was for the form."""
        from worker.host import pipeline  # already imported: this is a reply of it

        handlers: dict[str, Callable[[object], Sequence[Event] | None]] = {
            WOULD_UNLOCK: self._on_would_unlock,
            ATHLETE: self._on_athlete,
            NAMES: self._on_names,
            pipeline.KEPT: self._on_kept,
            pipeline.IN_OTHER_QUEUE: self._on_sent_to_other_queue,
            pipeline.OUTCOMES: lambda events: cast(Sequence[Event], events),
            pipeline.DRAFT_KEPT: self._on_draft_kept,
            pipeline.TO_REPAIR: self._on_to_repair,
        }
        return handlers[topic](answer)

    def _on_kept(self, answer: object) -> Sequence[Event]:
        from worker.outbox.restore import RestoredConsole

        kept = cast(RestoredConsole, answer)
        self._form.set_recent(kept.workouts)
        if self._form.draft().empty:
            self._form.restore_draft(kept.draft)
        return kept.receipts

    def _on_sent_to_other_queue(self, answer: object) -> None:
        self.sent_to_other_queue.emit(answer)

    def _on_would_unlock(self, answer: object) -> None:
        workout, achievements = cast(tuple[Workout, Sequence[Achievement]], answer)
        self._form.show_would_unlock(workout, achievements)

    def _on_athlete(self, answer: object) -> None:
        self._form.show_athlete(cast(AthleteRecord, answer))

    def _on_names(self, answer: object) -> None:
        names = cast(tuple[str, ...], answer)
        if names != self._names:
            self._names = names
            self._form.set_athletes(names, complete=len(names) < NAMES_KNOWN)

    def _on_draft_kept(self, answer: object) -> None:
        if answer:
            self._form.show_draft_kept()

    def _on_to_repair(self, answer: object) -> None:
        if answer:
            self._form.load_for_repair(cast(dict[str, object], answer))

    @Slot(object)
    def _on_would_unlock_requested(self, workout: Workout) -> None:
        self._host.ask(WOULD_UNLOCK, lambda reader: (workout, reader.would_unlock(workout)))

    @Slot(object)
    def _on_athlete_changed(self, wanted: RecordWanted) -> None:
        self._host.ask(ATHLETE, lambda reader: reader.athlete_record(wanted))

    @Slot(str)
    def _on_draft_changed(self, text: str) -> None:
        self._host.do(lambda pipeline: pipeline.save_draft(text))
