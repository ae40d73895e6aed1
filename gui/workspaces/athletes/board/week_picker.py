"""Chooses the week of the leaderboard: one before, one after, or one of ten small bars."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from core.athletes.ranking import BoardWeek
from core.athletes.weeks import Week, week_of
from gui.theme.theme import Theme
from gui.widgets import Button, ElidedLabel, Label, Panel
from gui.workspaces.athletes.board.rows import BoardFormat, week_dates, week_title

CELLS = 10
CELL_PX, BUTTON_PX, BAR_PX = 46, 32, 26
_RADIUS_PX, _FOCUS_PX = 4, 2
_LABEL_PX = 15


class WeekPicker(QWidget):
    """Main thread. What is chosen is shown at once; its figures come when they have been read."""

    week_chosen = Signal(object)  # Week

    def __init__(self, theme: Theme, texts: BoardFormat, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self._today = date.min
        self._known: dict[Week, BoardWeek] = {}
        self._week: Week | None = None
        self._last: Week | None = None  # of the ten
        self.before_button = Button(theme, "The week before", "chevron-left")
        self.after_button = Button(theme, "The week after", "chevron-right")
        self._title, self._dates = Label(theme, "", "title"), ElidedLabel(theme, "", "body", "second")
        self._group = QButtonGroup(self)
        self.cells = [_WeekCell(theme) for _ in range(CELLS)]
        self._build(theme)
        self.before_button.clicked.connect(self._on_before)
        self.after_button.clicked.connect(self._on_after)
        self._group.idClicked.connect(self._on_cell_clicked)

    @property
    def week(self) -> Week | None:
        return self._week

    @property
    def is_current(self) -> bool:
        """Whether the current week is chosen, as of the day of the last reading."""
        return self._week is not None and self._week == week_of(self._today)

    def show_weeks(self, week: Week, weeks: Sequence[BoardWeek], today: date) -> None:
        """`weeks`: those that have been read, `week` the last of them. The ten that are shown stay while `week` is one
        of them; one that has not been read is without a bar."""
        self._today = today
        self._known |= {one.week: one for one in weeks}
        self._week = week
        if week not in self._shown():
            self._last = week
        self._refresh()

    def forget(self) -> None:
        """What was read is of another amount."""
        self._known.clear()
        self._refresh()

    def refresh(self) -> None:
        """The units have changed."""
        self._refresh()

    def _shown(self) -> list[Week]:
        return [] if self._last is None else [self._last.shifted(back) for back in range(1 - CELLS, 1)]

    def _choose(self, week: Week) -> None:
        if week == self._week or week > week_of(self._today):
            return
        self._week = week
        if week not in self._shown():
            self._last = week if self._last is None or week > self._last else week.shifted(CELLS - 1)
        self._refresh()
        self.week_chosen.emit(week)

    def _refresh(self) -> None:
        if self._week is None:
            return
        self._title.setText(week_title(self._week))
        self._dates.setText(week_dates(self._week, self._today))
        self.after_button.set_possible("", "" if self._week < week_of(self._today) else "This is the current week")
        had_focus = any(cell.hasFocus() for cell in self.cells)
        shown = self._shown()
        highest = max((self._known[week].value for week in shown if week in self._known), default=0)
        for cell, week in zip(self.cells, shown, strict=True):
            known = self._known.get(week)
            share = None if known is None else known.value / highest if highest else 0.0
            cell.show_week(week, share, self._texts.week_words(known, week), is_chosen=week == self._week)
            if had_focus and week == self._week:
                cell.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self, theme: Theme) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        box = Panel("Week", role="card", padding_px=0)
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
        cells = QHBoxLayout()
        cells.setSpacing(2)
        for place, cell in enumerate(self.cells):
            self._group.addButton(cell, place)
            cell.stepped.connect(self._on_stepped)
            cells.addWidget(cell)
        column.addLayout(cells)

    @Slot()
    def _on_before(self) -> None:
        self._on_stepped(-1)

    @Slot()
    def _on_after(self) -> None:
        self._on_stepped(1)

    @Slot(int)
    def _on_stepped(self, weeks: int) -> None:
        if self._week is not None:
            self._choose(min(self._week.shifted(weeks), max(self._week, week_of(self._today))))

    @Slot(int)
    def _on_cell_clicked(self, place: int) -> None:
        self._choose(self._shown()[place])


class _WeekCell(QRadioButton):
    """A week as a bar over its number. Left and Right go to the week before and after, also beyond the ten."""

    stepped = Signal(int)  # weeks

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._number = ""
        self._share: float | None = None
        theme.fix_size(self, height_px=CELL_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFont(theme.font("small"))
        theme.changed.connect(self.update)

    def show_week(self, week: Week, share: float | None, words: str, *, is_chosen: bool) -> None:
        """`share`: of the highest bar; None while it is not known."""
        self._number, self._share = f"{week.iso_week}", share
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
        painter.drawText(label, int(Qt.AlignmentFlag.AlignCenter), self._number)
