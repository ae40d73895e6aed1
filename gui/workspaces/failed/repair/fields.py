"""The form's fields in two columns, each with a problem box below it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import tzinfo

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QWidget
from typing_extensions import override

from core.errors import FieldProblem
from gui.forms.entry_fields import EntryFields
from gui.forms.form_parser import FIELDS, Texts
from gui.theme.theme import Theme
from gui.widgets import GAP_PX
from gui.workspaces.failed.formatting import beside_field
from gui.workspaces.failed.repair.problem_box import ProblemBox
from gui.workspaces.failed.repair.suggested_fixes import Fix

ROWS = (("userId", "type"), ("duration", "distance"), ("sets",), ("timestamp",))
PLACES = tuple(name for names in ROWS for name in names)


class RepairFields(EntryFields):
    """Main thread. `fix_chosen` carries the field whose suggested fix was accepted."""

    fix_chosen = Signal(str)

    def __init__(self, theme: Theme, *, now_ms: Callable[[], int], zone: tzinfo) -> None:
        super().__init__(theme, now_ms=now_ms, zone=zone)
        self._boxes: dict[str, ProblemBox] = {name: ProblemBox(theme) for name in PLACES}
        for name in PLACES:
            self.fields[name].leave_problem_to_others()
            self._boxes[name].fix_chosen.connect(self._on_fix_chosen)
        self.fields["userId"].edit.setPlaceholderText("anonymous")
        self.start.set_empty_words("When it was sent")
        self._lay_out()
        self._order_tabs()

    def show_problems(self, problems: Mapping[str, FieldProblem], fixes: Mapping[str, Fix]) -> None:
        """Mark invalid fields; problems of other fields are shown by RepairView."""
        for name in FIELDS:
            problem = problems.get(name)
            self._mark(name, "" if problem is None else beside_field(problem), fixes.get(name))
        self.more.refresh()
        if any(name not in PLACES for name in self.wrong()):
            self.more.expand()
        self.follow_sport(convert=False)

    def box(self, name: str) -> ProblemBox:
        return self._boxes[name]

    def unmark(self, name: str) -> None:
        self._mark(name, "", None)

    def load_texts(self, texts: Texts) -> Texts:
        """Fill the fields; returns their texts as this program formats them."""
        self.load(texts)
        self.blockSignals(True)
        self.settle("duration")
        self.blockSignals(False)
        return self.texts()

    @override
    def clear_marks(self) -> None:
        super().clear_marks()
        for box in self._boxes.values():
            box.show_text("")

    def _mark(self, name: str, sentence: str, fix: Fix | None) -> None:
        self.fields[name].show_problem(sentence)
        if name in self._boxes:
            if fix is None:
                self._boxes[name].show_text(sentence)
            else:
                self._boxes[name].show_text(sentence, fix.because, fix.button)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GAP_PX)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        line = 0
        for names in ROWS:
            wide = len(names) == 1
            for column, name in enumerate(names):
                top = Qt.AlignmentFlag.AlignTop
                grid.addWidget(self.fields[name], line, column, 1, 2 if wide else 1, top)
            for offset, name in enumerate(names, 1):
                grid.addWidget(self._boxes[name], line + offset, 0, 1, 2)
            line += 1 + len(names)
        grid.addWidget(self.more, line, 0, 1, 2)

    @override
    def _order_tabs(self) -> None:
        """The fix of a field comes where it stands: after the fields of its row."""
        super()._order_tabs()
        for names in ROWS:
            before: QWidget = self.fields[names[-1]].edit
            for name in names:
                QWidget.setTabOrder(before, self._boxes[name].button)
                before = self._boxes[name].button

    @Slot()
    def _on_fix_chosen(self) -> None:
        sender = self.sender()
        for name, box in self._boxes.items():
            if box is sender:
                self.fix_chosen.emit(name)
