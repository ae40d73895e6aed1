"""The one question of the repair pane: a duration typed as `5:30`, which may be hours or minutes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from gui.console.echo import clock_doubt
from gui.failed.problem_box import ProblemBox
from gui.widgets import ReadingTime


class ClockQuestion(QObject):
    """Main thread. Asked once for a text, in the box below the duration; the next press, after it was read, sends."""

    def __init__(self, box: ProblemBox, now_ms: Callable[[], int], parent: QObject) -> None:
        super().__init__(parent)
        self._box = box
        self._reading = ReadingTime(now_ms)
        self._asked = ""
        self.suggestion = ""  # what was probably meant, while it is asked about
        box.painted.connect(self._on_painted)

    def keeps_back(self, duration: str) -> bool:
        """Whether this duration is not to be sent yet."""
        doubt = clock_doubt(duration)
        if doubt is None or (duration == self._asked and self._reading.is_over):
            return False
        if duration != self._asked:
            self._asked, self.suggestion = duration, doubt.suggestion
            self._reading.begin()
        words = f"{doubt.text[0].upper()}{doubt.text[1:]}."
        self._box.say(words, "Enter again to send it.", f"Use {doubt.suggestion}", role="waiting")
        return True

    def withdraw(self) -> None:
        """What was asked about is there no longer."""
        if self._asked:
            self._asked = self.suggestion = ""
            self._box.say("")

    @Slot()
    def _on_painted(self) -> None:
        self._reading.painted()
