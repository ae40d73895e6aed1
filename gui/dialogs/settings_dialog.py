"""The settings dialog: appearance, units, worker, HTTP endpoint, and care of the data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QWidget

from core.config.settings import check_http_port, check_prefetch, parse_work_span
from core.errors import SettingError
from gui.dialogs.controls import TextField, add_answers
from gui.formatting import READ_ONLY
from gui.frame.actions import why_not
from gui.frame.view_models import SettingsView
from gui.options import MODES
from gui.theme.theme import Theme
from gui.widgets import Button, Dialog, Label, Rule, SegmentedControl

T = TypeVar("T")
WIDTH_PX = 500


class SettingsDialog(Dialog):
    """Emits a SettingsView only if all fields are valid."""

    settings_chosen = Signal(object)  # SettingsView

    def __init__(
        self,
        theme: Theme,
        view: SettingsView,
        parent: QWidget | None = None,
        *,
        may_listen: bool = True,
        data_actions: Sequence[QAction] = (),
    ) -> None:
        """`data_actions`: each a button, which leaves the settings as they are."""
        super().__init__(theme, "Settings", width_px=WIDTH_PX, parent=parent)
        self._theme = theme
        self.body.addLayout(self._build_look(view))
        self._add_rule()
        self.body.addLayout(self._build_units(view))
        self._add_rule()
        self.body.addLayout(self._build_worker(view, may_listen))
        self._add_rule()
        self.body.addLayout(self._build_http(view, may_listen))
        if data_actions:
            self._add_rule()
            self.body.addLayout(self._build_data(data_actions))
        self.body.addStretch(1)
        self.foot.addStretch(1)
        self.save = add_answers(self.foot, self, theme, "Save")
        self.save.clicked.connect(self._on_save)
        (self.prefetch.line if may_listen else self.save).setFocus()

    def _add_rule(self) -> None:
        self.body.addSpacing(16)
        self.body.addWidget(Rule())
        self.body.addSpacing(16)

    def _section(self, title: str) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(12)
        grid.setColumnStretch(0, 1)
        grid.addWidget(Label(self._theme, title, "title"), 0, 0, 1, 2)
        return grid

    def _add_choice(self, grid: QGridLayout, row: int, words: str, control: QWidget) -> None:
        grid.addWidget(Label(self._theme, words), row, 0)
        grid.addWidget(control, row, 1, Qt.AlignmentFlag.AlignRight)

    def _build_look(self, view: SettingsView) -> QGridLayout:
        grid = self._section("Look")
        self.theme_choice = SegmentedControl(
            self._theme, "Theme", (("system", "System"), ("dark", "Dark"), ("light", "Light"))
        )
        self.theme_choice.select(view.theme)
        self._add_choice(grid, 1, "Theme", self.theme_choice)
        self.celebrations = QCheckBox("Point out a badge that an athlete has earned &just now")
        self.celebrations.setFont(self._theme.font("body"))
        self.celebrations.setAccessibleName(self.celebrations.text().replace("&", ""))
        self.celebrations.setChecked(view.celebrations)
        grid.addWidget(self.celebrations, 2, 0, 1, 2)
        return grid

    def _build_units(self, view: SettingsView) -> QGridLayout:
        grid = self._section("Units")
        self.distance = SegmentedControl(self._theme, "Distance", (("km", "km"), ("mi", "miles")))
        self.distance.select(view.distance_unit)
        self.weight = SegmentedControl(self._theme, "Weight", (("kg", "kg"), ("lb", "lb")))
        self.weight.select(view.weight_unit)
        self._add_choice(grid, 1, "Distance", self.distance)
        self._add_choice(grid, 2, "Weight", self.weight)
        return grid

    def _build_worker(self, view: SettingsView, may_work: bool) -> QGridLayout:
        grid = self._section("Worker")
        grid.setColumnStretch(1, 1)
        self.prefetch = TextField(self._theme, "&Prefetch: workouts fetched at a time", str(view.prefetch))
        self.work = TextField(
            self._theme,
            "Simulated &work: seconds each, optional",
            view.simulated_work,
            example="none, or 0.5:2.5",
        )
        grid.addWidget(self.prefetch, 1, 0)
        grid.addWidget(self.work, 1, 1)
        if not may_work:  # in a read-only console, which has no worker of its own
            for field in (self.prefetch, self.work):
                field.line.setEnabled(False)
            grid.addWidget(Label(self._theme, READ_ONLY, "small", "second"), 2, 0, 1, 2)
        return grid

    def _build_http(self, view: SettingsView, may_listen: bool) -> QGridLayout:
        grid = self._section("HTTP endpoint")
        self.http = QCheckBox("Accept workouts by &HTTP from programs on this computer")
        self.http.setFont(self._theme.font("body"))
        self.http.setAccessibleName(self.http.text().replace("&", ""))
        self.http.setChecked(view.http_endpoint)
        self.http.setEnabled(may_listen)
        self._off = "Off" if may_listen else f"Off: {READ_ONLY}"
        self.http.toggled.connect(self._on_http_toggled)
        self.port = TextField(self._theme, "P&ort", str(view.http_port))
        self.port.line.setMaximumWidth(96)
        self.port.line.textChanged.connect(self._on_http_toggled)
        self.http_status = Label(self._theme, "", "small", "second")
        grid.addWidget(self.http, 1, 0)
        grid.addWidget(self.port, 1, 1, 2, 1)
        grid.addWidget(self.http_status, 2, 0, Qt.AlignmentFlag.AlignTop)
        self._on_http_toggled()
        return grid

    def _build_data(self, actions: Sequence[QAction]) -> QGridLayout:
        grid = self._section("Data")
        row = QHBoxLayout()
        row.setSpacing(8)
        for action in actions:
            button = Button(self._theme, action.text())
            button.setAutoDefault(False)
            button.set_possible(action.shortcut().toString(), why_not(action))
            button.clicked.connect(partial(self._on_data, action))
            row.addWidget(button)
        row.addStretch(1)
        grid.addLayout(row, 1, 0, 1, 2)
        return grid

    def _on_data(self, action: QAction) -> None:
        self.reject()
        action.trigger()

    @Slot()
    def _on_http_toggled(self) -> None:
        on = self.http.isChecked() and self.http.isEnabled()
        self.port.line.setEnabled(on)
        self.http_status.setText(f"POST http://127.0.0.1:{self.port.text}/workout" if on else self._off)

    @Slot()
    def _on_save(self) -> None:
        prefetch = _read(
            self.prefetch, lambda text: check_prefetch(int(text)), "Prefetch is a whole number, such as 500."
        )
        work = _read(self.work, lambda text: parse_work_span(text).text() if text else "")
        port = _read(self.port, lambda text: check_http_port(int(text)), "A port is a whole number.")
        if prefetch is None or work is None or port is None:
            wrong = self.prefetch if prefetch is None else self.work if work is None else self.port
            self.port.line.setEnabled(self.port.line.isEnabled() or port is None)
            wrong.line.setFocus()
            return
        view = SettingsView(
            theme=next(mode for mode in MODES if mode == self.theme_choice.value),
            distance_unit="mi" if self.distance.value == "mi" else "km",
            weight_unit="lb" if self.weight.value == "lb" else "kg",
            prefetch=prefetch,
            simulated_work=work,
            http_endpoint=self.http.isChecked(),
            http_port=port,
            celebrations=self.celebrations.isChecked(),
        )
        self.settings_chosen.emit(view)
        self.accept()


def _read(field: TextField, read: Callable[[str], T], no_number: str = "") -> T | None:
    """None if the text cannot be read, which is shown at the field; `no_number` is said of a ValueError."""
    field.show_error("")
    try:
        return read(field.text)
    except ValueError:
        field.show_error(no_number)
    except SettingError as error:
        field.show_error(str(error))
    return None
