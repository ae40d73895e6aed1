"""The list of suggestions below a field: a part of its window that never has the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QSize, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QListView

from gui.forms.completers import FoldingCompleter
from gui.forms.field_popup import FieldPopup
from gui.shortcuts import Scope
from gui.widgets import pressed

ROWS_SHOWN = 9
FRAME_PX = 4  # line and padding of the list, in the style sheet
_STEPS = {
    int(Qt.Key.Key_Down): 1,
    int(Qt.Key.Key_Up): -1,
    int(Qt.Key.Key_PageDown): ROWS_SHOWN,
    int(Qt.Key.Key_PageUp): -ROWS_SHOWN,
}


class SuggestionList(QListView):
    """Main thread. Opens while its field is typed in, and closes when the field loses the focus."""

    def __init__(self, edit: QLineEdit, completer: FoldingCompleter) -> None:
        super().__init__(edit)
        self._edit, self._completer = edit, completer
        self.setModel(completer.completionModel())
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setProperty("role", "suggestions")
        self.setAccessibleName("Suggestions")
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)  # a row lights up under the pointer, but only a click or a key chooses it
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._popup = FieldPopup(self, edit, self._wanted, self.close_list)
        self.clicked.connect(self._on_clicked)
        edit.textEdited.connect(self.suggest)

    @property
    def chosen(self) -> str:
        """The row that was gone to by key; empty while there is none, or the list is closed."""
        index = self.currentIndex()
        return self._completer.pathFromIndex(index) if self.isVisible() and index.isValid() else ""

    @Slot(str)
    def suggest(self, text: str) -> None:
        """Open with what fits the text, or close where nothing does."""
        if text:
            self._open(text)
        else:
            self.close_list()

    def suggest_all(self) -> None:
        self._open("")

    def close_list(self) -> None:
        self._popup.hide()

    def take_key(self, event: QKeyEvent) -> bool:
        """Whether the key was one for the open list: to another row, or to close it."""
        if not self.isVisible() or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if pressed(Scope.DIALOG, event) == "reject":
            self.close_list()
        elif event.key() in _STEPS:
            self._step(_STEPS[event.key()])
        else:
            return False
        return True

    def _open(self, text: str) -> None:
        self._completer.setCompletionPrefix(self._completer.splitPath(text)[0])
        self.setCurrentIndex(QModelIndex())
        self.scrollToTop()
        if not self.model().rowCount():
            self.close_list()
            return
        self._popup.show()

    def _wanted(self) -> QSize:
        rows = min(self.model().rowCount(), ROWS_SHOWN)
        return QSize(self._edit.width(), rows * self.sizeHintForRow(0) + 2 * FRAME_PX)

    def _step(self, rows: int) -> None:
        """Past an end there is no row chosen, then comes the other end."""
        last, row = self.model().rowCount() - 1, self.currentIndex().row()
        if row < 0:
            row = 0 if rows > 0 else last
        elif abs(rows) > 1:
            row = min(max(row + rows, 0), last)
        else:
            row += rows
        self.setCurrentIndex(self.model().index(row, self._completer.completionColumn()) if row >= 0 else QModelIndex())

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        self._edit.setText(self._completer.pathFromIndex(index))
        self.close_list()
