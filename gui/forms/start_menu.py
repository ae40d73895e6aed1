"""The menu of a start: now, an hour ago, yesterday, or a day and time to pick."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)
from typing_extensions import override

from gui.forms.completers import ROW_PX
from gui.forms.field_popup import FieldPopup
from gui.forms.starts import StartChoice
from gui.forms.suggestions import FRAME_PX
from gui.shortcuts import Scope
from gui.theme.theme import Theme
from gui.widgets import is_enter, pressed
from gui.widgets.announcements import announce
from gui.widgets.row_style import SELECTED, rect_of, state_of

SIDE_PX, GAP_PX = 10, 24
PICK = StartChoice("&Pick a day and time…", "", "")
_OPEN_AND_CLOSE = (int(Qt.Key.Key_Down), int(Qt.Key.Key_Up))  # with Alt


class StartMenu(QListView):
    """Main thread. Its field keeps the focus and passes on what is typed while it is open."""

    chosen = Signal(object)  # StartChoice; PICK for another day and time

    def __init__(self, theme: Theme, edit: QLineEdit) -> None:
        super().__init__(edit)
        self._theme, self._edit = theme, edit
        self.choices: Sequence[StartChoice] = ()
        self._rows = QStandardItemModel(self)
        self.setModel(self._rows)
        self.setItemDelegate(_ChoiceDelegate(theme, self))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setProperty("role", "suggestions")
        self.setAccessibleName("Start menu")
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._popup = FieldPopup(self, edit, self._wanted, self.close_menu)
        self.clicked.connect(self._on_clicked)

    def open_with(self, choices: Sequence[StartChoice]) -> None:
        self.choices = (*choices, PICK)
        self._rows.clear()
        for choice in self.choices:
            item = QStandardItem(choice.words.replace("&", ""))
            item.setData(_spoken(choice), Qt.ItemDataRole.AccessibleTextRole)
            item.setSizeHint(QSize(0, ROW_PX))
            self._rows.appendRow(item)
        self._go_to(0)
        self._popup.show()

    def close_menu(self) -> None:
        self._popup.hide()

    def take_key(self, event: QKeyEvent) -> bool:
        """Whether the key was one for the open menu. Any other text closes it, and is typed."""
        if not self.isVisible():
            return False
        key, row, last = event.key(), self.currentIndex().row(), len(self.choices) - 1
        modifiers = event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier)
        steps = {
            int(Qt.Key.Key_Down): (row + 1) % (last + 1),
            int(Qt.Key.Key_Up): (row - 1) % (last + 1),
            int(Qt.Key.Key_Home): 0,
            int(Qt.Key.Key_PageUp): 0,
            int(Qt.Key.Key_End): last,
            int(Qt.Key.Key_PageDown): last,
        }
        if modifiers == Qt.KeyboardModifier.AltModifier and key in _OPEN_AND_CLOSE:
            self.close_menu()
        elif modifiers:
            return False
        elif pressed(Scope.DIALOG, event) == "reject" or (key not in steps and pressed(Scope.FORM, event) == "menu"):
            self.close_menu()
        elif is_enter(event):
            self._take(self.choices[row])
        elif key in steps:
            self._go_to(steps[key])
        elif (choice := self._of_letter(event.text())) is not None:
            self._take(choice)
        else:
            if event.text():
                self.close_menu()
            return False
        return True

    def _of_letter(self, letter: str) -> StartChoice | None:
        return next((one for one in self.choices if letter and f"&{letter}".lower() in one.words.lower()), None)

    def _wanted(self) -> QSize:
        metrics = self._theme.metrics("body")
        widest = max(
            metrics.horizontalAdvance(choice.words) + metrics.horizontalAdvance(choice.time) for choice in self.choices
        )
        width_px = max(self._edit.width(), round(widest) + GAP_PX + 2 * (SIDE_PX + FRAME_PX))
        return QSize(width_px, len(self.choices) * ROW_PX + 2 * FRAME_PX)

    def _go_to(self, row: int) -> None:
        self.setCurrentIndex(self._rows.index(row, 0))
        announce(self._edit, f"{_spoken(self.choices[row])}.", at_once=True)

    def _take(self, choice: StartChoice) -> None:
        self.close_menu()
        self.chosen.emit(choice)

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        self._take(self.choices[index.row()])


def _spoken(choice: StartChoice) -> str:
    """`An hour ago, 09:23`."""
    return ", ".join(filter(None, (choice.words.replace("&", "").rstrip("…"), choice.time)))


class _ChoiceDelegate(QStyledItemDelegate):
    """The words with their letter underlined, and the time behind them."""

    def __init__(self, theme: Theme, menu: StartMenu) -> None:
        super().__init__(menu)
        self._theme, self._menu = theme, menu

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        choice = self._menu.choices[index.row()]
        self._menu.style().drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, self._menu)
        box = rect_of(option).adjusted(SIDE_PX, 0, -SIDE_PX, 0)
        left, right = (
            int(side | Qt.AlignmentFlag.AlignVCenter)
            for side in (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight)
        )
        painter.setFont(self._theme.font("body"))
        painter.setPen(self._theme.ink("text"))
        painter.drawText(box, left | int(Qt.TextFlag.TextShowMnemonic), choice.words)
        painter.setPen(self._theme.ink("text" if state_of(option) & SELECTED else "second"))
        painter.drawText(box, right, choice.time)
