"""Sends, corrects and deletes workouts for every workspace, and offers to undo each."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QWidget

from core.codec.workout_codec import MessageKind
from core.errors import InvalidWorkoutError, PacelineError, UndecodableBodyError
from core.outbox.change_requests import workout_of
from core.outbox.changes import Change, undo
from core.store.models import MessageSnapshot, NewestRevision, newest_known
from core.workouts.model import Workout
from gui.changes.delete_dialog import DeleteDialog
from gui.changes.undo_offers import UndoOffers
from gui.formatting import READ_ONLY
from gui.host.pipeline_host import PipelineHost
from gui.theme.theme import Theme
from gui.widgets.announcements import show_note
from worker.runtime.query import Query

DONE = {MessageKind.SUBMITTED: "Sent", MessageKind.CORRECTED: "Corrected", MessageKind.DELETED: "Deleted"}
NOT_OPEN = "The results are not open yet"
NOT_STORED = "Nothing is stored of this workout yet"
IS_DELETED = "This workout is deleted"

OnFound = Callable[[Workout], None]


class WorkoutChanges(QObject):
    """Main thread. `window`: where reasons and questions are shown.

    The newest revision is looked for in the results and in the outbox, so that a workout which is still on its way can
    be changed too: the highest revision counts, in whatever order they arrive.
    """

    def __init__(
        self,
        theme: Theme,
        host: PipelineHost,
        undo_offers: UndoOffers,
        window: QWidget,
        *,
        now_ms: Callable[[], int],
        read_only: bool,
    ) -> None:
        super().__init__(window)
        self._theme, self._host, self._window, self._now_ms = theme, host, window, now_ms
        self.undo_offers = undo_offers
        self.why_not = READ_ONLY if read_only else ""
        self._lookups = 0

    @Slot(object)
    def send(self, change: Change) -> None:
        """Into the outbox, which needs no connection."""
        self._host.send(change)
        workout = change.workout
        what = f"{workout.athlete}, {workout.sport}"
        self.undo_offers.offer(DONE[change.kind], lambda: self.send(undo(change)), what=what)

    def find(self, workout_id: str, on_found: OnFound) -> None:
        """Look for the newest revision; where there is none to change, say why. A newer call replaces this one."""
        why_not = self.why_not or ("" if self._host.is_open else NOT_OPEN)
        if why_not:
            show_note(self._window, why_not)
            return
        self._lookups += 1
        on_stored = partial(self._on_stored, self._lookups, workout_id, on_found)
        query = Query("newest revision", lambda reader: reader.past.newest(workout_id), on_stored, self._on_error)
        self._host.ask(query)

    def ask_delete(self, workout_id: str) -> None:
        """Ask once, then delete it."""
        self.find(workout_id, self._open_question)

    def _on_stored(self, number: int, workout_id: str, on_found: OnFound, stored: NewestRevision | None) -> None:
        if number == self._lookups:
            on_sent = partial(self._on_sent, number, workout_id, on_found, stored)
            self._host.do(lambda pipeline: pipeline.find_sent(workout_id, on_sent))

    def _on_sent(
        self,
        number: int,
        workout_id: str,
        on_found: OnFound,
        stored: NewestRevision | None,
        sent: MessageSnapshot | None,
    ) -> None:
        if number != self._lookups:
            return
        newest = newest_known(stored, sent)
        if newest is None or newest.body is None:
            show_note(self._window, NOT_STORED if newest is None else IS_DELETED)
            return
        try:
            workout = workout_of(workout_id, newest, now_ms=self._now_ms())
        except (InvalidWorkoutError, UndecodableBodyError) as error:
            show_note(self._window, f"It cannot be changed: {error}")
        else:
            on_found(workout)

    def _on_error(self, error: PacelineError) -> None:
        show_note(self._window, f"The results cannot be read: {error}")

    def _open_question(self, workout: Workout) -> None:
        dialog = DeleteDialog(self._theme, workout, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.confirmed.connect(self.send)
        dialog.open()
