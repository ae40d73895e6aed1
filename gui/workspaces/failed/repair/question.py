"""The question of the repair pane about an ambiguous text such as `5:30` or `10,000 m`."""

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
    """Main thread. Asked once for the same texts, in the box below the first of them.

    Once it has been visible for READING_MS, the next press sends.
    """

    def __init__(self, fields: RepairFields, now_ms: Callable[[], int], parent: QObject) -> None:
        super().__init__(parent)
        self._fields = fields
        self._reading = ReadingTime(now_ms)
        self._asked: list[FieldWarning] = []
        for name in PLACES:
            fields.box(name).painted.connect(self._on_painted)

    @property
    def field(self) -> str:
        """The field of the question; empty without one."""
        return self._asked[0].field if self._asked else ""

    @property
    def suggestion(self) -> str:
        """The other reading of the text; empty without a question."""
        return self._asked[0].suggestion if self._asked else ""

    def is_in_box(self, name: str) -> bool:
        return bool(self._asked) and self._box is self._fields.box(name)

    def keeps_back(self, texts: Texts, units: Units) -> bool:
        """Whether a question about these texts must be answered first; unchanged texts are empty."""
        found = reading_doubts(texts, units)
        if not found or (found == self._asked and self._reading.is_over):
            return False
        if found != self._asked:
            self.withdraw()
            self._asked = found
            self._reading.begin()
        words = " ".join(f"{self._worded(warning)}." for warning in found)
        self._box.show_text(words, "Enter again to send it.", f"Use {self.suggestion}", role="waiting")
        return True

    def withdraw(self) -> None:
        """Remove the question: its text was changed."""
        if self._asked:
            self._box.show_text("")
            self._asked = []

    @property
    def _box(self) -> ProblemBox:
        """The box for a field; optional fields have none of their own and use the last one above them."""
        return self._fields.box(self.field if self.field in PLACES else PLACES[-1])

    def _worded(self, warning: FieldWarning) -> str:
        """The warning as a sentence, with the field's name if the box belongs to another field."""
        words = f"{warning.text[0].upper()}{warning.text[1:]}"
        own = self._asked[0].field in PLACES and warning is self._asked[0]
        return words if own else f"{FIELD_LABELS[warning.field]}: {words}"

    @Slot()
    def _on_painted(self) -> None:
        if self._asked and self.sender() is self._box:
            self._reading.painted()
