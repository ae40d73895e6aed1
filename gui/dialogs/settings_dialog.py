"""The settings dialog: appearance, units, worker and HTTP endpoint."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from core.config.settings import check_http_port, check_prefetch, parse_work_span
from core.errors import SettingError
from gui.frame.view_models import SettingsView
from gui.theme.theme import Mode, Theme
from gui.widgets import Button, Dialog, Label, LabelledField, Rule, SegmentedControl


class SettingsDialog(Dialog):
    """Emits a SettingsView only if all fields are valid."""

    settings_chosen = Signal(object)  # SettingsView

    def __init__(
        self, theme: Theme, view: SettingsView, parent: QWidget | None = None, *, may_listen: bool = True
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setWindowTitle("Settings")
        self.setModal(True)
        self.setMinimumWidth(460)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(0)
        column.addWidget(Label(theme, "Settings", "headline"))
        column.addSpacing(16)
        column.addLayout(self._build_look(view))
        self._add_rule(column)
        column.addLayout(self._build_units(view))
        self._add_rule(column)
        column.addLayout(self._build_worker(view))
        self._add_rule(column)
        column.addLayout(self._build_http(view, may_listen))
        column.addStretch(1)
        column.addSpacing(20)
        column.addLayout(self._build_buttons())
        self.prefetch_input.setFocus()

    @staticmethod
    def _add_rule(column: QVBoxLayout) -> None:
        column.addSpacing(16)
        column.addWidget(Rule())
        column.addSpacing(16)

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

    def _build_worker(self, view: SettingsView) -> QGridLayout:
        grid = self._section("Worker")
        grid.setColumnStretch(1, 1)
        self.prefetch = LabelledField(self._theme, "&Prefetch: workouts fetched at a time", QLineEdit())
        self.work = LabelledField(self._theme, "Simulated &work: seconds each, optional", QLineEdit())
        self.prefetch_input.setText(str(view.prefetch))
        self.work_input.setText(view.simulated_work)
        self.work_input.setPlaceholderText("none, or 0.5:2.5")
        grid.addWidget(self.prefetch, 1, 0)
        grid.addWidget(self.work, 1, 1)
        return grid

    def _build_http(self, view: SettingsView, may_listen: bool) -> QGridLayout:
        grid = self._section("HTTP endpoint")
        self.http = QCheckBox("Accept workouts by &HTTP from programs on this computer")
        self.http.setFont(self._theme.font("body"))
        self.http.setAccessibleName(self.http.text().replace("&", ""))
        self.http.setChecked(view.http_endpoint)
        self.http.setEnabled(may_listen)
        self.http.toggled.connect(self._on_http_toggled)
        self.port = LabelledField(self._theme, "P&ort", QLineEdit(str(view.http_port)))
        self.port_input.setMaximumWidth(96)
        self.port_input.textChanged.connect(self._on_http_toggled)
        self.http_status = Label(self._theme, "", "small", "second")
        grid.addWidget(self.http, 1, 0)
        grid.addWidget(self.port, 1, 1, 2, 1)
        grid.addWidget(self.http_status, 2, 0, Qt.AlignmentFlag.AlignTop)
        self._on_http_toggled()
        return grid

    @property
    def port_input(self) -> QLineEdit:
        return cast(QLineEdit, self.port.control)

    @Slot()
    def _on_http_toggled(self) -> None:
        on = self.http.isChecked()
        self.port_input.setEnabled(on)
        self.http_status.setText(f"POST http://127.0.0.1:{self.port_input.text().strip()}/workout" if on else "Off")

    @property
    def prefetch_input(self) -> QLineEdit:
        return cast(QLineEdit, self.prefetch.control)

    @property
    def work_input(self) -> QLineEdit:
        return cast(QLineEdit, self.work.control)

    def _build_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        cancel = Button(self._theme, "Cancel")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self.save = Button(self._theme, "Save", role="default")
        self.save.setDefault(True)
        self.save.clicked.connect(self._on_save)
        row.addWidget(cancel)
        row.addWidget(self.save)
        return row

    def _prefetch(self) -> int | None:
        text = self.prefetch_input.text().strip()
        self.prefetch.show_error("")
        try:
            return check_prefetch(int(text))
        except ValueError:
            self.prefetch.show_error("Prefetch is a whole number, such as 500.")
        except SettingError as error:
            self.prefetch.show_error(str(error))
        return None

    def _work(self) -> str | None:
        text = self.work_input.text().strip()
        self.work.show_error("")
        try:
            return parse_work_span(text).text() if text else ""
        except SettingError as error:
            self.work.show_error(str(error))
        return None

    def _port(self) -> int | None:
        self.port.show_error("")
        try:
            return check_http_port(int(self.port_input.text().strip()))
        except ValueError:
            self.port.show_error("A port is a whole number.")
        except SettingError as error:
            self.port.show_error(str(error))
        return None

    @Slot()
    def _on_save(self) -> None:
        prefetch, work, port = self._prefetch(), self._work(), self._port()
        if prefetch is None or work is None or port is None:
            wrong = self.prefetch_input if prefetch is None else self.work_input if work is None else self.port_input
            self.port_input.setEnabled(self.port_input.isEnabled() or port is None)
            wrong.setFocus()
            self.adjustSize()
            return
        view = SettingsView(
            theme=cast(Mode, self.theme_choice.value),
            distance_unit="mi" if self.distance.value == "mi" else "km",
            weight_unit="lb" if self.weight.value == "lb" else "kg",
            prefetch=prefetch,
            simulated_work=work,
            http_endpoint=self.http.isChecked(),
            http_port=port,
        )
        self.settings_chosen.emit(view)
        self.accept()
