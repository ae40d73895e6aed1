"""The totals of an athlete in a week, month or year until today, or of all time, with the change."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from core.athletes.page import AthletePage
from core.athletes.periods import Period
from gui.forms.formatting import Units
from gui.theme.theme import Theme
from gui.widgets import ElidedLabel, Label, NumberLabel, Panel, SegmentedControl
from gui.workspaces.athletes.formatting import (
    WrittenAmount,
    change_text,
    counted,
)
from gui.workspaces.athletes.page.sport_split import SportSplit
from gui.workspaces.athletes.page.totals_text import NAMES, figures_of, scope_text

PERIOD_WORDS: tuple[tuple[Period, str], ...] = (("week", "Week"), ("month", "Month"), ("year", "Year"), ("all", "All"))
_PERIODS: dict[str, Period] = {period: period for period, _ in PERIOD_WORDS}
GAP_PX = 24  # between two numbers, with a rule in its middle
_IN_HALF = 3  # numbers in a row where six do not fit


class _Value(NumberLabel):
    GAP_PX = 4.0


class _Number(QWidget):
    """A name, a number with its unit, and what it is compared with."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._name = name
        self._value = _Value(theme, name, "headline", align=Qt.AlignmentFlag.AlignLeft, unit_font="body")
        self._change = Label(theme, "", "small", "second")
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addWidget(Label(theme, name, "small", "second"))
        column.addWidget(self._value)
        column.addWidget(self._change)

    @property
    def texts(self) -> tuple[str, str]:
        return self._value.text, self._change.text()

    def show_figure(self, figure: WrittenAmount, change: str, *, spoken: str) -> None:
        self._value.set_value(*figure)
        self._change.setText(change)
        self._change.setAccessibleName(f"{self._name}: {spoken} {change}" if change else "")


class _Numbers(QWidget):
    """Side by side with rules between them; in two rows where that is too wide."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.numbers = [_Number(theme, name) for name in NAMES]
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GAP_PX)
        self._grid.setVerticalSpacing(10)
        theme.changed.connect(self.fit)
        self.fit()

    @override
    def minimumSizeHint(self) -> QSize:
        """Of two rows: the layout's own would keep them in one."""
        widths = [number.sizeHint().width() for number in self.numbers]
        columns = [max(widths[place::_IN_HALF]) for place in range(_IN_HALF)]
        return QSize(sum(columns) + GAP_PX * (_IN_HALF - 1), super().minimumSizeHint().height())

    @Slot()
    def fit(self) -> None:
        needed = sum(number.sizeHint().width() for number in self.numbers) + GAP_PX * (len(self.numbers) - 1)
        columns = len(self.numbers) if needed <= self.width() else _IN_HALF
        if columns != self._columns:
            self._columns = columns
            for place, number in enumerate(self.numbers):
                self._grid.addWidget(number, place // columns, place % columns)
            for place in range(len(self.numbers)):
                self._grid.setColumnStretch(place, int(place < columns))
        self.update()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for place, number in enumerate(self.numbers):
            if place % self._columns:
                left = number.x() - GAP_PX // 2
                painter.fillRect(left, number.y(), 1, number.height(), self._theme.colour("line"))


class TotalsPanel(Panel):
    """Main thread."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Totals", parent)
        self._page: AthletePage | None = None
        self._units = Units()
        self._scope = ElidedLabel(theme, "", "body", "second")
        self.period = SegmentedControl(theme, "Totals of", PERIOD_WORDS)
        self._numbers = _Numbers(theme)
        self._split = SportSplit(theme)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Label(theme, "Totals", "title"))
        head.addWidget(self._scope, 1)
        head.addWidget(self.period)
        self.body.addLayout(head)
        self.body.addSpacing(8)
        self.body.addWidget(self._numbers)
        self.body.addSpacing(10)
        self.body.addWidget(self._split)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.period.selected.connect(self._on_period_selected)

    @property
    def texts(self) -> dict[str, tuple[str, str]]:
        """By its name each number, and the words below it."""
        return dict(zip(NAMES, (number.texts for number in self._numbers.numbers), strict=True))

    @property
    def shown_period(self) -> Period:
        return _PERIODS[self.period.value]

    @property
    def scope_words(self) -> str:
        return self._scope.text()

    def show_page(self, page: AthletePage, units: Units) -> None:
        self._page, self._units = page, units
        self._show()

    def _show(self) -> None:
        page = self._page
        if page is None:
            return
        totals = page.totals[self.shown_period]
        self._scope.setText(scope_text(totals, page.today, page.since))
        change = totals.change
        changes = ("",) * 5 if change is None else tuple(map(change_text, figures_of(change, self._units)))
        *numbers, streak = self._numbers.numbers
        for number, figure, words in zip(numbers, figures_of(totals.sums, self._units), changes, strict=True):
            number.show_figure(figure, words, spoken="change")
        days = 0 if page.streak is None else page.streak.days
        best = "" if page.longest_streak is None else f"best {page.longest_streak.days:,}"
        streak.show_figure(WrittenAmount(f"{days:,}", counted(days, "day").split()[1]), best, spoken="")
        self._split.show_shares(totals.sports, self._units)
        self._numbers.fit()

    @Slot(str)
    def _on_period_selected(self, _period: str) -> None:
        self._show()
