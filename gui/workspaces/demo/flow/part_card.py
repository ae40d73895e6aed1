"""The card of a part of the flow: a popup beside the part, which stays in view."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QGridLayout, QVBoxLayout, QWidget
from shiboken6 import isValid
from typing_extensions import override

from gui.shortcuts import Scope
from gui.theme.palette import Role
from gui.theme.theme import FontRole, Theme
from gui.widgets import Button, Label, pressed
from gui.workspaces.demo.flow.cards import CardText
from gui.workspaces.demo.flow.words import NumberRow

WIDTH_PX, PADDING_PX, GAP_PX = 300, 12, 8
BESIDE_PX = 6  # between the part and the card


class PartCard(QFrame):
    """Main thread. A child of the window of its owner, which keeps the focus unless the card has a button.

    Closes by Esc, at a press beside card and part, and when the focus leaves both.
    """

    action_requested = Signal()
    closed = Signal()

    def __init__(self, theme: Theme, owner: QWidget) -> None:
        super().__init__(owner)
        self._theme, self._owner = theme, owner
        self._watched: list[QObject] = []
        self._values: list[Label] = []
        self.setProperty("role", "popup")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._title = Label(theme, "", "title")
        self._what = self._text("body")
        self._grid = QGridLayout()
        self._setting, self._where = self._text("small", "text"), self._text("small", "second")
        self._module, self._class = self._text("small", "second"), self._text("small", "text")
        self._without = self._text("small", "text")
        self.button = Button(theme, "", role="small")
        self.button.clicked.connect(self.action_requested)
        self._build()
        self.hide()
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus_changed)

    @property
    def texts(self) -> list[str]:
        """All that it says, from the top down."""
        return [each.text() for each in self.findChildren(Label) if each.text()]

    def open(self, card: CardText, title: str, numbers: Sequence[NumberRow], around: QRect, action: str = "") -> None:
        """`around`: the part, in the owner's pixels, which the card does not cover. `action`: of its button."""
        self._title.setText(title)
        self._what.setText(card.what)
        self._setting.setText(card.setting[0])
        self._where.setText(card.setting[1])
        self._class.setText(card.code[1])
        self._module.setText(card.code[0])
        self._without.setText(card.without)
        self.button.setVisible(bool(action))
        self.button.setText(action)
        self.setAccessibleName(f"{title}: {card.what}")
        self._replace(numbers)
        self._watch()
        self.place(around)
        self.show()
        self.raise_()
        QWidget.setTabOrder(self._owner.focusProxy() or self._owner, self.button)

    def show_numbers(self, numbers: Sequence[NumberRow]) -> None:
        """The numbers of the same part a moment later."""
        if len(numbers) * 2 != len(self._values):
            self._replace(numbers)
            return
        for label, row in zip(self._values[1::2], numbers, strict=True):
            if label.text() != row.value:
                label.setText(row.value)

    def close_card(self) -> None:
        if self.isVisible():
            watched, self._watched = self._watched, []
            for each in watched:
                if isValid(each):
                    each.removeEventFilter(self)
            had_focus = self.isAncestorOf(QApplication.focusWidget() or self._owner)
            self.hide()
            if had_focus:
                self._owner.setFocus(Qt.FocusReason.PopupFocusReason)
            self.closed.emit()

    def place(self, around: QRect) -> None:
        """Right of the part, or left, below or above it: where there is room for all of it, or most."""
        window = self._owner.window()
        part = QRect(self._owner.mapTo(window, around.topLeft()), around.size())
        self.adjustSize()
        width = self._theme.px(WIDTH_PX)
        size = QSize(width, max(self.heightForWidth(width), 0) or self.sizeHint().height())
        self.setGeometry(QRect(place_beside(part, size, window.rect()), size))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if pressed(Scope.FLOW, event) == "close":
            self.close_card()
        else:
            super().keyPressEvent(event)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not (isValid(self) and isValid(self._owner)):
            return False  # their window is being deleted
        kind = event.type()
        if kind in (QEvent.Type.Resize, QEvent.Type.Hide) or self._is_press_beside(event):
            self.close_card()
        return False

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        beside = now is not None and not self.isAncestorOf(now) and not self._owner.isAncestorOf(now)
        if self.isVisible() and beside:
            self.close_card()

    def _is_press_beside(self, event: QEvent) -> bool:
        if event.type() != QEvent.Type.MouseButtonPress or not isinstance(event, QMouseEvent):
            return False
        at = event.globalPosition().toPoint()
        return not any(each.rect().contains(each.mapFromGlobal(at)) for each in (self, self._owner))

    def _watch(self) -> None:
        window = self._owner.window()
        if self._watched:
            return
        self.setParent(window)
        self._watched = [self._owner, window]
        if (handle := window.windowHandle()) is not None:
            self._watched.append(handle)  # which sees every press of the mouse first
        for each in self._watched:
            each.installEventFilter(self)

    def _text(self, font: FontRole, ink: Role = "second") -> Label:
        label = Label(self._theme, "", font, ink)
        label.setWordWrap(True)
        return label

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(PADDING_PX, PADDING_PX, PADDING_PX, PADDING_PX)
        column.setSpacing(4)
        self._grid.setContentsMargins(0, 4, 0, 4)
        self._grid.setHorizontalSpacing(GAP_PX)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(0, 1)
        column.addWidget(self._title)
        column.addWidget(self._what)
        column.addLayout(self._grid)
        for name, parts in (
            ("Setting", (self._setting, self._where)),
            ("Code", (self._class, self._module)),
            ("Without it", (self._without,)),
        ):
            head = Label(self._theme, name, "small_bold", "second")
            head.setContentsMargins(0, 4, 0, 0)
            column.addWidget(head)
            for part in parts:
                column.addWidget(part)
        column.addSpacing(4)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)

    def _replace(self, numbers: Sequence[NumberRow]) -> None:
        for label in self._values:
            self._grid.removeWidget(label)
            label.hide()  # until it is deleted
            label.deleteLater()
        self._values = []
        for place, row in enumerate(numbers):
            name, value = Label(self._theme, row.label, "small", "second"), Label(self._theme, row.value, "small_bold")
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
            value.setContentsMargins(1, 0, 1, 0)  # figures reach a little beyond their advance
            self._grid.addWidget(name, place, 0)
            self._grid.addWidget(value, place, 1)
            self._values += [name, value]


def place_beside(part: QRect, size: QSize, room: QRect) -> QPoint:
    """The upper left corner of what is shown beside a part and does not cover it; within `room` if it fits there."""
    level = max(room.top(), min(part.top(), room.bottom() + 1 - size.height()))
    upright = max(room.left(), min(part.left(), room.right() + 1 - size.width()))
    places = (
        (room.right() - part.right() - BESIDE_PX - size.width(), QPoint(part.right() + 1 + BESIDE_PX, level)),
        (part.left() - room.left() - BESIDE_PX - size.width(), QPoint(part.left() - BESIDE_PX - size.width(), level)),
        (room.bottom() - part.bottom() - BESIDE_PX - size.height(), QPoint(upright, part.bottom() + 1 + BESIDE_PX)),
        (part.top() - room.top() - BESIDE_PX - size.height(), QPoint(upright, part.top() - BESIDE_PX - size.height())),
    )
    fitting = next((corner for left, corner in places if left >= 0), None)
    return fitting if fitting is not None else max(places, key=lambda each: each[0])[1]
