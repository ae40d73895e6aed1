"""The command palette (Ctrl+K): finds any action of the program by a few typed letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Slot,
)
from PySide6.QtGui import QAction, QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from core.workouts.folding import folded
from gui.frame.actions import why_not
from gui.shortcuts import Scope
from gui.theme.theme import Theme
from gui.widgets import Label, Rule, is_enter, pressed
from gui.widgets.announcements import show_note
from gui.widgets.pills import keycap_width, paint_keycap

ROW_PX = 32
SHOWN_ROWS = 9
WIDTH_PX = 600
_REASON_GAP_PX = 24
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Command:
    """An action as a row of the palette."""

    words: str
    group: str
    keys: str
    action: QAction
    why_not: str = ""  # it cannot be run now


def command_of(action: QAction) -> Command:
    """Make a command of an action; its group and its key are the dynamic properties `group` and `keys`."""
    words = action.text().replace("&", "").removesuffix("…")
    keys = str(action.property("keys") or "")
    return Command(words, str(action.property("group") or ""), keys, action, why_not(action))


def matching(commands: Sequence[Command], typed: str) -> list[Command]:
    """Commands that contain all typed words: those with matches at the start of words first, then those that can be
    run, else in given order."""
    wanted = folded(typed).split()
    ranked = [(rank, command) for command in commands if (rank := _rank(command, wanted)) is not None]
    return [command for _, command in sorted(ranked, key=lambda pair: (pair[0], bool(pair[1].why_not)))]


def _rank(command: Command, wanted: Sequence[str]) -> int | None:
    own = folded(command.words)
    everything = f"{own} {folded(command.group)}"
    rank = 0
    for word in wanted:
        if word not in everything:
            return None
        if own.startswith(word):
            continue
        rank += 1 if f" {word}" in f" {own}" else 2
    return rank


class _CommandModel(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._commands: list[Command] = []

    def offer(self, commands: list[Command]) -> None:
        self.beginResetModel()
        self._commands = commands
        self.endResetModel()

    def command(self, row: int) -> Command:
        return self._commands[row]

    @override
    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._commands)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        command = self._commands[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return command.words
            case Qt.ItemDataRole.AccessibleTextRole:
                return ": ".join(filter(None, (command.words, command.why_not)))
            case Qt.ItemDataRole.ToolTipRole:
                return command.why_not or None
        return None


class _CommandDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, model: _CommandModel, parent: QObject) -> None:
        super().__init__(parent)
        self._theme, self._model = theme, model

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, ROW_PX)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        box, command, theme = QRectF(option.rect), self._model.command(index.row()), self._theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.tint("accent", 20 if theme.dark else 10, "raised")))
            painter.drawRoundedRect(box, 6, 6)
        painter.setFont(theme.font("body"))
        metrics = QFontMetricsF(painter.font())
        base = round(box.center().y() + metrics.capHeight() / 2)
        right = (box.right() + 2 if command.why_not else self._paint_keys(painter, box, command.keys)) - 12
        painter.setPen(theme.colour("second" if command.why_not else "text"))
        words = metrics.elidedText(command.words, Qt.TextElideMode.ElideRight, right - box.left() - 10)
        painter.drawText(QPointF(box.left() + 10, base), words)
        painter.setPen(theme.colour("second"))
        room = right - box.left() - 10 - metrics.horizontalAdvance(words) - _REASON_GAP_PX
        beside = metrics.elidedText(command.why_not or command.group, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QPointF(right - metrics.horizontalAdvance(beside), base), beside)
        painter.restore()

    def _paint_keys(self, painter: QPainter, box: QRectF, keys: str) -> float:
        if not keys:
            return box.right()
        width = round(keycap_width(self._theme, keys))
        cap = QRectF(box.right() - 10 - width, round(box.center().y() - 9), width, 18)
        colour = self._theme.colour
        paint_keycap(painter, cap, keys, self._theme, fill=colour("window"), border=colour("line"), ink=colour("text"))
        return cap.left()


class CommandPalette(QWidget):
    """Covers the window while it is open. Enter runs, Esc closes; the focus returns to where it was."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._covered = theme, parent
        self._commands: list[Command] = []
        self._focus_before: QWidget | None = None
        self.setAccessibleName("Commands")
        self._popup = QFrame(self)
        self._popup.setProperty("role", "popup")
        self._build_popup()
        self.hide()
        parent.installEventFilter(self)

    def _build_popup(self) -> None:
        column = self._column = QVBoxLayout(self._popup)
        column.setContentsMargins(7, 7, 7, 7)
        column.setSpacing(0)
        self.field = QLineEdit()
        self.field.setProperty("role", "bare")
        self.field.setPlaceholderText("What do you want to do?")
        self.field.setFont(self._theme.font("body"))
        self.field.setAccessibleName("Find a command")
        self.field.textChanged.connect(self._on_typed)
        self.field.installEventFilter(self)
        top = QHBoxLayout()
        top.setContentsMargins(10, 5, 10, 8)
        top.addWidget(self.field)
        column.addLayout(top)
        column.addWidget(Rule())
        column.addSpacing(6)
        self._model = _CommandModel(self)
        self.list = QListView()
        self.list.setModel(self._model)
        self.list.setItemDelegate(_CommandDelegate(self._theme, self._model, self))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName("Commands found")
        self.list.setProperty("role", "palette")
        self.list.setUniformItemSizes(True)
        self.list.clicked.connect(self._on_clicked)
        column.addWidget(self.list)
        self._nothing = Label(self._theme, "No command is called that.", "body", "second")
        self._nothing.setContentsMargins(10, 6, 10, 8)
        column.addWidget(self._nothing)

    def open_with(self, actions: Sequence[QAction]) -> None:
        """Open with those of these actions that can be done, and those that say why not."""
        shown = [command_of(action) for action in actions if action.isVisible()]
        self._commands = [command for command in shown if command.action.isEnabled() or command.why_not]
        self._focus_before = self.window().focusWidget()
        self.field.clear()
        self._on_typed("")
        self._cover()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_palette(self) -> None:
        if not self.isVisible():
            return
        self.hide()
        if self._focus_before is not None:
            self._focus_before.setFocus(Qt.FocusReason.PopupFocusReason)
            self._focus_before = None

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._covered and event.type() == QEvent.Type.Resize and self.isVisible():
            self._cover()
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            held = is_enter(event) and event.isAutoRepeat()
            return held or self._on_key(event)
        return super().eventFilter(watched, event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.close_palette()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), QColor(0, 0, 0, 110 if self._theme.dark else 60))

    def _on_key(self, event: QKeyEvent) -> bool:
        key, name = event.key(), pressed(Scope.DIALOG, event)
        if name == "reject":
            self.close_palette()
        elif name == "accept":
            self._run(self.list.currentIndex())
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._move(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self._move(SHOWN_ROWS if key == Qt.Key.Key_PageDown else -SHOWN_ROWS)
        elif key not in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            return False
        return True

    def _move(self, rows: int) -> None:
        last = self._model.rowCount() - 1
        row = max(0, min(last, self.list.currentIndex().row() + rows))
        self.list.setCurrentIndex(self._model.index(row))

    def _run(self, index: Index) -> None:
        if not index.isValid():
            return
        command = self._model.command(index.row())
        if command.why_not:
            show_note(self, command.why_not)
            return
        self.close_palette()
        command.action.trigger()

    def _cover(self) -> None:
        self.setGeometry(self._covered.rect())
        width = min(self._theme.px(WIDTH_PX), self.width() - 32)
        self._popup.setGeometry((self.width() - width) // 2, 76, width, self._popup.sizeHint().height())

    @Slot(str)
    def _on_typed(self, typed: str) -> None:
        found = matching(self._commands, typed)
        self._model.offer(found)
        self.list.setCurrentIndex(self._model.index(0))
        self.list.setFixedHeight(ROW_PX * min(SHOWN_ROWS, len(found)))
        self.list.setVisible(bool(found))
        self._nothing.setVisible(not found)
        self._column.activate()
        self._cover()

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        self._run(index)
