"""The list of suggestions below a field: a part of its window that never has the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QRect, Qt, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QListView, QWidget
from shiboken6 import isValid
from typing_extensions import override

from gui.forms.completers import FoldingCompleter

ROWS_SHOWN = 9
BELOW_PX = 2  # between the field and its list
FRAME_PX = 4  # line and padding of the list, in the style sheet
_STEPS = {
    int(Qt.Key.Key_Down): 1,
    int(Qt.Key.Key_Up): -1,
    int(Qt.Key.Key_PageDown): ROWS_SHOWN,
    int(Qt.Key.Key_PageUp): -ROWS_SHOWN,
}


class SuggestionList(QListView):
    """Main thread. Opens while its field is typed in, and closes when the field loses the focus.

    A popup window, as QCompleter opens one, grabs the keyboard; the window system says so late, and Qt then gives the
    focus back to the field of a list that has been closed meanwhile (QGuiApplication::focusWindowChanged after keys
    that were queued before it). What is typed next would go into a field that was left. A child widget without focus
    takes part in none of that.
    """

    def __init__(self, edit: QLineEdit, completer: FoldingCompleter) -> None:
        super().__init__(edit)
        self._edit, self._completer = edit, completer
        self._watched: list[QWidget] = []
        self.setModel(completer.completionModel())
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setProperty("role", "suggestions")
        self.setAccessibleName("Suggestions")
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)  # a row lights up under the pointer, but only a click or a key chooses it
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.hide()
        self.clicked.connect(self._on_clicked)
        edit.textEdited.connect(self.suggest)
        edit.installEventFilter(self)

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
        self.hide()
        watched, self._watched = self._watched, []
        for widget in watched:
            if isValid(widget):  # not while its window is deleted, which takes the focus from the field
                widget.removeEventFilter(self)

    def take_key(self, event: QKeyEvent) -> bool:
        """Whether the key was one for the open list: to another row, or to close it."""
        if not self.isVisible() or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if event.key() == Qt.Key.Key_Escape:
            self.close_list()
        elif event.key() in _STEPS:
            self._step(_STEPS[event.key()])
        else:
            return False
        return True

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if watched is self._edit and kind == QEvent.Type.FocusOut:
            self.close_list()
        elif watched in self._watched:  # a view also filters the events of its own scroll bars
            if kind in (QEvent.Type.Move, QEvent.Type.Resize):
                self._place()
            elif kind == QEvent.Type.Hide or self._is_press_beside(event):
                self.close_list()
        return super().eventFilter(watched, event)

    def _open(self, text: str) -> None:
        self._completer.setCompletionPrefix(self._completer.splitPath(text)[0])
        self.setCurrentIndex(QModelIndex())
        self.scrollToTop()
        if not self.model().rowCount():
            self.close_list()
            return
        if not self._watched:
            self.setParent(self._edit.window())
            widget: QWidget | None = self._edit
            while widget is not None and widget not in self._watched:
                self._watched.append(widget)
                widget.installEventFilter(self)
                widget = None if widget.isWindow() else widget.parentWidget()
        self._place()
        self.show()
        self.raise_()

    def _place(self) -> None:
        """Below the field, or above it where there is more room."""
        window = self._edit.window()
        field = QRect(self._edit.mapTo(window, QPoint(0, 0)), self._edit.size())
        below_px, above_px = window.height() - field.bottom() - 1, field.top()
        wanted_px = min(self.model().rowCount(), ROWS_SHOWN) * self.sizeHintForRow(0) + 2 * FRAME_PX
        is_below = below_px >= min(wanted_px, above_px) + BELOW_PX
        height_px = min(wanted_px, (below_px if is_below else above_px) - BELOW_PX)
        top = field.bottom() + 1 + BELOW_PX if is_below else field.top() - BELOW_PX - height_px
        self.setGeometry(field.left(), top, field.width(), height_px)

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

    def _is_press_beside(self, event: QEvent) -> bool:
        if event.type() != QEvent.Type.MouseButtonPress or not isinstance(event, QMouseEvent):
            return False
        return not self.rect().contains(self.mapFromGlobal(event.globalPosition().toPoint()))

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        self._edit.setText(self._completer.pathFromIndex(index))
        self.close_list()
