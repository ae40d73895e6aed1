"""Connects the form to the results database and the outbox: names, records, drafts, earlier submissions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from core.codec.json_reader import parse_object
from core.errors import UndecodableBodyError
from core.live.workout_log import WorkoutTrace
from core.outbox.changes import Change
from core.store.models import MessageSnapshot
from core.workouts.model import Workout
from core.workouts.on_record import AthleteDay
from gui.changes.conflict_answers import ConflictAnswers
from gui.changes.workout_changes import NOT_STORED, WorkoutChanges
from gui.host.pipeline_host import PipelineHost
from gui.widgets.announcements import show_note
from gui.workspaces.console.form.form import WorkoutForm
from worker.runtime.query import Query

if TYPE_CHECKING:
    from worker.outbox.restore import RestoredConsole

NAMES_KNOWN = 20_000  # to compare a new name with; the form suggests fewer


class FormController(QObject):
    """Main thread."""

    def __init__(
        self, form: WorkoutForm, host: PipelineHost, changes: WorkoutChanges, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._form, self._host, self._changes = form, host, changes
        self.answers = ConflictAnswers(host)
        form.correction_submitted.connect(self._on_correction_submitted)
        self._names: tuple[str, ...] | None = None
        self._restored = self._unreadable = False
        form.would_unlock_requested.connect(self._on_would_unlock_requested)
        form.athlete_changed.connect(self._on_athlete_changed)
        form.draft_changed.connect(self._on_draft_changed)
        form.expect_answers()

    def ask_names(self) -> None:
        self._host.ask(Query("names", lambda reader: reader.athlete_names("", NAMES_KNOWN), self._on_names))

    def restore(self, kept: RestoredConsole | None) -> None:
        """Take over what the outbox knows: workouts to use again, and at first the draft, unless something is typed.

        What was typed before that, or while no pipeline was open, could not be saved; it is now. None: it could not be
        read.
        """
        self._unreadable = kept is None
        if kept is not None:
            self._form.set_recent(kept.workouts)
            if self._form.draft().empty and not self._restored:
                self._form.restore_draft(kept.draft)
            self._restored = True
        self._form.keep_draft()

    def repair(self, workout_id: str) -> None:
        """Open a workout in the form, if it was sent from here."""
        self._host.do(lambda pipeline: pipeline.find_fields(workout_id, self._on_fields_found))

    def correct(self, workout_id: str) -> None:
        """Open the newest revision of a workout, of any program, in the form."""
        self.answers.forget()
        self._changes.find(workout_id, self._form.correct)

    def correct_again(self, receipt: WorkoutTrace) -> None:
        """Open the newest revision with the values that were sent from here, and that did not get into it."""
        workout_id = receipt.workout_id
        self.answers.begin(receipt)
        self._host.do(lambda pipeline: pipeline.find_fields(workout_id, partial(self._on_own_found, workout_id)))

    def use_again(self, workout_id: str) -> None:
        """Fill the form with a workout that was sent from here, to send it as a new one."""
        self._host.do(lambda pipeline: pipeline.find_fields(workout_id, self._on_fields_to_use))

    def send_as_new(self, workout_id: str, fields: Mapping[str, object] | None = None) -> None:
        """As `use_again`, of any program: stored, failed or sent from here. `fields`: if they are known already."""
        if fields is not None:
            self._form.use_again(fields)
            return
        on_found = partial(self._on_stored_to_use, workout_id)
        self._host.ask(Query("workout to use again", lambda reader: reader.past.copy(workout_id), on_found))

    def begin(self, athlete: str, sport: str) -> None:
        """Fill in who and which sport, to type the rest; without an athlete only focus where one begins."""
        if athlete:
            self._form.begin(athlete, sport)
        else:
            self._form.focus_first()

    def forget(self, athlete: str) -> None:
        self._form.forget(athlete)
        self._form.set_athletes([name for name in self._names or () if name != athlete])
        self._names = None
        self.ask_names()

    def _on_names(self, names: tuple[str, ...]) -> None:
        if names != self._names:
            self._names = names
            self._form.set_athletes(names, complete=len(names) < NAMES_KNOWN)

    def _on_draft_saved(self, text: str) -> None:
        if text:
            self._form.show_draft_kept()

    def _on_fields_found(self, fields: dict[str, object]) -> None:
        if fields:
            self._form.load_for_repair(fields)

    def _on_own_found(self, workout_id: str, own: dict[str, object]) -> None:
        self._changes.find(workout_id, partial(self._form.correct, own=own))

    def _on_stored_to_use(self, workout_id: str, copy: MessageSnapshot | None) -> None:
        if copy is None:
            self.use_again(workout_id)
            return
        try:
            self._form.use_again(parse_object(copy.message.body)[0])
        except UndecodableBodyError as error:
            show_note(self._form, f"It cannot be used again: {error}")

    def _on_fields_to_use(self, fields: dict[str, object]) -> None:
        if fields:
            self._form.use_again(fields)
        else:
            show_note(self._form, NOT_STORED)

    @Slot(object)
    def _on_correction_submitted(self, change: Change) -> None:
        self.answers.note_sent(change)
        self._changes.send(change)

    @Slot(object)
    def _on_would_unlock_requested(self, workout: Workout) -> None:
        on_result = partial(self._form.show_would_unlock, workout)
        self._host.ask(Query("would unlock", lambda reader: reader.would_unlock(workout), on_result))

    @Slot(object)
    def _on_athlete_changed(self, wanted: AthleteDay) -> None:
        self._host.ask(Query("athlete", lambda reader: reader.athlete_record(wanted), self._form.show_athlete))

    @Slot(str)
    def _on_draft_changed(self, text: str) -> None:
        if text and self._unreadable:
            self._restored = True  # an empty form does not replace a draft that may be readable at the next start
        if self._restored:  # else it would replace the draft that is about to be restored
            self._host.do(lambda pipeline: pipeline.save_draft(text, self._on_draft_saved))
