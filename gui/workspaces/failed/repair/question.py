"""The one question of the repair pane: a text that is read one way and may be meant otherwise, `5:30` or `10,000 m`."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from core.failures.causes import FIELD_LABELS
from core.workouts.plausibility import FieldWarning
from gui.forms.echo import reading_doubts
from gui.forms.form_parser import Texts
from gui.forms.formatting import Units
from gui.widgets import ReadingTime
from gui.workspaces.failed.repair.fields import PLACES, RepairFields
from gui.workspaces.failed.repair.problem_box import ProblemBox


class ReadingQuestion(QObject):
    """Main thread. Asked once for the same texts, in the box below the first of them; the next press, after it was
    read, sends."""

    def __init__(self, fields: RepairFields, now_ms: Callable[[], int], parent: QObject) -> None:
        super().__init__(parent)
        self._fields = fields
        self._reading = ReadingTime(now_ms)
        self._asked: list[FieldWarning] = []
        for name in PLACES:
            fields.box(name).painted.connect(self._on_painted)

    @property
    def field(self) -> str:
        """That is asked about; empty while none is."""
        return self._asked[0].field if self._asked else ""

    @property
    def suggestion(self) -> str:
        """What was probably meant, while it is asked about."""
        return self._asked[0].suggestion if self._asked else ""

    def is_in_box(self, name: str) -> bool:
        return bool(self._asked) and self._box is self._fields.box(name)

    def keeps_back(self, texts: Texts, units: Units) -> bool:
        """Whether these texts are not to be sent yet; those that stand as they came are empty."""
        found = reading_doubts(texts, units)
        if not found or (found == self._asked and self._reading.is_over):
            return False
        if found != self._asked:
            self.withdraw()
            self._asked = found
            self._reading.begin()
        words = " ".join(f"{self._worded(warning)}." for warning in found)
        self._box.say(words, "Enter again to send it.", f"Use {self.suggestion}", role="waiting")
        return True

    def withdraw(self) -> None:
        """What was asked about is there no longer."""
        if self._asked:
            self._box.say("")
            self._asked = []

    @property
    def _box(self) -> ProblemBox:
        """Further fields have none of their own; the last one stands right above them."""
        return self._fields.box(self.field if self.field in PLACES else PLACES[-1])

    def _worded(self, warning: FieldWarning) -> str:
        """With the name of a field that the box does not belong to."""
        words = f"{warning.text[0].upper()}{warning.text[1:]}"
        own = self._asked[0].field in PLACES and warning is self._asked[0]
        return words if own else f"{FIELD_LABELS[warning.field]}: {words}"

    @Slot()
    def _on_painted(self) -> None:
        if self._asked and self.sender() is self._box:
            self._reading.painted()
