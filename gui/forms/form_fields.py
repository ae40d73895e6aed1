"""The fields of the form: label, input, and the message right below."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from gui.forms.field_edits import FieldEdit, NotesEdit
from gui.theme.theme import Theme
from gui.widgets import Label, alt_is_held
from gui.widgets.announcements import announce


def mnemonic_flag() -> int:
    """Underlined letters show while Alt is held, as the pictures have none."""
    held = alt_is_held()
    return int(Qt.TextFlag.TextShowMnemonic if held else Qt.TextFlag.TextHideMnemonic)


class FieldLabel(Label):
    """A label whose `&` letter leads to its field with Alt, and is underlined while Alt is held."""

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignVCenter) | mnemonic_flag(), self.text())


class FormField(QWidget):
    """One field by its body name. Signals carry that name."""

    edited = Signal(str)
    left_alone = Signal(str)

    def __init__(self, theme: Theme, name: str, label: str, edit: FieldEdit | NotesEdit, parent: QWidget) -> None:
        super().__init__(parent)
        self.name, self.edit = name, edit
        self.label = FieldLabel(theme, label, "small", "second")
        self.label.setBuddy(edit)
        self.hint = Label(theme, "", "small", "second")
        self.message = ""
        self._says_problem = True
        self._words = Label(theme, "", "small", "failed")
        self._words.setWordWrap(True)
        self._words.hide()
        self._note = Label(theme, "", "small", "second")
        self._note.setWordWrap(True)
        self._note.hide()
        self._build(theme)
        self.set_label(label)
        edit.textChanged.connect(self._on_text_changed)
        edit.left_alone.connect(self._on_left_alone)

    @property
    def note(self) -> str:
        return self._note.text()

    @property
    def text(self) -> str:
        return self.edit.text()

    def set_text(self, text: str) -> None:
        if text != self.edit.text():
            self.edit.setText(text)

    def set_label(self, label: str) -> None:
        """`&` marks the letter that leads here with Alt."""
        self.label.setText(label)
        self.edit.setAccessibleName(label.replace("&", ""))

    def show_problem(self, text: str) -> None:
        """Mark the field as wrong with the reason below it; an empty text takes the mark away."""
        if text == self.message and bool(text) == (self.edit.state == "error"):
            return
        self.edit.set_state("error" if text else "")
        self.message = text
        self._words.setText(text)
        self._words.setVisible(bool(text) and self._says_problem)
        self.edit.setAccessibleDescription(f"Wrong: {text}" if text else "")
        if text:
            announce(self, f"{self.edit.accessibleName()}: {text.removesuffix('.')}.")

    def show_note(self, text: str) -> None:
        """Something to know about what was read, below the field."""
        self._note.setText(text)
        self._note.setVisible(bool(text))

    def leave_problem_to_others(self) -> None:
        """The mark alone is shown here; another part shows the words."""
        self._says_problem = False
        self._words.hide()

    def show_doubt(self, doubted: bool) -> None:
        """Mark the field as unlikely; a field that is wrong stays marked as wrong."""
        if self.edit.state != "error":
            self.edit.set_state("warning" if doubted else "")

    def _build(self, theme: Theme) -> None:
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self.label)
        head.addStretch(1)
        head.addWidget(self.hint)
        for words in (self.label, self.hint):
            theme.bound_height(words, 16)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.edit)
        column.addWidget(self._words)
        column.addWidget(self._note)

    @Slot()
    def _on_text_changed(self) -> None:
        self.edited.emit(self.name)

    @Slot()
    def _on_left_alone(self) -> None:
        self.left_alone.emit(self.name)
