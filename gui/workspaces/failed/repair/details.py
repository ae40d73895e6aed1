"""Shows a message's attempts and headers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from core.failures.models import FailedTry
from gui.formatting import took_text
from gui.theme.palette import Role
from gui.theme.theme import FontRole, Theme
from gui.widgets import Button, ElidedLabel, Label
from gui.widgets.cells import draw_wrapped, wrapped_height

TRY_PX, BELOW_GAP_PX = 27, 4
SHOWN_TRIES = 6
SHOWN_HEADERS = 4
NAME_PX = 90
WRAPPED = "Reason"  # may take more than one line


class Attempts(QWidget):
    """A row per round of attempts, newest first: its reason in the same line, or below in as many as it needs."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tries: Sequence[FailedTry] = ()
        self._times: Sequence[str] = ()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._on_theme_changed)

    def show_tries(self, tries: Sequence[FailedTry], times: Sequence[str]) -> None:
        """`times`: the formatted time of each."""
        self._tries, self._times = tries[:SHOWN_TRIES], times[:SHOWN_TRIES]
        spoken = [
            f"try {one.number} at {at} by {one.worker}: {one.reason}"
            for one, at in zip(self._tries, self._times, strict=True)
        ]
        self.setAccessibleName("Attempts: " + "; ".join(spoken))
        self.setToolTip("\n".join(spoken))
        self._fit()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        time_left, worker_left, reason_left = self._lefts()
        top = 0.0
        for one, at in zip(self._tries, self._times, strict=True):
            if top:
                painter.setPen(QPen(self._theme.colour("line"), 1))
                painter.drawLine(QPointF(0, top + 0.5), QPointF(self.width(), top + 0.5))
            self._write(painter, 0, top, time_left, f"{one.number:,}", "body", "second")
            self._write(painter, time_left, top, worker_left - time_left, at, "body", "text")
            self._write(painter, 0, top, self.width(), took_text(one.took_ms), "body", "second", right=True)
            below = self._below(one)
            worker_right = reason_left if below is None else self._right(one)
            self._write(painter, worker_left, top, worker_right - worker_left - 8, one.worker, "small", "second")
            if below is None:
                self._write(painter, reason_left, top, self._right(one) - reason_left, one.reason, "body", "text")
                top += TRY_PX
            else:
                draw_wrapped(painter, self._theme, below.translated(0, top), one.reason, "body", "text")
                top += TRY_PX + below.height() + BELOW_GAP_PX

    def _lefts(self) -> tuple[float, float, float]:
        """Of time, worker and reason."""
        body, small = self._theme.metrics("body"), self._theme.metrics("small")
        time_left = 12 + max((body.horizontalAdvance(f"{one.number:,}") for one in self._tries), default=0)
        worker_left = time_left + 10 + max((body.horizontalAdvance(text) for text in self._times), default=0)
        widest = max((small.horizontalAdvance(one.worker) for one in self._tries), default=0)
        return time_left, worker_left, worker_left + 12 + min(80.0, widest)

    def _right(self, one: FailedTry) -> float:
        """Where what is left of the time that it took ends."""
        took = took_text(one.took_ms)
        return self.width() - (self._theme.metrics("body").horizontalAdvance(took) + 10 if took else 0)

    def _below(self, one: FailedTry) -> QRectF | None:
        """Where the reason is, if its row is the first one; None: it has room in the line of the try."""
        time_left, _, reason_left = self._lefts()
        if self._theme.metrics("body").horizontalAdvance(one.reason) <= self._right(one) - reason_left:
            return None
        width_px = self.width() - time_left
        return QRectF(time_left, TRY_PX - 3, width_px, wrapped_height(self._theme, one.reason, width_px, "body"))

    def _fit(self) -> None:
        """Be as high as the rows are at this width."""
        below = [box.height() + BELOW_GAP_PX for one in self._tries if (box := self._below(one)) is not None]
        self.setFixedHeight(round(TRY_PX * len(self._tries) + sum(below)))
        self.update()

    def _write(
        self,
        painter: QPainter,
        left: float,
        top: float,
        width: float,
        text: str,
        font: FontRole,
        ink: Role,
        *,
        right: bool = False,
    ) -> None:
        painter.setFont(self._theme.font(font))
        painter.setPen(self._theme.ink(ink))
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        shown = self._theme.metrics(font).elidedText(text, Qt.TextElideMode.ElideRight, width + 1)
        painter.drawText(QRectF(left, top, width, TRY_PX), int(side | Qt.AlignmentFlag.AlignVCenter), shown)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._fit()


class Headers(QWidget):
    """Names and values; the first few, with a button to show all."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: Sequence[tuple[str, str]] = ()
        self.button: QPushButton = Button(theme, "", role="small", menu_mark=True)
        self.button.setCheckable(True)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(Label(theme, "Headers", "title"))
        head.addStretch(1)
        head.addWidget(self.button)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(0)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self._shown: list[QWidget] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addLayout(self._grid)
        self.button.toggled.connect(self._on_toggled)

    def show_rows(self, rows: Sequence[tuple[str, str]]) -> None:
        if rows != self._rows:
            self._rows = rows
            self._arrange()

    def _arrange(self) -> None:
        for widget in self._shown:
            self._grid.removeWidget(widget)
            widget.deleteLater()
        self._shown = []
        shown = self._rows if self.button.isChecked() else self._rows[:SHOWN_HEADERS]
        for line, (name, value) in enumerate(shown):
            label = ElidedLabel(self._theme, name, "small", "second")
            label.setContentsMargins(0, 0, 8, 0)
            self._theme.fix_size(label, width_px=NAME_PX, height_px=17)
            text = self._value(name, value)
            text.setAccessibleName(f"{name}: {value}")
            self._grid.addWidget(label, line, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(text, line, 1)
            self._shown += [label, text]
        self.button.setText("Fewer" if self.button.isChecked() else f"All {len(self._rows):,}")
        self.button.setAccessibleName("Fewer headers" if self.button.isChecked() else "All headers")
        self.button.setVisible(len(self._rows) > SHOWN_HEADERS)
        self.button.updateGeometry()

    def _value(self, name: str, value: str) -> Label:
        if name != WRAPPED:
            return ElidedLabel(self._theme, value, "body", middle=name == "Message id")
        label = Label(self._theme, value, "body")
        label.setWordWrap(True)
        label.setMinimumWidth(60)
        return label

    @Slot()
    def _on_toggled(self) -> None:
        self._arrange()
