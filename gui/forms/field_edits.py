"""The inputs of the form: a line with icon, unit, suggestions and a mark of its menu, and notes of some lines."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit
from typing_extensions import override

from gui.forms.completers import FoldingCompleter
from gui.forms.suggestions import SuggestionList
from gui.shortcuts import Scope
from gui.theme.theme import Theme
from gui.widgets import is_enter, pressed, restyle

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

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._icon = self.unit = self.state = ""
        self._painted_text = ""
        self._has_menu = self._shows_menu = False
        self.suggestions: SuggestionList | None = None
        self.setMaxLength(MAX_TYPED)
        self.setFont(theme.font("body"))
        theme.changed.connect(self._fit_margins)
        self._fit_margins()

    def set_icon(self, icon: str) -> None:
        if icon != self._icon:
            self._icon = icon
            self._fit_margins()

    def set_unit(self, unit: str) -> None:
        if unit != self.unit:
            self.unit = unit
            self._fit_margins()

    def set_menu(self) -> None:
        """There is something to open, with a mark at the right: Down, Alt+Down, F4 and a click on a mark ask for it."""
        self._has_menu = True
        self.show_menu_mark(True)

    def show_menu_mark(self, shown: bool) -> None:
        """Without the mark there is more room for text; the keys remain."""
        self._shows_menu = shown
        self._fit_margins()

    def set_suggestions(self, completer: FoldingCompleter) -> None:
        """Offer what the completer finds for the text while it is typed."""
        self.suggestions = SuggestionList(self, completer)

    def close_popup(self) -> None:
        """Close what is open at the field; its text stays."""
        if self.suggestions is not None:
            self.suggestions.close_list()

    def set_state(self, state: str) -> None:
        """`error`, `warning` or nothing."""
        if state != self.state:
            self.state = state
            self.setProperty("state", state)
            restyle(self)
            self._fit_margins()

    @property
    def was_seen(self) -> bool:
        """Whether what stands here now has been on screen."""
        return self._painted_text == self.text()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_enter(event):
            event.setAccepted(self._take_suggestion())
        elif self.suggestions is not None and self.suggestions.take_key(event):
            event.accept()
        elif pressed(Scope.PROGRAM, event) == "undo" and not self.isUndoAvailable():
            event.ignore()
        elif self._has_menu and pressed(Scope.FORM, event) == "menu":
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
        if self._is_mark(event.position().x()):
            self.menu_requested.emit()  # the caret stays where it is
        else:
            super().mousePressEvent(event)
            self.close_popup()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if not self._is_mark(event.position().x()):
            super().mouseDoubleClickEvent(event)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        is_mark = self._is_mark(event.position().x())
        self.setCursor(Qt.CursorShape.ArrowCursor if is_mark else Qt.CursorShape.IBeamCursor)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self._painted_text = self.text()
        painter = QPainter(self)
        top = round((self.height() - ICON_PX) / 2)
        if self._icon:
            self._theme.paint_icon(painter, QRectF(11, top, ICON_PX, ICON_PX), self._icon, self._theme.colour("second"))
        right = self.width() - 10.0
        if self._shows_menu:
            box = QRectF(right - 13, (self.height() - 14) / 2, 14, 14)
            self._theme.paint_icon(painter, box, "chevron-down", self._theme.colour("second"))
            right -= 20
        if self.unit:
            painter.setFont(self.font())
            painter.setPen(self._theme.ink("second"))
            box = QRectF(0, 0, right, self.height())
            painter.drawText(box, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), self.unit)
        if self.state:
            left = 9.0 if self.unit else right - ICON_PX + 2
            icon = "alert-circle" if self.state == "error" else "alert"
            ink = self._theme.colour("failed" if self.state == "error" else "waiting")
            self._theme.paint_icon(painter, QRectF(left, top, ICON_PX, ICON_PX), icon, ink)

    @Slot()
    def _fit_margins(self) -> None:
        left = 24 if self._icon else 20 if self.state and self.unit else -2
        right = 20 if self._shows_menu else 0
        right += round(QFontMetricsF(self.font()).horizontalAdvance(self.unit)) + 5 if self.unit else 0
        right += 20 if self.state and not self.unit else 0
        self.setTextMargins(left, 0, right, 0)
        self.update()

    def _is_mark(self, x_px: float) -> bool:
        """Whether a press there asks for the menu."""
        at_icon = bool(self._icon) and x_px < MENU_ZONE_PX
        return self._has_menu and (at_icon or (self._shows_menu and x_px > self.width() - MENU_ZONE_PX))

    def _take_suggestion(self) -> bool:
        """Whether a suggestion had been gone to, which stands in the field now. The list closes in any case."""
        if self.suggestions is None:
            return False
        chosen = self.suggestions.chosen
        self.suggestions.close_list()
        if chosen:
            self.setText(chosen)
        return bool(chosen)


class NotesEdit(QPlainTextEdit):
    """Some lines. Enter is left to the form, Ctrl+Z with nothing to undo too; Shift+Enter breaks the line; Tab goes
    on."""

    left_alone = Signal()

    def __init__(self, theme: Theme, *, height_px: int = 56) -> None:
        super().__init__()
        self.setFont(theme.font("body"))
        self.setTabChangesFocus(True)
        theme.fix_size(self, height_px=height_px)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.state = ""

    def text(self) -> str:
        return self.toPlainText()

    def setText(self, text: str) -> None:
        if text != self.toPlainText():
            self.setPlainText(text)

    def set_state(self, state: str) -> None:
        if state != self.state:
            self.state = state
            self.setProperty("state", state)
            restyle(self)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        undoes = pressed(Scope.PROGRAM, event) == "undo" and not self.document().isUndoAvailable()
        if undoes or pressed(Scope.FORM, event) == "submit" or _is_stray_shortcut(event):
            event.ignore()
        else:
            super().keyPressEvent(event)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in _PASSING:
            self.left_alone.emit()
