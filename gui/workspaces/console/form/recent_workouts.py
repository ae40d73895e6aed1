"""Below the form: the last workouts, to fill it with again; or a first step for who has sent none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from core.workouts.model import Workout
from core.workouts.names import isolated
from core.workouts.sports import UNKNOWN_SPORT_ICON, default_catalogue
from gui.forms.formatting import Units, distance_text, duration_text
from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.palette import Role
from gui.theme.theme import FontRole, Theme
from gui.widgets import Button, Label
from gui.widgets.pills import keycap_width, paint_keycap

ROW_PX = 28
TITLE_PX = 26
MAX_ROWS = 3
FIRST_TIME_PX = 90
AMOUNT_PX = 62  # the columns of duration and distance
_UNDO = SHORTCUTS[Scope.PROGRAM]["undo"].key


@dataclass(frozen=True, slots=True)
class Recent:
    """A workout as a row says it."""

    workout: Workout
    units: Units

    @property
    def duration(self) -> str:
        return duration_text(self.workout.duration_min)

    @property
    def distance(self) -> str:
        return distance_text(self.workout.distance_km, self.workout.sport, self.units)

    @property
    def words(self) -> str:
        return self.workout.title or self.workout.athlete

    @property
    def icon(self) -> str:
        sport = default_catalogue().find(self.workout.sport)
        return UNKNOWN_SPORT_ICON if sport is None else sport.icon


def distinct(workouts: Iterable[Workout]) -> list[Workout]:
    """The first MAX_ROWS of each kind: who, what, how long, how far and its title."""
    found: dict[tuple[object, ...], Workout] = {}
    for workout in workouts:
        kind = (workout.athlete, workout.sport, workout.duration_ms, workout.distance_mm, workout.title)
        found.setdefault(kind, workout)
    return list(found.values())[:MAX_ROWS]


class RecentRow(QPushButton):
    """One earlier workout with its key."""

    def __init__(self, theme: Theme, place: int) -> None:
        super().__init__()
        self._theme, self._key = theme, SHORTCUTS[Scope.FORM]["again"].keys.split()[place]
        self.recent: Recent | None = None
        self.place = place
        self.setProperty("role", "row")
        self.setFixedHeight(ROW_PX)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab and Enter without looking must not replace the form
        theme.changed.connect(self.update)

    def show_recent(self, recent: Recent | None) -> None:
        if recent is None:
            self.recent = None
            self.setAccessibleName("")
            self.setToolTip("")
        elif recent != self.recent:
            self.recent = recent
            name = f"{recent.words}, {recent.workout.sport}, {recent.duration}, {recent.distance}"
            self.setAccessibleName(f"Use again: {name}")
            what = f"{isolated(recent.workout.athlete)}: {isolated(recent.workout.sport)}"
            self.setToolTip(f"{what}. Fills the form with a start of now; {_UNDO} brings back what stood there.")
            self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(200, ROW_PX)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.recent is None:
            return
        painter = QPainter(self)
        middle = self.height() / 2
        icon = QRectF(1, round(middle - 8), 16, 16)
        self._theme.paint_icon(painter, icon, self.recent.icon, self._theme.colour("second"))
        key_width = round(keycap_width(self._theme, self._key))
        key = QRectF(self.width() - key_width, round(middle - 9), key_width, 18)
        fill, border = self._theme.colour("window"), self._theme.colour("line")
        paint_keycap(painter, key, self._key, self._theme, fill=fill, border=border, ink=self._theme.colour("text"))
        right = key.left() - 12
        for text in (self.recent.distance, self.recent.duration):
            right = self._write(painter, text, right, self._theme.px(AMOUNT_PX), "body", "second")
        words = QRectF(26, 0, right - 26, self.height())
        painter.setFont(self._theme.font("body"))
        painter.setPen(self._theme.ink("text"))
        shown = QFontMetricsF(painter.font()).elidedText(self.recent.words, Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), shown)

    def _write(self, painter: QPainter, text: str, right: float, width: float, font: FontRole, ink: Role) -> float:
        painter.setFont(self._theme.font(font))
        painter.setPen(self._theme.ink(ink))
        box = QRectF(right - width, 0, width, self.height())
        painter.drawText(box, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), text)
        return right - width


class EarlierWorkouts(QWidget):
    """Main thread. Takes the height it is given: as many rows as fit, or nothing."""

    chosen = Signal(object)  # Workout
    sample_requested = Signal()
    all_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._count = 0
        self._title = Label(theme, "Use again", "small", "second")
        self.all_button = Button(theme, "All and templates", role="small", key=SHORTCUTS[Scope.FORM]["recent"].key)
        self.all_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it has a key
        self.all_button.clicked.connect(self.all_requested)
        self._head = QWidget()
        head = QHBoxLayout(self._head)
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self._title, 1)
        head.addWidget(self.all_button)
        theme.fix_size(self._head, height_px=TITLE_PX)
        self.rows = [RecentRow(theme, place) for place in range(MAX_ROWS)]
        self._first_time = self._make_first_time()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        for row in self.rows:
            column.addWidget(row)
            row.clicked.connect(self._on_row_clicked)
        column.addWidget(self._first_time)
        self.fit(0)

    def show_recent(self, workouts: Sequence[Workout], units: Units) -> None:
        """As many as `distinct` gives, at the most."""
        self._count = len(workouts)
        for row in self.rows:
            row.show_recent(Recent(workouts[row.place], units) if row.place < self._count else None)

    def choose(self, place: int) -> None:
        """Take the workout at this place, in view or not; nothing where there is none."""
        recent = self.rows[place].recent
        if place < self._count and recent is not None:
            self.chosen.emit(recent.workout)

    def offer_sample(self, offered: bool) -> None:
        """Only where it replaces nothing: Tab and Enter without looking may come to it."""
        self.sample_button.setEnabled(offered)

    def fit(self, height_px: int) -> int:
        """Show what fits into this height; how much of it is used."""
        title_px, first_time_px = self._theme.px(TITLE_PX), self._theme.px(FIRST_TIME_PX)
        rows = min(self._count, max(0, (height_px - title_px) // ROW_PX))
        first_time = not self._count and height_px >= first_time_px
        self._head.setVisible(rows > 0)
        self._first_time.setVisible(first_time)
        for row in self.rows:
            row.setVisible(row.place < rows)
        used = title_px + rows * ROW_PX if rows else first_time_px if first_time else 0
        self.setFixedHeight(used)
        return used

    def _make_first_time(self) -> QWidget:
        box = QWidget(self)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(Label(self._theme, "First time here?", "medium"))
        line = Label(
            self._theme, "Fill in a sample and press Enter, then watch its row and the charts.", "small", "second"
        )
        line.setWordWrap(True)
        column.addWidget(line)
        column.addSpacing(2)
        self.sample_button = Button(self._theme, "Fill in a sample", "run")
        self.sample_button.clicked.connect(self.sample_requested)
        column.addWidget(self.sample_button, 0, Qt.AlignmentFlag.AlignLeft)
        return box

    @Slot()
    def _on_row_clicked(self) -> None:
        row = self.sender()
        if isinstance(row, RecentRow):
            self.choose(row.place)
