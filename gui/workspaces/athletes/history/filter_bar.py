"""The fields over the history: what is looked for, and in which order it is shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget
from typing_extensions import override

from core.achievements.rules import AchievementRules, default_rules
from core.athletes.history import MAX_TEXT, HistoryFilter, HistorySort
from core.errors import EntryError
from core.parsing.days import read_day
from core.workouts.sports import default_catalogue
from gui.history.columns import TITLES
from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.theme import Theme
from gui.widgets import Button, IconButton, LabelledField, SegmentedControl, pressed

TYPED_MS = 150  # after the last key press
DAY_PX, SPORT_PX, BADGE_PX, SEARCH_PX = 104, 104, 118, 100
_DAY_CHARACTERS = 32
DOWN, UP = "arrow-down", "arrow-up"


class HistorySearch(QLineEdit):
    """Down or Enter goes to the rows, Esc clears it, or leaves."""

    rows_requested = Signal()
    left = Signal()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        match pressed(Scope.HISTORY, event):
            case "rows" | "open":
                self.rows_requested.emit()
            case "leave" if self.text():
                self.clear()
            case "leave":
                self.left.emit()
            case _:
                super().keyPressEvent(event)


class FilterBar(QWidget):
    """Main thread. `changed`: `wanted`, `sort` or `descending` is another one."""

    changed = Signal()

    def __init__(self, theme: Theme, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._today = theme, today
        self._athlete = ""
        self.search = HistorySearch()
        self.search.setPlaceholderText("Athlete, sport, title, notes")
        self.search.setMaxLength(MAX_TEXT)
        self.search.setClearButtonEnabled(True)
        self.sport, self.badge = QComboBox(), QComboBox()
        self.first, self.last = QLineEdit(), QLineEdit()
        self.corrected = QCheckBox("Only &corrected")
        self.athlete_button = Button(theme, "", "close")
        self.athlete_button.hide()
        self.sort = SegmentedControl(theme, "Sort by", [(sort, title) for sort, title in TITLES.items()])
        self.order_button = IconButton(theme, DOWN, "Descending")
        self.descending = True
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPED_MS)
        self._fill()
        self._build()
        self._connect()
        self._show_order()

    @property
    def wanted(self) -> HistoryFilter:
        """Of what can be read; a day that cannot is left out, and marked."""
        return HistoryFilter(
            self._athlete,
            self.sport.currentText() if self.sport.currentIndex() > 0 else "",
            self._day(self._first_field),
            self._day(self._last_field),
            self.search.text().strip(),
            str(self.badge.currentData() or ""),
            self.corrected.isChecked(),
        )

    @property
    def sorted_by(self) -> HistorySort:
        return next(sort for sort in TITLES if sort == self.sort.value)

    def show_athlete(self, name: str, day: date | None = None, last_day: date | None = None) -> None:
        """Only this athlete's, without other filters; empty: of all."""
        blocked = self.blockSignals(True)
        self._athlete = name
        self.athlete_button.set_text(name)
        self.athlete_button.setAccessibleName(f"Only {name}: show all athletes")
        self.athlete_button.setVisible(bool(name))
        self.clear()
        self.first.setText("" if day is None else day.isoformat())
        self.last.setText("" if last_day is None else last_day.isoformat())
        self._typing.stop()
        self.blockSignals(blocked)
        self.changed.emit()

    def clear(self) -> None:
        """All filters but the athlete."""
        for field in (self.search, self.first, self.last):
            field.clear()
        self.sport.setCurrentIndex(0)
        self.badge.setCurrentIndex(0)
        self.corrected.setChecked(False)

    def settle(self) -> None:
        """What was typed counts now."""
        self._typing.stop()
        self.changed.emit()

    def sort_by(self, sort: str) -> None:
        """By this column; if it is the one already, the other way round."""
        if sort == self.sort.value:
            self._on_order_clicked()
        else:
            self.sort.select(sort)

    def _fill(self) -> None:
        self.sport.addItem("Any sport")
        for sport in default_catalogue().all:
            self.sport.addItem(self._theme.icon(sport.icon), sport.name)
        self.set_rules(default_rules())

    def set_rules(self, rules: AchievementRules) -> None:
        """Those in force. What is chosen stays, if there is such a badge still."""
        blocked = self.badge.blockSignals(True)
        chosen = self.badge.currentData()
        self.badge.clear()
        self.badge.addItem("Any badge", "")
        for rule in rules.all:
            if not rule.hidden:
                self.badge.addItem(rule.name, rule.code)
        place = self.badge.findData(chosen)
        self.badge.setCurrentIndex(max(0, place))
        self.badge.blockSignals(blocked)
        if chosen and place < 0:
            self.changed.emit()

    def _build(self) -> None:
        fields = [
            (LabelledField(self._theme, "Searc&h", self.search), SEARCH_PX, 1),
            (LabelledField(self._theme, "&Sport", self.sport), SPORT_PX, 0),
            (LabelledField(self._theme, "&From", self.first), DAY_PX, 0),
            (LabelledField(self._theme, "&To", self.last), DAY_PX, 0),
            (LabelledField(self._theme, "&Badge", self.badge), BADGE_PX, 0),
        ]
        self._first_field, self._last_field = fields[2][0], fields[3][0]
        row = QHBoxLayout()
        row.setSpacing(12)
        for field, width_px, share in fields:
            self._theme.fix_size(field.control, height_px=32)
            self._theme.bound_width(field, width_px)
            row.addWidget(field, share)
        for edit, hint in ((self.first, "any day"), (self.last, "any day")):
            edit.setPlaceholderText(hint)
            edit.setMaxLength(_DAY_CHARACTERS)
            edit.setToolTip("A day, such as 2025-10-04, 4 Oct or yesterday")
            edit.setFixedWidth(DAY_PX)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.sort)
        below.addWidget(self.order_button)
        below.addSpacing(8)
        below.addWidget(self.corrected)
        below.addWidget(self.athlete_button)
        below.addStretch(1)
        self.corrected.setFont(self._theme.font("body"))
        self.tools = below
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 8)
        column.setSpacing(8)
        column.addLayout(row)
        column.addLayout(below)

    def _connect(self) -> None:
        for edit in (self.search, self.first, self.last):
            edit.textChanged.connect(self._on_typed)
        self._typing.timeout.connect(self.changed)
        for choice in (self.sport, self.badge):
            choice.currentIndexChanged.connect(self._on_chosen)
        self.corrected.toggled.connect(self._on_chosen)
        self.sort.selected.connect(self._on_sort_selected)
        self.order_button.clicked.connect(self._on_order_clicked)
        self.athlete_button.clicked.connect(self._on_athlete_clicked)

    def _day(self, field: LabelledField) -> date | None:
        edit = field.control
        assert isinstance(edit, QLineEdit)
        typed = edit.text().strip().lower()
        if not typed:
            field.show_error("")
            return None
        try:
            found = date.fromisoformat(typed)
        except ValueError:
            now = datetime.combine(self._today(), time(23, 59))
            try:
                read = read_day(typed.split(), now=now, at=time())
            except EntryError:
                read = None
            if read is None:
                field.show_error("No such day")
                return None
            found = read
        field.show_error("")
        return found

    def _show_order(self) -> None:
        words = SHORTCUTS[Scope.HISTORY]["order"].hint("Descending" if self.descending else "Ascending")
        self.order_button.set_icon(DOWN if self.descending else UP, words)

    @Slot(str)
    def _on_typed(self, _text: str) -> None:
        self._typing.start()

    @Slot()
    def _on_chosen(self) -> None:
        self.settle()

    @Slot(str)
    def _on_sort_selected(self, sort: str) -> None:
        self.descending = sort not in ("athlete", "sport")
        self._show_order()
        self.changed.emit()

    @Slot()
    def _on_order_clicked(self) -> None:
        self.descending = not self.descending
        self._show_order()
        self.changed.emit()

    @Slot()
    def _on_athlete_clicked(self) -> None:
        self._athlete = ""
        self.athlete_button.hide()
        self.changed.emit()
