"""Chooses the period of the leaderboard: one before, one after, or one of ten small bars."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from core.athletes.board_periods import BoardPeriod, period_of, periods_until
from core.athletes.leaderboard import BoardCell
from core.athletes.periods import Period
from gui.theme.theme import Theme
from gui.widgets import Button, ElidedLabel, Label, Panel
from gui.workspaces.athletes.board.period_texts import cell_label, cell_words, is_current, period_dates, period_title
from gui.workspaces.athletes.board.rows import BoardFormat

PICKER_PERIODS = 10
CELL_PX, BUTTON_PX, BAR_PX = 46, 32, 26
_RADIUS_PX, _FOCUS_PX = 4, 2
_LABEL_PX = 15
FIRST_YEAR = 2000  # no workout is older


class PeriodPicker(QWidget):
    """Main thread. What is chosen is shown at once; its figures come when they have been read.

    The current period goes on with the calendar until an earlier one is chosen.
    """

    period_chosen = Signal(object)  # BoardPeriod

    def __init__(self, theme: Theme, texts: BoardFormat, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self._today = today
        self._known: dict[BoardPeriod, BoardCell] = {}
        self._earlier: BoardPeriod | None = None  # chosen by the user; None: the current one, whichever that is
        self._kind: Period = "week"
        self.last = self.period  # of those that are shown
        self.before_button = Button(theme, "", "chevron-left")
        self.after_button = Button(theme, "", "chevron-right")
        self._title, self._dates = Label(theme, "", "title"), ElidedLabel(theme, "", "body", "second")
        self._group = QButtonGroup(self)
        self.cells = [_PeriodCell(theme) for _ in range(PICKER_PERIODS)]
        self._build(theme)
        self.before_button.clicked.connect(self._on_before)
        self.after_button.clicked.connect(self._on_after)
        self._group.idClicked.connect(self._on_cell_clicked)
        self.refresh()

    @property
    def period(self) -> BoardPeriod:
        """The chosen one."""
        return self._earlier or period_of(self._kind, self._today)

    def show_kind(self, kind: Period) -> None:
        """Weeks, months, years or all time: begin at the current one."""
        self._kind, self._earlier = kind, None
        self.last = self.period
        self.forget()

    def show_today(self, today: date) -> None:
        """Go on with the calendar, unless an earlier period was chosen."""
        if today != self._today:
            self._today = today
            self._keep_shown()
            self.refresh()

    def show_cells(self, cells: Sequence[BoardCell]) -> None:
        """Figures that have been read; a period that was not has no bar."""
        self._known |= {one.period: one for one in cells}
        self.refresh()

    def forget(self) -> None:
        """What was read is of another board."""
        self._known.clear()
        self.refresh()

    def _shown(self) -> Sequence[BoardPeriod]:
        return periods_until(self.last, PICKER_PERIODS)

    def _keep_shown(self) -> None:
        """Those that are shown stay while the chosen one is among them."""
        if self.period not in self._shown():
            after = self.period.first > self.last.first
            self.last = self.period if after else self.period.shifted(PICKER_PERIODS - 1)

    def _choose(self, period: BoardPeriod) -> None:
        current = period_of(self._kind, self._today)
        if period == self.period or period.first > current.first or period.first.year < FIRST_YEAR:
            return
        self._earlier = None if period == current else period
        self._keep_shown()
        self.refresh()
        self.period_chosen.emit(period)

    def refresh(self) -> None:
        """Write everything again, as when the units have changed."""
        period, has_cells = self.period, self._kind != "all"
        self._title.setText(period_title(period))
        self._dates.setText(period_dates(period, self._today))
        self._dates.setVisible(bool(self._dates.text()))
        self._cells.setVisible(has_cells)
        for button, words in ((self.before_button, "before"), (self.after_button, "after")):
            button.setVisible(has_cells)
            button.setAccessibleName(f"The {self._kind} {words}")
        self.before_button.set_possible("", "" if period.first.year >= FIRST_YEAR else "There is nothing before")
        current = is_current(period, self._today)
        self.after_button.set_possible("", f"This is the current {self._kind}" if current else "")
        if has_cells:
            self._show_cells()

    def _show_cells(self) -> None:
        had_focus = any(cell.hasFocus() for cell in self.cells)
        shown = self._shown()
        highest = max((self._known[one].value for one in shown if one in self._known), default=0)
        for cell, period in zip(self.cells, shown, strict=True):
            known, chosen = self._known.get(period), period == self.period
            share = None if known is None else known.value / highest if highest else 0.0
            cell.show_period(cell_label(period), share, cell_words(period, known, self._texts), is_chosen=chosen)
            if had_focus and chosen:
                cell.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self, theme: Theme) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        box = Panel("Period", role="card", padding_px=0)
        theme.fix_size(box, height_px=BUTTON_PX)
        words = QHBoxLayout()
        words.setContentsMargins(8, 0, 8, 0)
        words.setSpacing(6)
        words.addStretch(1)
        words.addWidget(self._title)
        words.addWidget(self._dates)
        words.addStretch(1)
        box.body.addLayout(words)
        for button in (self.before_button, self.after_button):
            button.set_compact(True)
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.before_button)
        row.addWidget(box, 1)
        row.addWidget(self.after_button)
        column.addLayout(row)
        self._cells = QWidget()
        cells = QHBoxLayout(self._cells)
        cells.setContentsMargins(0, 0, 0, 0)
        cells.setSpacing(2)
        for place, cell in enumerate(self.cells):
            self._group.addButton(cell, place)
            cell.stepped.connect(self._on_stepped)
            cells.addWidget(cell)
        column.addWidget(self._cells)

    @Slot()
    def _on_before(self) -> None:
        self._on_stepped(-1)

    @Slot()
    def _on_after(self) -> None:
        self._on_stepped(1)

    @Slot(int)
    def _on_stepped(self, count: int) -> None:
        self._choose(self.period.shifted(count))

    @Slot(int)
    def _on_cell_clicked(self, place: int) -> None:
        self._choose(self._shown()[place])
        self.refresh()  # a cell of the future is not chosen, though it was clicked


class _PeriodCell(QRadioButton):
    """A period as a bar over its name. Left and Right go to the one before and after, also beyond the ten."""

    stepped = Signal(int)  # periods

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._label = ""
        self._share: float | None = None
        theme.fix_size(self, height_px=CELL_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFont(theme.font("small"))
        theme.changed.connect(self.update)

    def show_period(self, label: str, share: float | None, words: str, *, is_chosen: bool) -> None:
        """`share`: of the highest bar; None while it is not known."""
        self._label, self._share = label, share
        self.setToolTip(words)
        self.setAccessibleName(words)
        self.setChecked(is_chosen)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if is_chosen else Qt.FocusPolicy.NoFocus)
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(25), self._theme.px(CELL_PX))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(17), self._theme.px(CELL_PX))

    @override
    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Left:
                self.stepped.emit(-1)
            case Qt.Key.Key_Right:
                self.stepped.emit(1)
            case _:
                super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme, box = QPainter(self), self._theme, QRectF(self.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked():
            painter.setBrush(QColor(theme.palette.selected))
            painter.drawRoundedRect(box, _RADIUS_PX, _RADIUS_PX)
        elif self.underMouse():
            painter.setBrush(QColor(theme.palette.hovered))
            painter.drawRoundedRect(box, _RADIUS_PX, _RADIUS_PX)
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("accent"), _FOCUS_PX))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), _RADIUS_PX, _RADIUS_PX)
            painter.setPen(Qt.PenStyle.NoPen)
        base = box.bottom() - theme.px(_LABEL_PX) - 3
        if self._share:
            height = max(2.0, round((base - 4) * self._share))
            painter.setBrush(theme.colour("accent") if self.isChecked() else theme.colour("faint", 60))
            painter.drawRoundedRect(QRectF(round(box.center().x() - 7), base - height, 14, height), 2, 2)
        elif self._share is not None:
            painter.fillRect(QRectF(round(box.center().x() - 7), base - 1, 14, 1), theme.colour("line"))
        label = QRectF(0, base + 2, box.width(), theme.px(_LABEL_PX))
        painter.setFont(theme.font("small_bold" if self.isChecked() else "small"))
        painter.setPen(theme.ink("text" if self.isChecked() else "second"))
        painter.drawText(label, int(Qt.AlignmentFlag.AlignCenter), self._label)
