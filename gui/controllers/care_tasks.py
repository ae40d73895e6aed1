"""Runs the care of the data, one task at a time, with a dialog that may be left while it goes on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from core.errors import PacelineError
from gui.theme.theme import Theme
from worker.runtime.query import Posted

if TYPE_CHECKING:
    from core.care.progress import Progress, Watch
    from gui.dialogs.task_dialog import TaskDialog
    from worker.care.care_thread import CareThread

JOIN_S = 5.0

T = TypeVar("T")


class CareTasks(QObject):
    """Main thread. What ends after its dialog was left is reported by `ended`."""

    ended = Signal(str)  # a sentence, for the banner

    def __init__(self, window: QWidget, theme: Theme, post: Callable[[Posted], None]) -> None:
        super().__init__(window)
        self._window, self._theme, self._post = window, theme, post
        self._thread: CareThread | None = None
        self._dialog: TaskDialog | None = None

    def show_running(self) -> bool:
        """Whether a task is under way, whose dialog is shown then."""
        if self._dialog is not None and self._dialog.is_running:
            self._dialog.open()
            return True
        return False

    def run(
        self, title: str, work: Callable[[Watch], T], report: Callable[[T], str], on_done: Callable[[T], object]
    ) -> None:
        """`work` in the thread; then `on_done`, and what `report` says of its result: empty, the dialog closes. Not
        while another one runs."""
        from gui.dialogs.task_dialog import TaskDialog
        from worker.care.care_thread import CareTask, CareThread

        if self.show_running():
            return
        if self._dialog is not None:
            self._dialog.close()
        dialog = TaskDialog(self._theme, title, self._window)
        dialog.stop_requested.connect(self._on_stop_requested)
        dialog.finished.connect(dialog.deleteLater)
        dialog.finished.connect(self._on_closed)
        self._dialog = dialog
        on_result = partial(self._on_result, report, on_done)
        self._thread = CareThread(CareTask(work, self._on_progress, on_result, self._on_error), post=self._post)
        dialog.open()
        self._thread.start()

    @Slot()
    def stop(self) -> None:
        if self._thread is not None:
            self._thread.stop()

    def join(self) -> bool:
        """In a background thread, at the end of the program."""
        return self._thread is None or self._thread.join(JOIN_S)

    def _on_progress(self, progress: Progress) -> None:
        if self._dialog is not None:
            self._dialog.show_progress(progress)

    def _on_result(self, report: Callable[[T], str], on_done: Callable[[T], object], result: T) -> None:
        self._end(report(result))
        on_done(result)

    def _on_error(self, error: PacelineError) -> None:
        self._end(str(error))

    def _end(self, words: str) -> None:
        dialog = self._dialog
        if dialog is None:
            return
        dialog.show_end(words)
        if words and dialog.isVisible():
            return
        was_left = not dialog.isVisible()
        dialog.close()
        dialog.deleteLater()
        self._dialog = None
        if was_left and words:
            self.ended.emit(words)

    @Slot()
    def _on_stop_requested(self) -> None:
        self.stop()

    @Slot()
    def _on_closed(self) -> None:
        self._dialog = None
        self._window.activateWindow()  # needed to receive keys where there is no window manager
