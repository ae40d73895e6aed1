"""A day and time to pick for a start: a calendar and a time, and the start that they make."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo

from PySide6.QtCore import QDate, QEvent, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid
from typing_extensions import override

from core.errors import EntryError
from core.parsing.calendar_words import MONTH_NAMES, WEEKDAY_NAMES
from core.parsing.start import parse_start
from core.workouts.model import EARLIEST_START, LATEST_START_AHEAD
from gui.forms.day_calendar import CELL_PX, DayCalendar
from gui.forms.field_edits import FieldEdit
from gui.forms.field_popup import FieldPopup
from gui.forms.form_parser import parse_form
from gui.forms.formatting import Units
from gui.forms.starts import dated_start_words, foreign_offset, start_entry
from gui.shortcuts import Scope
from gui.theme.theme import Theme
from gui.widgets import Button, IconButton, Label, is_enter, is_held, pressed, restyle
from gui.widgets.announcements import announce

PADDING_PX, GAP_PX = 11, 8
TIME_PX = 84
SOME_DAY = "2001-06-01"
TIME_WANTED = "Type a time such as 18:24 or 6:24 pm"


class StartPicker(QFrame):
    """Main thread. Has the focus while it is open: Enter takes what it shows, Esc leaves the field as it was.

    It offers no start that the form would refuse.
    """

    taken = Signal(str)  # for the field
    left = Signal()  # the focus went to another control

    def __init__(self, theme: Theme, edit: QLineEdit, *, now: Callable[[], datetime], zone: tzinfo) -> None:
        super().__init__(edit)
        self._edit, self._now, self._home = edit, now, zone
        self._zone = zone  # of what stands in the field, where that names another
        self._text = ""  # what stands in the field, if it is a start
        self._opened_at: tuple[QDate, str] | None = None
        self.setProperty("role", "popup")
        self.setAccessibleName("Pick a day and time")
        self.calendar = DayCalendar(theme, self)
        self.time = FieldEdit(theme)
        self.back = IconButton(theme, "chevron-left", "The month before (Page Up)")
        self.on = IconButton(theme, "chevron-right", "The next month (Page Down)")
        self.month = Label(theme, "", "title")
        self.line = Label(theme, "", "small", "second")
        self.button = Button(theme, "Use", role="default", key="Enter")
        self._stops: tuple[QWidget, ...] = (self.calendar.view, self.time, self.button, self.back, self.on)
        self._theme = theme
        self._build()
        self._popup = FieldPopup(self, edit, self._wanted, self.close_picker)
        self._connect()

    def open(self) -> None:
        """At what stands in the field, or now where that is no start."""
        now = self._now()
        text = self._edit.text().strip()
        self._text = "" if self._problem_of(text) else text
        moment = parse_start(self._text, now=now, zone=self._home)
        self._zone = moment.tzinfo if moment.tzinfo and foreign_offset(moment, self._home) else self._home
        here = moment.astimezone(self._zone)
        self.calendar.today = _q_date(now.astimezone(self._zone))
        earliest, latest = EARLIEST_START.astimezone(self._zone), (now + LATEST_START_AHEAD).astimezone(self._zone)
        self.calendar.setDateRange(_q_date(earliest), _q_date(latest))
        self.calendar.setSelectedDate(_q_date(here))
        self.time.setText(f"{here:%H:%M}")
        self._opened_at = self._picked
        self._on_page_changed()
        self._on_picked()
        self._popup.show()
        self.calendar.view.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_picker(self) -> None:
        """The focus, where it is in here, goes back to the field."""
        focused = self.window().focusWidget()
        # Not valid: the window is being deleted, and hides its parts first.
        if self.isVisible() and focused is not None and isValid(focused) and self.isAncestorOf(focused):
            self._edit.setFocus(Qt.FocusReason.PopupFocusReason)
        self._popup.hide()

    @override
    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab goes round in here."""
        stops = [stop for stop in self._stops if stop.isEnabled()]
        focused = self.window().focusWidget()
        at = stops.index(focused) if focused in stops else 0
        stops[(at + (1 if next else -1)) % len(stops)].setFocus(
            Qt.FocusReason.TabFocusReason if next else Qt.FocusReason.BacktabFocusReason
        )
        return True

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        focused = self.window().focusWidget()
        if pressed(Scope.DIALOG, event) == "reject":
            self.close_picker()
        elif is_enter(event) and not is_held(event):
            if isinstance(focused, QAbstractButton):
                focused.click()
            else:
                self.take()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.FocusOut:
            self._on_focus_left()
        # Enter is not the calendar's, which would also take the repeats of the one that opened it.
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and is_enter(event):
            self.keyPressEvent(event)
            return True
        return False

    @Slot()
    def take(self) -> None:
        """Close with what is shown, unless it is no start that the form takes."""
        text, problem = self._start()
        if problem:
            announce(self, f"{problem.removesuffix('.')}.", at_once=True)
            return
        self.close_picker()
        self.taken.emit(text)

    @property
    def _picked(self) -> tuple[QDate, str]:
        return self.calendar.selectedDate(), self.time.text().strip()

    def _start(self) -> tuple[str, str]:
        """The text for the field, and what the form has against it."""
        if self._text and self._picked == self._opened_at:
            return self._text, self._problem_of(self._text)
        day, time = self._picked
        try:
            parse_start(f"{SOME_DAY} {time}", now=self._now(), zone=UTC)
        except EntryError:
            return "", TIME_WANTED
        try:
            start = parse_start(f"{day.toPython()} {time}", now=self._now(), zone=self._zone)
        except EntryError as error:
            return "", str(error)
        text = start_entry(start, self._home)
        return text, self._problem_of(text)

    def _problem_of(self, text: str) -> str:
        """As the form says it."""
        reading = parse_form({"timestamp": text}, units=Units(), now=self._now(), zone=self._home)
        return reading.problem_of("timestamp")

    def _wanted(self) -> QSize:
        width_px = self._theme.px(7 * CELL_PX) + 2 * PADDING_PX
        return QSize(width_px, self._column.totalHeightForWidth(width_px))

    def _build(self) -> None:
        self.time.setAccessibleName("Time")
        self._theme.fix_size(self.time, width_px=TIME_PX)
        self.line.setWordWrap(True)
        head = QHBoxLayout()
        head.addWidget(self.back)
        head.addWidget(self.month, 1, Qt.AlignmentFlag.AlignCenter)
        head.addWidget(self.on)
        foot = QHBoxLayout()
        foot.setSpacing(GAP_PX)
        foot.addWidget(Label(self._theme, "Time", "body", "second"))
        foot.addWidget(self.time)
        foot.addStretch(1)
        foot.addWidget(self.button)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(PADDING_PX, PADDING_PX, PADDING_PX, PADDING_PX)
        column.setSpacing(GAP_PX)
        column.addLayout(head)
        column.addWidget(self.calendar)
        column.addLayout(foot)
        column.addWidget(self.line)

    def _connect(self) -> None:
        for stop in self._stops:
            stop.installEventFilter(self)
        self.calendar.selectionChanged.connect(self._on_day_chosen)
        self.calendar.currentPageChanged.connect(self._on_page_changed)
        self.time.textChanged.connect(self._on_picked)
        self.back.clicked.connect(self.calendar.showPreviousMonth)
        self.on.clicked.connect(self.calendar.showNextMonth)
        self.button.clicked.connect(self.take)

    @Slot()
    def _on_page_changed(self) -> None:
        year, month = self.calendar.yearShown(), self.calendar.monthShown()
        self.month.setText(f"{MONTH_NAMES[month - 1]} {year}")
        shown = QDate(year, month, 1)
        self.back.set_possible("" if shown > self.calendar.minimumDate() else "No start is before the year 2000")
        is_last = shown.addMonths(1) > self.calendar.maximumDate()
        self.on.set_possible("This is the month of today" if is_last else "")

    @Slot()
    def _on_day_chosen(self) -> None:
        day = self.calendar.selectedDate()
        words = f"{WEEKDAY_NAMES[day.dayOfWeek() - 1]} {day.day()} {MONTH_NAMES[day.month() - 1]} {day.year()}."
        announce(self, words, at_once=True)
        self._on_picked()

    @Slot()
    def _on_picked(self) -> None:
        """Show which start that is, or why it is none."""
        text, problem = self._start()
        if not problem:
            start = parse_start(text, now=self._now(), zone=self._home)
            self.line.setText(f"{start:%a} {dated_start_words(start, self._home)}")
        else:
            self.line.setText(problem)
        self.line.setProperty("ink", "failed" if problem else "second")
        restyle(self.line)
        self.button.set_possible("", problem)
        self.setMinimumHeight(self._wanted().height())
        if self.isVisible():
            self._popup.place()

    def _on_focus_left(self) -> None:
        """Not where only the window is left, for another one."""
        focused = QApplication.focusWidget()
        if self.isVisible() and focused is not None and not self.isAncestorOf(focused):
            self.close_picker()
            if focused is not self._edit:
                self.left.emit()


def _q_date(moment: datetime) -> QDate:
    return QDate(moment.year, moment.month, moment.day)
