"""The row above the grid: back, the template, and what holds for the whole session."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from core.roster.fields import ALWAYS, FIELDS, fields_of_sport
from core.roster.grid import TrainingSession
from core.roster.template import Template
from core.workouts.sports import UNKNOWN_SPORT_ICON, default_catalogue
from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.theme import Theme
from gui.widgets import Button, FittedRow, Label
from gui.workspaces.roster.texts import TITLES, counted, day_words

DAYS_OFFERED = 7
TEMPLATE_PX, DAY_PX, SPORT_PX = 216, 164, 148
NO_TEMPLATE = "Template"


class RosterHead(FittedRow):
    """Main thread."""

    back_requested = Signal()
    template_chosen = Signal(object)  # Template
    template_deleted = Signal(str)  # name
    save_requested = Signal()
    session_changed = Signal(object)  # TrainingSession
    fields_changed = Signal(tuple)  # names

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, spacing_px=8)
        self._theme = theme
        self._session, self._today = TrainingSession(), date.min
        self._fields: tuple[str, ...] = ()
        self.templates: Sequence[Template] = ()
        self.back = Button(theme, "Athletes", "arrow-left")
        self.back.setToolTip(SHORTCUTS[Scope.ROSTER]["back"].hint())
        self._title = Label(theme, "Roster grid", "headline")
        self.template = self._menu_button(NO_TEMPLATE, "account-group-outline", TEMPLATE_PX, self._fill_templates)
        self.day = self._menu_button("", "calendar-blank-outline", DAY_PX, self._fill_days)
        self.sport = self._menu_button("", UNKNOWN_SPORT_ICON, SPORT_PX, self._fill_sports)
        self.columns = self._menu_button("Column", "plus", 0, self._fill_columns)
        self.row.addWidget(self.back)
        self.row.addSpacing(6)
        self.row.addWidget(self._title)
        self.row.addSpacing(6)
        for widget in (self.template, self.day, self.sport):
            self.row.addWidget(widget)
        self.row.addStretch(1)
        self.row.addWidget(self.columns)
        self.ways = (self._show_all, lambda: self.columns.set_compact(True), self._title.hide, self._show_template_icon)
        self.back.clicked.connect(self.back_requested)

    def show_session(self, session: TrainingSession, today: date) -> None:
        self._session, self._today = session, today
        words = day_words(session.day, today)
        self.day.set_text(words)
        self.day.setAccessibleName(f"Day of the starts: {words}")
        sport = default_catalogue().find(session.sport)
        self.sport.set_icon(UNKNOWN_SPORT_ICON if sport is None else sport.icon)
        self.sport.set_text(session.sport or "Sport")
        self.sport.setAccessibleName(f"Sport of rows that name none: {session.sport or 'none'}")

    def show_fields(self, fields: Sequence[str]) -> None:
        self._fields = tuple(fields)

    def show_templates(self, templates: Sequence[Template], chosen: str) -> None:
        self.templates = templates
        self.template.set_text(chosen or NO_TEMPLATE)
        self.template.setAccessibleName(f"Template: {chosen or 'none'}")

    def _show_all(self) -> None:
        self._title.show()
        self.columns.set_compact(False)
        self.template.set_compact(False)
        self._theme.fix_size(self.template, width_px=TEMPLATE_PX)

    def _show_template_icon(self) -> None:
        self._theme.free_size(self.template)
        self.template.set_compact(True)

    def _menu_button(self, text: str, icon: str, width_px: int, fill: object) -> Button:
        button = Button(self._theme, text, icon, menu_mark=True)
        menu = QMenu(button)
        menu.aboutToShow.connect(fill)
        button.setMenu(menu)
        if width_px:
            self._theme.fix_size(button, width_px=width_px)
        return button

    @Slot()
    def _fill_templates(self) -> None:
        menu = self.template.menu()
        menu.clear()
        for template in self.templates:
            words = f"{template.name.replace('&', '&&')}\t{counted(len(template.athletes), 'athlete')}"
            action = menu.addAction(words)
            action.setData(template)
            action.triggered.connect(self._on_template)
        if not self.templates:
            menu.addAction("No template is kept yet").setEnabled(False)
        menu.addSeparator()
        menu.addAction(SHORTCUTS[Scope.ROSTER]["template"].entry("&Save as template…"), self.save_requested.emit)
        if self.templates:
            deleting = menu.addMenu("&Delete a template")
            for template in self.templates:
                action = deleting.addAction(template.name.replace("&", "&&"))
                action.setData(template.name)
                action.triggered.connect(self._on_delete)

    @Slot()
    def _fill_days(self) -> None:
        menu = self.day.menu()
        menu.clear()
        for back in range(DAYS_OFFERED):
            day = self._today - timedelta(days=back)
            words = ("&Today", "&Yesterday")[back] if back < 2 else f"{day:%A}"
            action = menu.addAction(f"{words}\t{day.day} {day:%b}")
            action.setCheckable(True)
            action.setChecked(day == (self._session.day or self._today))
            action.setData(day if back else None)
            action.triggered.connect(self._on_day)

    @Slot()
    def _fill_sports(self) -> None:
        menu = self.sport.menu()
        menu.clear()
        for sport in default_catalogue().all:
            action = menu.addAction(self._theme.icon(sport.icon), sport.name)
            action.setData(sport.name)
            action.triggered.connect(self._on_sport)

    @Slot()
    def _fill_columns(self) -> None:
        menu = self.columns.menu()
        menu.clear()
        sport = default_catalogue().find(self._session.sport)
        own = (*fields_of_sport(sport), *(() if sport is None else sport.fields))
        for name in sorted(FIELDS, key=lambda each: each not in own):  # those of the sport first
            if name not in ALWAYS:
                action = menu.addAction(TITLES[name].partition(",")[0])
                action.setCheckable(True)
                action.setChecked(name in self._fields)
                action.setData(name)
                action.triggered.connect(self._on_column)

    def _data(self) -> object:
        action = self.sender()
        assert isinstance(action, QAction)
        return action.data()

    @Slot()
    def _on_template(self) -> None:
        self.template_chosen.emit(self._data())

    @Slot()
    def _on_delete(self) -> None:
        self.template_deleted.emit(str(self._data()))

    @Slot()
    def _on_day(self) -> None:
        day = self._data()
        self.session_changed.emit(TrainingSession(self._session.sport, day if isinstance(day, date) else None))

    @Slot()
    def _on_sport(self) -> None:
        self.session_changed.emit(TrainingSession(str(self._data()), self._session.day))

    @Slot()
    def _on_column(self) -> None:
        name = str(self._data())
        fields = set(self._fields) ^ {name}
        self.fields_changed.emit(tuple(each for each in FIELDS if each in fields))
