"""The bar of the guided tour: where it stands, what is to be seen, and one key to go on."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.theme import Theme
from gui.widgets import Button, ElidedLabel, FittedRow, Label, Panel, Rule
from worker.demo.tour.step import Caption

WATCHING = "Watching…"
EDGE_PX, SEGMENT_PX, SEGMENT_GAP_PX, SEGMENT_HEIGHT_PX = 4, 14, 3, 4
INVITATION = Caption(
    "See in two minutes why work is queued",
    (
        "Seven steps drive this pipeline: submit, wait, process, grow, kill, repair, and lose.",
        "Each waits for what it talks about.",
    ),
)


class StepMeter(QWidget):
    """One segment a step; those that were reached are filled."""

    def __init__(self, theme: Theme, count: int) -> None:
        super().__init__()
        self._theme, self._count, self._number = theme, count, 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_number(self, number: int) -> None:
        self._number = number
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._count * (SEGMENT_PX + SEGMENT_GAP_PX) - SEGMENT_GAP_PX, SEGMENT_HEIGHT_PX)

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for place in range(self._count):
            painter.setBrush(self._theme.colour("accent" if place < self._number else "line"))
            left = place * (SEGMENT_PX + SEGMENT_GAP_PX)
            painter.drawRoundedRect(QRectF(left, 0, SEGMENT_PX, SEGMENT_HEIGHT_PX), 2, 2)


class TourBar(Panel):
    """Main thread."""

    next_requested = Signal()
    back_requested = Signal()
    leave_requested = Signal()
    presenter_requested = Signal()

    def __init__(self, theme: Theme, count: int, parent: QWidget | None = None) -> None:
        super().__init__("Guided tour", parent, padding_px=0)
        self._theme, self._count = theme, count
        self._on = False
        self._heading = Label(theme, "Guided tour", "small", "second")
        self.number = Label(theme, "", "medium")
        self._meter = StepMeter(theme, count)
        where = QVBoxLayout()
        where.setSpacing(3)
        where.addStretch(1)
        for part in (self._heading, self.number, self._meter):
            where.addWidget(part)
        where.addStretch(1)
        self.title = ElidedLabel(theme, "", "title")
        self.lines = (ElidedLabel(theme, "", "body", "second"), ElidedLabel(theme, "", "body", "text"))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addStretch(1)
        for label in (self.title, *self.lines):
            words.addWidget(label)
        words.addStretch(1)
        keys = SHORTCUTS[Scope.DEMO]
        self.presenter = Button(theme, "Presenter view", "presentation")
        self.leave = Button(theme, "Leave", role="normal")
        self.back = Button(theme, "Back", "arrow-left")
        self.go_on = Button(theme, "Next", "arrow-right", role="default")
        self.buttons = {"presenter": self.presenter, "leave": self.leave, "back": self.back, "next": self.go_on}
        for name, button in self.buttons.items():
            button.set_possible(keys[name].hint())
        self.presenter.clicked.connect(self.presenter_requested)
        self.leave.clicked.connect(self.leave_requested)
        self.back.clicked.connect(self.back_requested)
        self.go_on.clicked.connect(self.next_requested)
        row = FittedRow(theme, side_px=16, spacing_px=12)
        row.row.addLayout(where)
        row.row.addWidget(Rule(Qt.Orientation.Vertical))
        row.row.addLayout(words, 1)
        for button in self.buttons.values():
            row.row.addWidget(button)
        row.ways = (self._show_all, self._shorten_presenter)
        self._row = row
        self.body.addWidget(row, 1)
        theme.bound_height(self, 68, 84)
        theme.changed.connect(self.update)
        self.show_step(0, INVITATION, done=False)

    def show_step(self, number: int, caption: Caption, *, done: bool) -> None:
        """`number` 0: no tour is on. `done`: Next leads to another step."""
        self._on = number > 0
        self.number.setText(f"Step {number} of {self._count}" if number else f"{self._count} steps")
        self._meter.show_number(number)
        self.title.setText(caption.title)
        for label, line in zip(self.lines, caption.lines, strict=True):
            label.setText(line)
        self.leave.setVisible(self._on)
        self.back.setVisible(self._on)
        self.back.setEnabled(number > 1)
        self.go_on.set_text(self._words_of_next(number, caption, done=done))
        said = f"{self.number.text()}. {caption.title}. {' '.join(caption.lines)}"
        if said != self.accessibleDescription():
            self.setAccessibleDescription(said)
            self._row.fit()
            self.update()

    def press(self, name: str) -> bool:
        """A shortcut of Scope.DEMO; whether there is such a button now."""
        button = self.buttons.get(name)
        if button is None or button.isHidden():
            return False
        button.click()
        return True

    def _words_of_next(self, number: int, caption: Caption, *, done: bool) -> str:
        if not self._on:
            return "Take the tour"
        if done:
            return "Finish" if number == self._count else "Next"
        return caption.act or WATCHING  # a button that is disabled would lose the focus

    def _show_all(self) -> None:
        self.presenter.set_compact(False)

    def _shorten_presenter(self) -> None:
        self.presenter.set_compact(True)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._on:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        accent = self._theme.colour("accent")
        painter.setPen(QPen(accent, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(accent)
        painter.drawRoundedRect(QRectF(0, 0, EDGE_PX, self.height()), 2, 2)

    @Slot()
    def focus_next(self) -> None:
        """So that one key leads through the tour."""
        self.go_on.setFocus(Qt.FocusReason.OtherFocusReason)
