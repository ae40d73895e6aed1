"""What the columns of a table are read as: guessed, shown, and changed by the user."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QWidget

from core.files.headers import FileHeader
from core.parsing.column_names import DATE, END, TIME
from core.parsing.table_columns import SET, ColumnChoice
from gui.dialogs.controls import add_answers
from gui.theme.theme import Theme
from gui.widgets import Dialog, ElidedLabel, Label

WIDTH_PX = 620
NAME_PX = 220
LEFT_OUT = "Left out"
# What a column may be, as it is said.
FIELDS: Mapping[str, str] = {
    "": LEFT_OUT,
    "userId": "Athlete",
    "type": "Sport",
    "timestamp": "Start",
    DATE: "Start: date",
    TIME: "Start: time of day",
    END: "End",
    "duration": "Duration",
    "distance": "Distance",
    "elevationGain": "Ascent",
    "avgHeartRate": "Average heart rate",
    "maxHeartRate": "Highest heart rate",
    "avgPower": "Average power",
    "cadence": "Cadence",
    "rpe": "Effort (RPE)",
    "weightKg": "Body weight",
    "title": "Title",
    "notes": "Notes",
    "id": "Id of the workout",
    "revision": "Revision",
    f"{SET}exercise": "Set: exercise",
    f"{SET}reps": "Set: repetitions",
    f"{SET}weight": "Set: weight",
    f"{SET}meters": "Set: distance",
    f"{SET}seconds": "Set: seconds",
    f"{SET}rpe": "Set: effort",
    f"{SET}note": "Set: note",
    f"{SET}kind": "Set: kind (warm-up, drop)",
    f"{SET}superset": "Set: superset",
    f"{SET}weight unit": "Set: unit of the weight",
    f"{SET}meters unit": "Set: unit of the distance",
}
# Units of numbers that say none, the usual one first; the value is what a choice has.
UNITS: Mapping[str, Mapping[str, str]] = {
    "duration": {"min": "min", "s": "s", "h": "h", "d": "days", "h:mm": "h:mm", "m:ss": "m:ss"},
    "distance": {"km": "km", "m": "m", "mi": "mi", "yd": "yd"},
    "elevationGain": {"m": "m", "ft": "ft"},
    "weightKg": {"kg": "kg", "lb": "lb"},
    f"{SET}weight": {"kg": "kg", "lb": "lb"},
    f"{SET}meters": {"m": "m", "km": "km", "mi": "mi", "yd": "yd"},
    "timestamp": {"": "local", "utc": "UTC"},
}


class ColumnRow:
    """The controls of one column."""

    def __init__(self, theme: Theme, name: str, choice: ColumnChoice) -> None:
        self._guessed = choice
        self.label = ElidedLabel(theme, name or "(no name)")
        self.field, self.unit = QComboBox(), QComboBox()
        self.field.setAccessibleName(f"{name} is")
        self.unit.setAccessibleName(f"Unit of {name}")
        for control in (self.field, self.unit):
            control.setFont(theme.font("body"))
        for field, words in FIELDS.items():
            self.field.addItem(words, field)
        self.field.setCurrentIndex(max(0, self.field.findData(choice.field)))
        self.field.currentIndexChanged.connect(self._show_units)
        self._show_units()

    @property
    def choice(self) -> ColumnChoice:
        """An unchanged one is as it was guessed."""
        field = str(self.field.currentData())
        unit = str(self.unit.currentData() or "")
        if field == self._guessed.field and unit == (self._guessed.unit or ""):
            return self._guessed
        return ColumnChoice(field, unit or None)

    def _show_units(self) -> None:
        field = str(self.field.currentData())
        units = UNITS.get(field, {})
        guessed = self._guessed.unit if field == self._guessed.field else None
        self.unit.clear()
        if guessed not in units and units:
            self.unit.addItem("as written", guessed or "")
        for unit, words in units.items():
            self.unit.addItem(words, unit)
        self.unit.setCurrentIndex(max(0, self.unit.findData(guessed or "")))
        self.unit.setVisible(bool(units))


class ColumnsDialog(Dialog):
    """Emits the choices for a header, one a column."""

    columns_chosen = Signal(str, object)  # key of the header, choices

    def __init__(
        self, theme: Theme, header: FileHeader, choices: Sequence[ColumnChoice], parent: QWidget | None = None
    ) -> None:
        """`choices`: those of the last time, or the guessed ones."""
        super().__init__(theme, "Columns", width_px=WIDTH_PX, parent=parent)
        self._header = header
        note = Label(theme, "What each column of the table is. It is remembered for tables with the same columns.")
        note.setWordWrap(True)
        self.body.addWidget(note)
        self.body.addSpacing(12)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        self.rows = [ColumnRow(theme, name, choice) for name, choice in zip(header.names, choices, strict=True)]
        for number, row in enumerate(self.rows):
            theme.fix_size(row.label, width_px=NAME_PX)
            grid.addWidget(row.label, number, 0)
            grid.addWidget(row.field, number, 1)
            grid.addWidget(row.unit, number, 2)
        self.body.addLayout(grid)
        self.foot.addStretch(1)
        self.use = add_answers(self.foot, self, theme, "Use")
        self.use.clicked.connect(self._on_use)

    @Slot()
    def _on_use(self) -> None:
        choices = tuple(row.choice for row in self.rows)
        self.accept()
        self.columns_chosen.emit(self._header.key, choices)
