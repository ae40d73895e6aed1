"""The strip over the list, with one button: how an act ended, copies to read in, or a mistake that many share."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

from gui.theme.palette import Role
from gui.theme.theme import Theme
from gui.widgets import Button, ElidedLabel, IconButton
from gui.widgets.timers import once_timer
from gui.workspaces.failed.formatting import CONVERT, DONE, PROBLEM, READ_IN, Notice

DONE_MS = 8_000
STRIP_PX = 36
TEXT_LEFT_PX, RIGHT_PX, SPACING_PX = 34, 6, 6
_LOOKS: dict[str, tuple[str, Role]] = {
    "offer": ("tray-arrow-down", "accent"),
    "suggestion": ("lightbulb-outline", "accent"),
    "waiting": ("timer-sand", "accent"),
    "done": ("check-circle-outline", "stored"),
    "problem": ("alert-circle-outline", "failed"),
}


class NoticeBar(QWidget):
    """Main thread. Hidden while there is no notice."""

    accepted = Signal(str)  # key
    dismissed = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._notice: Notice | None = None
        self._label = ElidedLabel(theme, "", "body")
        self.button = Button(theme, "", role="strip")
        self.close_button = IconButton(theme, "close", "Put this away")
        self.setFixedHeight(STRIP_PX)
        row = QHBoxLayout(self)
        row.setContentsMargins(TEXT_LEFT_PX, 0, RIGHT_PX, 0)
        row.setSpacing(SPACING_PX)
        row.addWidget(self._label, 1)
        row.addWidget(self.button)
        row.addWidget(self.close_button)
        self.button.clicked.connect(self._on_button_clicked)
        self.close_button.clicked.connect(self._on_close_clicked)
        theme.changed.connect(self.update)
        self.hide()

    @property
    def notice(self) -> Notice | None:
        return self._notice

    def show_notice(self, notice: Notice | None) -> None:
        if notice == self._notice:
            return
        self._notice = notice
        if notice is not None:
            self.button.set_text(notice.button)
            self.button.setVisible(bool(notice.button))
            self.close_button.setVisible(notice.can_be_closed)
            self.setAccessibleName(notice.text)
            self._fit()
        self.setVisible(notice is not None)
        self.update()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._notice is None:
            return
        icon, role = _LOOKS[self._notice.kind]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.tint(role, 12 if self._theme.dark else 8)))
        painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        self._theme.paint_icon(painter, QRectF(10, 10, 16, 16), icon, self._theme.colour(role))

    def _fit(self) -> None:
        """The whole text if it fits, else the short one."""
        notice = self._notice
        if notice is None:
            return
        taken_px = TEXT_LEFT_PX + RIGHT_PX
        taken_px += self.button.sizeHint().width() + SPACING_PX if notice.button else 0
        taken_px += self.close_button.width() + SPACING_PX if notice.can_be_closed else 0
        fits = self._label.fontMetrics().horizontalAdvance(notice.text) <= self.width() - taken_px
        self._label.setText(notice.text if fits or not notice.short else notice.short)

    @Slot()
    def _on_button_clicked(self) -> None:
        if self._notice is not None:
            self.accepted.emit(self._notice.key)

    @Slot()
    def _on_close_clicked(self) -> None:
        if self._notice is not None:
            self.dismissed.emit(self._notice.key)


class Notices(QObject):
    """Main thread. One notice at a time: an outcome before an offer, what can be put away before what cannot."""

    read_in_requested = Signal()
    convert_requested = Signal()
    outcome_dismissed = Signal()

    def __init__(self, strip: NoticeBar) -> None:
        super().__init__(strip)
        self._strip = strip
        self._outcome: Notice | None = None
        self._suggestion: Notice | None = None
        self._unseen = self._unseen_closed = 0
        self._why_not = ""
        self._done_timer = once_timer(self, DONE_MS, self._on_done_shown)
        strip.accepted.connect(self._on_accepted)
        strip.dismissed.connect(self._on_dismissed)

    def show_outcome(self, kind: Literal["waiting", "done", "problem"], words: str, *, lasts: bool) -> None:
        """Until it is put away; what does not last, for a while."""
        self._outcome = Notice(PROBLEM if kind == "problem" else DONE, kind, words)
        if lasts:
            self._done_timer.stop()
        else:
            self._done_timer.start()
        self._show()

    def show_unseen(self, unseen: int) -> None:
        """How many more are in the broker's failed queue than on the list."""
        self._unseen = unseen
        self._show()

    def show_suggestion(self, suggestion: Notice | None) -> None:
        self._suggestion = suggestion
        self._show()

    def set_why_not(self, why_not: str) -> None:
        """Why neither a fetch nor a correction of many can begin; empty: they can."""
        self._why_not = why_not
        self._show()

    def _show(self) -> None:
        offer: Notice | None = None
        if self._unseen > self._unseen_closed:
            # Some of them may be copies of what was dealt with here.
            text = f"The broker's failed queue has {self._unseen:,} more than this list."
            offer = Notice(READ_IN, "offer", text, "Fetch", f"{self._unseen:,} more in the queue")
        notice = self._outcome or offer or self._suggestion
        self._strip.show_notice(notice)
        self._strip.button.set_possible("", self._why_not)

    @Slot(str)
    def _on_accepted(self, key: str) -> None:
        (self.convert_requested if key == CONVERT else self.read_in_requested).emit()

    @Slot(str)
    def _on_dismissed(self, key: str) -> None:
        if key == READ_IN:
            self._unseen_closed = self._unseen
        else:
            self._outcome = None
            self.outcome_dismissed.emit()
        self._show()

    @Slot()
    def _on_done_shown(self) -> None:
        self._outcome = None
        self._show()
