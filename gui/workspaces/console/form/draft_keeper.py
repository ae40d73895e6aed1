"""Says what to keep of the form a moment after it changed, so that what was typed survives a crash."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Signal, Slot

from gui.widgets.timers import once_timer
from gui.workspaces.console.form.draft import Draft, dump_draft
from gui.workspaces.console.form.form_reader import FormReader

DRAFT_MS = 300


class DraftKeeper(QObject):
    """Main thread. Knows when the form was last changed, which is what an empty start in it means.

    A correction is not kept: what stood in the form before it is, until it stands there again.
    """

    changed = Signal(str)  # empty: nothing to keep

    def __init__(self, texts: Callable[[], Mapping[str, str]], reader: FormReader, parent: QObject) -> None:
        super().__init__(parent)
        self._texts, self._reader = texts, reader
        self._edited_at_ms: int | None = None
        self._timer = once_timer(self, DRAFT_MS, self.keep_now)

    def draft(self) -> Draft:
        return Draft(self._texts(), self._reader.kept, self._edited_at_ms)

    def keep_soon(self) -> None:
        """The form was changed, by typing or by filling it in."""
        self._edited_at_ms = self._reader.now_ms()
        self._timer.start()

    @Slot()
    def keep_now(self) -> None:
        self._timer.stop()
        if self._reader.correction is not None:
            return
        self.changed.emit(dump_draft(self.draft()))
