"""Rules as text, with the numbers of their lines; the line that is wrong is marked."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFontDatabase,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget
from typing_extensions import override

from gui.shortcuts import Scope
from gui.theme.theme import Theme
from gui.widgets import pressed

TEXT_PX, HEIGHT_PX = 13, 380
_GAP_PX, _MARK_PX = 8, 3


class RuleEdit(QPlainTextEdit):
    """Tab moves the focus; the keys of the dialog are its own. `shortcut_pressed`: the name of one."""

    shortcut_pressed = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._wrong: int | None = None
        self._numbers = _LineNumbers(self)
        self.setCornerWidget(QWidget())  # between the scroll bars; Qt's own is grey
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setAccessibleName("Achievement rules")
        self.blockCountChanged.connect(self._fit)
        self.updateRequest.connect(self._on_update_requested)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def wrong_line(self) -> int | None:
        return self._wrong

    def mark(self, line: int | None) -> None:
        """As wrong; None: nothing is."""
        self._wrong = line
        marks = []
        cursor = None if line is None else self._cursor_at(line)
        if cursor is not None:
            mark = QTextEdit.ExtraSelection()
            mark.cursor = cursor
            mark.format.setBackground(QColor(self._theme.palette.tint("failed", 16)))
            mark.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
            marks.append(mark)
        self.setExtraSelections(marks)
        self._numbers.update()

    def go_to(self, line: int) -> None:
        """The caret into the line, in the middle of what is seen."""
        cursor = self._cursor_at(line)
        if cursor is not None:
            self.setTextCursor(cursor)
            self.centerCursor()
            self.setFocus()

    def _cursor_at(self, line: int) -> QTextCursor | None:
        block = self.document().findBlockByNumber(line - 1)
        return QTextCursor(block) if block.isValid() else None

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        name = pressed(Scope.RULES, event)
        if name:
            self.shortcut_pressed.emit(name)
        else:
            super().keyPressEvent(event)

    @override
    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._theme.px(HEIGHT_PX))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_numbers()

    def paint_numbers(self, event: QPaintEvent) -> None:
        painter = QPainter(self._numbers)
        theme, width = self._theme, self._numbers.width()
        painter.fillRect(event.rect(), QColor(theme.palette.tint("line", 40)))
        painter.setFont(self.font())
        block, offset = self.firstVisibleBlock(), self.contentOffset()
        while block.isValid():
            box = self.blockBoundingGeometry(block).translated(offset)
            if box.top() > event.rect().bottom():
                break
            wrong = block.blockNumber() + 1 == self._wrong
            if wrong:
                painter.fillRect(QRect(0, round(box.top()), _MARK_PX, round(box.height())), theme.colour("failed"))
            painter.setPen(theme.colour("failed" if wrong else "second"))
            place = QRect(0, round(box.top()), width - _GAP_PX, round(box.height()))
            painter.drawText(place, Qt.AlignmentFlag.AlignRight, str(block.blockNumber() + 1))
            block = block.next()
        painter.end()

    @property
    def numbers_px(self) -> int:
        digits = max(3, len(str(self.blockCount())))
        return self.fontMetrics().horizontalAdvance("9") * digits + 2 * _GAP_PX

    @Slot()
    def _fit(self) -> None:
        self.setViewportMargins(self.numbers_px, 0, 0, 0)
        self._place_numbers()

    def _place_numbers(self) -> None:
        inside = self.contentsRect()
        self._numbers.setGeometry(inside.left(), inside.top(), self.numbers_px, inside.height())

    @Slot(QRect, int)
    def _on_update_requested(self, rect: QRect, scrolled: int) -> None:
        if scrolled:
            self._numbers.scroll(0, scrolled)
        else:
            self._numbers.update(0, rect.y(), self._numbers.width(), rect.height())

    @Slot()
    def _on_theme_changed(self) -> None:
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(self._theme.px(TEXT_PX))
        self.setFont(font)
        self._fit()
        self.mark(self._wrong)


class _LineNumbers(QWidget):
    def __init__(self, edit: RuleEdit) -> None:
        super().__init__(edit)
        self._edit = edit

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._edit.numbers_px, 0)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        self._edit.paint_numbers(event)
