"""The fields of the form: label, input with icon and unit, and the message right below."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget
from typing_extensions import override

from gui.forms.completers import FoldingCompleter
from gui.forms.suggestions import SuggestionList
from gui.theme.theme import Theme
from gui.widgets import Label, alt_is_held, restyle

ICON_PX = 16
MENU_ZONE_PX = 30
MAX_TYPED = 300  # characters; above the bound of every line, so that too long a text is refused, not cut off silently
_PASSING = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.MenuBarFocusReason)


def _is_stray_shortcut(event: QKeyEvent) -> bool:
    """Alt and a letter that leads nowhere now, like Alt+U once more: Qt would type the letter."""
    alone = event.modifiers() == Qt.KeyboardModifier.AltModifier
    return alone and event.text().isascii() and event.text().isalnum()


class FieldEdit(QLineEdit):
    """A line to type in. Enter is left to the form, unless it takes a suggestion; so is Ctrl+Z with nothing to undo."""

    left_alone = Signal()  # the focus went on to another control
    menu_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon, self._unit, self._mark = "", "", ""
        self._painted_text = ""
        self._has_menu = False
        self.suggestions: SuggestionList | None = None
        self.setMaxLength(MAX_TYPED)
        self.setFont(theme.font("body"))
        theme.changed.connect(self._on_theme_changed)
        self._fit_margins()

    def set_icon(self, icon: str) -> None:
        if icon != self._icon:
            self._icon = icon
            self._fit_margins()

    def set_unit(self, unit: str) -> None:
        if unit != self._unit:
            self._unit = unit
            self._fit_margins()

    def set_menu(self, has_menu: bool = True) -> None:
        """Show a mark at the right that opens something; Alt+Down and a click on it ask for it."""
        self._has_menu = has_menu
        self._fit_margins()

    def set_suggestions(self, completer: FoldingCompleter) -> None:
        """Offer what the completer finds for the text while it is typed."""
        self.suggestions = SuggestionList(self, completer)

    def set_state(self, state: str) -> None:
        """`error`, `warning` or nothing."""
        if state != self._mark:
            self._mark = state
            self.setProperty("state", state)
            restyle(self)
            self._fit_margins()

    @property
    def was_seen(self) -> bool:
        """Whether what stands here now has been on screen."""
        return self._painted_text == self.text()

    @property
    def unit(self) -> str:
        return self._unit

    @property
    def state(self) -> str:
        return self._mark

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.setAccepted(self._take_suggestion())
        elif self.suggestions is not None and self.suggestions.take_key(event):
            event.accept()
        elif event.matches(QKeySequence.StandardKey.Undo) and not self.isUndoAvailable():
            event.ignore()
        elif self._has_menu and event.key() == Qt.Key.Key_Down:
            self.menu_requested.emit()
        elif _is_stray_shortcut(event):
            event.ignore()
        else:
            super().keyPressEvent(event)

    @override
    def focusNextPrevChild(self, next: bool) -> bool:
        self._take_suggestion()
        return super().focusNextPrevChild(next)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in _PASSING:
            self.left_alone.emit()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if self._has_menu and event.position().x() > self.width() - MENU_ZONE_PX:
            self.menu_requested.emit()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self._painted_text = self.text()
        painter = QPainter(self)
        top = round((self.height() - ICON_PX) / 2)
        if self._icon:
            self._theme.paint_icon(painter, QRectF(11, top, ICON_PX, ICON_PX), self._icon, self._theme.colour("second"))
        right = self.width() - 10.0
        if self._has_menu:
            box = QRectF(right - 13, (self.height() - 14) / 2, 14, 14)
            self._theme.paint_icon(painter, box, "chevron-down", self._theme.colour("second"))
            right -= 20
        if self._unit:
            painter.setFont(self.font())
            painter.setPen(self._theme.ink("second"))
            box = QRectF(0, 0, right, self.height())
            painter.drawText(box, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), self._unit)
        if self._mark:
            left = 9.0 if self._unit else right - ICON_PX + 2
            icon, role = ("alert-circle", "failed") if self._mark == "error" else ("alert", "waiting")
            ink = self._theme.colour("failed" if role == "failed" else "waiting")
            self._theme.paint_icon(painter, QRectF(left, top, ICON_PX, ICON_PX), icon, ink)

    def _fit_margins(self) -> None:
        left = 24 if self._icon else 20 if self._mark and self._unit else -2
        right = 20 if self._has_menu else 0
        right += round(QFontMetricsF(self.font()).horizontalAdvance(self._unit)) + 5 if self._unit else 0
        right += 20 if self._mark and not self._unit else 0
        self.setTextMargins(left, 0, right, 0)
        self.update()

    def _take_suggestion(self) -> bool:
        """Whether a suggestion had been gone to, which stands in the field now. The list closes in any case."""
        if self.suggestions is None:
            return False
        chosen = self.suggestions.chosen
        self.suggestions.close_list()
        if chosen:
            self.setText(chosen)
        return bool(chosen)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.update()


class NotesEdit(QPlainTextEdit):
    """Some lines. Enter is left to the form; Shift+Enter breaks the line; Tab goes on."""

    left_alone = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(theme.font("body"))
        self.setTabChangesFocus(True)
        self.setFixedHeight(56)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._mark = ""

    def text(self) -> str:
        return self.toPlainText()

    def setText(self, text: str) -> None:
        if text != self.toPlainText():
            self.setPlainText(text)

    @property
    def state(self) -> str:
        return self._mark

    def set_state(self, state: str) -> None:
        if state != self._mark:
            self._mark = state
            self.setProperty("state", state)
            restyle(self)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if (event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain) or _is_stray_shortcut(event):
            event.ignore()
        else:
            super().keyPressEvent(event)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in _PASSING:
            self.left_alone.emit()


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

    def __init__(
        self, theme: Theme, name: str, label: str, edit: FieldEdit | NotesEdit, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.name, self.edit = name, edit
        self.label = FieldLabel(theme, label, "small", "second")
        self.label.setBuddy(edit)
        self.hint = Label(theme, "", "small", "second")
        self._problem = ""
        self._says_problem = True
        self._message = Label(theme, "", "small", "failed")
        self._message.setWordWrap(True)
        self._message.hide()
        self._note = Label(theme, "", "small", "second")
        self._note.setWordWrap(True)
        self._note.hide()
        self._build()
        self.set_label(label)
        edit.textChanged.connect(self._on_text_changed)
        edit.left_alone.connect(self._on_left_alone)

    @property
    def message(self) -> str:
        return self._problem

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
        self._problem = text
        self._message.setText(text)
        self._message.setVisible(bool(text) and self._says_problem)
        self.edit.setAccessibleDescription(f"Wrong: {text}" if text else "")

    def show_note(self, text: str) -> None:
        """Something to know about what was read, below the field."""
        self._note.setText(text)
        self._note.setVisible(bool(text))

    def leave_problem_to_others(self) -> None:
        """The mark alone is shown here; another part shows the words."""
        self._says_problem = False
        self._message.hide()

    def show_doubt(self, doubted: bool) -> None:
        """Mark the field as unlikely; a field that is wrong stays marked as wrong."""
        if self.edit.state != "error":
            self.edit.set_state("warning" if doubted else "")

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self.label)
        head.addStretch(1)
        head.addWidget(self.hint)
        self.label.setFixedHeight(16)
        self.hint.setFixedHeight(16)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.edit)
        column.addWidget(self._message)
        column.addWidget(self._note)

    @Slot()
    def _on_text_changed(self) -> None:
        self.edited.emit(self.name)

    @Slot()
    def _on_left_alone(self) -> None:
        self.left_alone.emit(self.name)
