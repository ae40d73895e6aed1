"""Import: the files, a preview with a verdict for each row, and the report of what was sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import tzinfo
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QProgressBar, QWidget
from typing_extensions import override

from gui.dialogs.controls import TextField
from gui.dialogs.import_rows import counts_text, import_columns, report_text, verdict_text
from gui.forms.formatting import Units
from gui.theme.theme import Theme
from gui.widgets import Button, Dialog, ElidedLabel, Label
from gui.widgets.painted_table import HEAD_PX, PaintedTable
from gui.widgets.table_model import NO_PARENT, TableModel
from worker.imports.preview import SENT, ImportRow, Verdict
from worker.imports.sending import ImportCounts

WIDTH_PX = 980
ROW_PX, ROWS_SHOWN = 26, 10
TABLE_PX = HEAD_PX + 2 + ROW_PX * ROWS_SHOWN
NARROW_PX = 780  # of the table
MOST_SHOWN = 100_000  # rows; those behind have their verdicts, too
EMPTY = "CSV, XLSX, JSON, and recordings: FIT, GPX, TCX."
EMPTY_MORE = "Exports of Strava, Garmin Connect, Hevy and Strong are read as they are."
PATTERNS = "Workouts (*.csv *.tsv *.xlsx *.fit *.gpx *.tcx *.json *.jsonl *.ndjson);;All files (*)"


class ImportModel(TableModel[ImportRow]):
    """Main thread. Shows the first rows, and knows of every row whether it is to be sent."""

    def __init__(self, units: Units, zone: tzinfo, *, several: bool) -> None:
        super().__init__(import_columns(self.is_chosen, units, zone, several=several))
        self.rows: list[ImportRow] = []
        self.chosen = bytearray()

    @override
    def count(self) -> int:
        return len(self.rows)

    @override
    def row(self, number: int) -> ImportRow | None:
        return self.rows[number] if 0 <= number < len(self.rows) else None

    @override
    def tip(self, row: ImportRow) -> str:
        return row.reason

    @override
    def toggle(self, number: int) -> None:
        row = self.rows[number]
        if row.workout is not None:
            self.chosen[row.number] ^= 1
            self.emit_changed()

    def toggle_all(self) -> None:
        """Leave all out that is shown, or none of what can be sent."""
        is_any = any(self.chosen)
        for row in self.rows:
            self.chosen[row.number] = not is_any and row.workout is not None
        self.emit_changed()

    def is_chosen(self, row: ImportRow) -> bool:
        return bool(self.chosen[row.number])

    def add(self, rows: Sequence[ImportRow]) -> None:
        self.chosen.extend(row.verdict in SENT for row in rows)
        shown = rows[: max(0, MOST_SHOWN - len(self.rows))]
        if shown:
            self.beginInsertRows(NO_PARENT, len(self.rows), len(self.rows) + len(shown) - 1)
            self.rows += shown
            self.endInsertRows()


class ImportTable(PaintedTable[ImportRow]):
    """Space leaves a row out or takes it along, Ctrl+A all."""

    chosen_changed = Signal()

    def __init__(self, theme: Theme, model: ImportModel, parent: QWidget | None = None) -> None:
        super().__init__(theme, model, "Rows of the import", row_px=ROW_PX, narrow_px=NARROW_PX, parent=parent)
        model.setParent(self)
        self.all_toggled.connect(model.toggle_all)
        model.dataChanged.connect(self.chosen_changed)


class ImportDialog(Dialog):
    """Shows what is read in the background. `Import` is enabled when all was read and something is chosen."""

    files_chosen = Signal(object)  # paths, in place of those before
    read_again_requested = Signal()  # athlete or sport have changed
    columns_requested = Signal()
    import_requested = Signal(object)  # bytes: 1 for each row to be sent

    def __init__(self, theme: Theme, *, units: Units, zone: tzinfo, parent: QWidget | None = None) -> None:
        super().__init__(theme, "Import workouts", width_px=WIDTH_PX, parent=parent)
        self._units, self._zone = units, zone
        self.counts: Counter[Verdict] = Counter()
        self.is_sending = False
        self.files = ElidedLabel(theme, "", "medium", middle=True)
        self.choose_button = Button(theme, "Choose &files…", "file-document-outline")
        self.columns_button = Button(theme, "&Columns…")
        self.athlete = TextField(theme, "&Athlete of rows that say none", example="anonymous")
        self.sport = TextField(theme, "&Sport of recorded files that say none", example="as the file says")
        self.empty = Label(theme, f"{EMPTY}\n{EMPTY_MORE}", "body", "second")
        self.reason = ElidedLabel(theme, "", "body")
        self.reason.set_two_lines(True)
        self.summary = Label(theme, "", "medium")
        self.summary.setWordWrap(True)
        self.guesses = Label(theme, "", "small", "second")
        self.guesses.setWordWrap(True)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("Progress of the import")
        self.cancel_button = Button(theme, "Cancel")
        self.import_button = Button(theme, "&Import", role="default")
        self._table_place = QHBoxLayout()
        self._build()
        self.restart((), has_columns=False)
        self.choose_button.clicked.connect(self._on_choose)
        self.columns_button.clicked.connect(self.columns_requested)
        self.athlete.line.editingFinished.connect(self._on_edited)
        self.sport.line.editingFinished.connect(self._on_edited)
        self.cancel_button.clicked.connect(self.reject)
        self.import_button.clicked.connect(self._on_import)
        self._edited = ("", "")

    def _build(self) -> None:
        files = QHBoxLayout()
        files.setSpacing(8)
        files.addWidget(self.files, 1)
        files.addWidget(self.columns_button)
        files.addWidget(self.choose_button)
        fields = QHBoxLayout()
        fields.setSpacing(12)
        fields.addWidget(self.athlete, 1)
        fields.addWidget(self.sport, 1)
        self.body.setSpacing(10)
        self.body.addLayout(files)
        self.body.addLayout(fields)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setProperty("role", "panel")
        self._theme.fix_size(self.empty, height_px=TABLE_PX)
        self.body.addWidget(self.empty)
        self.body.addLayout(self._table_place)
        self.body.addWidget(self.reason)
        self.body.addWidget(self.summary)
        self.body.addWidget(self.guesses)
        self.body.addWidget(self.progress)
        self.foot.addStretch(1)
        self.foot.addWidget(self.cancel_button)
        self.foot.addWidget(self.import_button)
        for button in (self.cancel_button, self.choose_button, self.columns_button):
            button.setAutoDefault(False)

    # --- display ---------------------------------------------------------------------------------------------------

    def restart(self, paths: Sequence[str], *, has_columns: bool) -> None:
        """Begin anew with these files."""
        self.counts = Counter()
        self.is_sending = False
        self._said: list[str] = []
        self.model = ImportModel(self._units, self._zone, several=len(paths) > 1)
        if (old := self._table_place.takeAt(0)) is not None and (widget := old.widget()) is not None:
            widget.deleteLater()
        self.table = ImportTable(self._theme, self.model)
        self.table.setProperty("role", "panel")
        self._theme.fix_size(self.table, height_px=TABLE_PX)
        self.table.chosen_changed.connect(self._show_count)
        self.table.selectionModel().currentRowChanged.connect(self._show_reason)
        self._table_place.addWidget(self.table)
        self.setTabOrder(self.sport.line, self.table)
        (self.import_button if paths else self.choose_button).setDefault(True)  # what Enter does next
        self.table.setVisible(bool(paths))
        self.empty.setVisible(not paths)
        self.reason.setText("")
        names = ", ".join(Path(path).name for path in paths)
        self.files.setText(names if len(paths) < 2 else f"{len(paths)} files: {names}")
        if not paths:
            self.files.setText("No file chosen: choose some, or drop them on the window.")
        self.columns_button.setEnabled(has_columns)
        self.guesses.setText("")
        self.progress.setVisible(bool(paths))
        self.progress.setRange(0, 0)
        self.import_button.setText("&Import")
        self.import_button.setEnabled(False)
        self.cancel_button.setText("Cancel")
        self.summary.setText("Reading…" if paths else "")

    def add_rows(self, rows: Sequence[ImportRow], said: Sequence[str], *, finished: bool) -> None:
        self.model.add(rows)
        self.counts.update(row.verdict for row in rows)
        self._said += said[: max(0, 3 - len(self._said))]
        self.guesses.setText("\n".join(self._said))
        self.summary.setText(counts_text(self.counts, finished=finished))
        self.progress.setVisible(not finished)
        if finished:
            self._show_count()
            if not self.table.currentIndex().isValid():
                self.table.setCurrentIndex(self.model.index(0, 1))

    def show_sent(self, counts: ImportCounts) -> None:
        self.progress.setValue(counts.rows)
        self.summary.setText(f"{counts.accepted:,} sent, {counts.rows:,} of {self.total:,} rows.")

    def show_report(self, counts: ImportCounts, *, stopped: bool, problem: str = "") -> None:
        self.is_sending = False
        self.progress.setVisible(False)
        report = report_text(counts, self.total, stopped=stopped)
        self.summary.setText(f"{problem} {report}".strip())
        self.import_button.setVisible(False)
        self.cancel_button.setText("Close")
        self.cancel_button.setFocus()

    @property
    def total(self) -> int:
        """Rows of all files."""
        return sum(self.counts.values())

    # --- what the user does ------------------------------------------------------------------------------------------

    @Slot()
    def _show_count(self) -> None:
        count = sum(self.model.chosen)
        self.import_button.setText(f"&Import {count:,}" if count else "&Import")
        self.import_button.setEnabled(count > 0 and not self.progress.isVisibleTo(self))

    @Slot()
    def _show_reason(self) -> None:
        """All of what is said of the current row: its column is too narrow for most reasons."""
        row = self.model.row(self.table.currentIndex().row())
        place = "" if row is None else f"Row {row.place}, " if row.place else ""
        self.reason.setText(f"{place}{verdict_text(row)}" if row is not None and row.reason else "")

    @Slot()
    def _on_choose(self) -> None:
        paths, _kind = QFileDialog.getOpenFileNames(self, "Files to import", "", PATTERNS)
        if paths:
            self.files_chosen.emit(tuple(paths))

    @Slot()
    def _on_edited(self) -> None:
        edited = (self.athlete.text, self.sport.text)
        if edited != self._edited and not self.is_sending:
            self._edited = edited
            self.read_again_requested.emit()

    @Slot()
    def _on_import(self) -> None:
        self.is_sending = True
        self.import_button.setEnabled(False)
        self.cancel_button.setText("Stop")
        for control in (self.choose_button, self.columns_button, self.athlete, self.sport, self.table):
            control.setEnabled(False)
        self.progress.setRange(0, max(1, self.total))
        self.progress.setValue(0)
        self.progress.setVisible(True)
        self.import_requested.emit(bytes(self.model.chosen))
