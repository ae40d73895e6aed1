"""Restores a backup between two sessions, while nothing of this program uses the data folder."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QObject, Slot

from core.care.progress import Progress
from core.errors import PacelineError
from gui.dialogs.task_dialog import TaskDialog
from gui.host.bridge import Bridge
from gui.theme.theme import Theme
from worker.care.care_thread import CareTask, CareThread
from worker.runtime.clock import now_ms

if TYPE_CHECKING:
    from core.care.restore import Restored


class Restoring(QObject):
    """Main thread. Shows how far it is; it can be stopped until the files are exchanged."""

    def __init__(self, theme: Theme, backup: Path, folder: Path) -> None:
        from core.care.restore import restore_backup

        super().__init__()
        self._bridge, self._loop = Bridge(self), QEventLoop(self)
        self._words = ""
        self._dialog = TaskDialog(theme, "Restore")
        self._dialog.behind_button.hide()
        self._dialog.stop_requested.connect(self._on_stop_requested)
        work = partial(restore_backup, backup, folder, now_ms=now_ms)
        task = CareTask(lambda watch: work(watch=watch), self._on_progress, self._on_result, self._on_error)
        self._thread = CareThread(task, post=self._bridge.post)

    def run(self) -> str:
        """A sentence for the banner of the next session."""
        self._dialog.show()
        self._thread.start()
        self._loop.exec()
        self._thread.join(5.0)
        self._bridge.close()
        self._dialog.show_end(self._words)
        self._dialog.close()
        self._dialog.deleteLater()
        return self._words

    def _on_progress(self, progress: Progress) -> None:
        self._dialog.show_progress(progress)

    def _on_result(self, restored: Restored) -> None:
        kept = "" if restored.kept is None else f" What was there is kept in {restored.kept}."
        self._end(f"Restored from the backup of {restored.manifest.made_at}.{kept}")

    def _on_error(self, error: PacelineError) -> None:
        self._end(f"Not restored, and nothing was changed. {error}")

    def _end(self, words: str) -> None:
        self._words = words
        self._loop.quit()

    @Slot()
    def _on_stop_requested(self) -> None:
        self._thread.stop()
