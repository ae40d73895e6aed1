"""The import as a person does it: files, preview, columns, sending, report."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.workouts.model import Workout
from gui.dialogs.import_dialog import ImportDialog
from gui.forms.formatting import Units
from gui.theme.theme import Theme
from worker.imports.preview import ImportRow, Verdict
from worker.imports.sending import ImportCounts

WORKOUT = Workout(
    athlete="Ana", sport="Running", duration_min=45, distance_km=9, started_at=datetime(2025, 12, 1, 10, tzinfo=UTC)
)
ROWS = [
    ImportRow(0, "a.csv", "2", Verdict.READY, "", WORKOUT),
    ImportRow(1, "a.csv", "3", Verdict.UNLIKELY, "distance: 99 km/h is unusual", WORKOUT),
    ImportRow(2, "a.csv", "4", Verdict.STORED, "the same workout", WORKOUT),
    ImportRow(3, "a.csv", "5", Verdict.WRONG, "duration: Type a duration"),
]


def make_dialog(theme: Theme, qtbot: QtBot) -> ImportDialog:
    dialog = ImportDialog(theme, units=Units(), zone=UTC)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def read_dialog(theme: Theme, qtbot: QtBot) -> ImportDialog:
    dialog = make_dialog(theme, qtbot)
    dialog.restart(("/x/a.csv",), has_columns=True)
    dialog.add_rows(ROWS[:2], ["a.csv: read as CSV"], finished=False)
    dialog.add_rows(ROWS[2:], [], finished=True)
    return dialog


def test_that_nothing_can_be_imported_before_all_was_read(theme: Theme, qtbot: QtBot) -> None:
    dialog = make_dialog(theme, qtbot)
    assert not dialog.import_button.isEnabled()
    assert not dialog.columns_button.isEnabled()
    dialog.restart(("/x/a.csv", "/y/b.fit"), has_columns=False)
    dialog.add_rows(ROWS[:2], ["a.csv: read as CSV"], finished=False)
    assert dialog.summary.text() == "Reading… 2 rows: 1 ready, 1 unlikely"
    assert dialog.progress.isVisible()
    assert not dialog.import_button.isEnabled()
    dialog.add_rows(ROWS[2:], [], finished=True)
    assert dialog.import_button.isEnabled()
    assert dialog.files.text() == "2 files: a.csv, b.fit"


def test_that_every_row_has_a_verdict_and_is_counted(theme: Theme, qtbot: QtBot) -> None:
    dialog = read_dialog(theme, qtbot)
    assert dialog.summary.text() == "4 rows: 1 ready, 1 unlikely, 1 stored already, 1 wrong."
    verdict = dialog.model.place_of("Verdict")
    assert [dialog.model.index(number, verdict).data() for number in range(4)] == [
        "ready",
        "unlikely: distance: 99 km/h is unusual",
        "stored already: the same workout",
        "wrong: duration: Type a duration",
    ]
    assert dialog.guesses.text() == "a.csv: read as CSV"


def test_that_all_that_is_said_of_the_current_row_is_read_below(theme: Theme, qtbot: QtBot) -> None:
    dialog = make_dialog(theme, qtbot)
    assert dialog.empty.isVisible()
    assert not dialog.table.isVisible()
    assert dialog.choose_button.isDefault()
    dialog.restart(("/x/a.csv",), has_columns=True)
    dialog.add_rows(ROWS, [], finished=True)
    assert dialog.table.isVisible()
    assert not dialog.empty.isVisible()
    assert dialog.import_button.isDefault()
    assert dialog.reason.text() == ""
    qtbot.keyClick(dialog.table, Qt.Key.Key_End)
    assert dialog.reason.text() == "Row 5, wrong: duration: Type a duration"
    dialog.restart((), has_columns=False)
    assert dialog.reason.text() == ""


def test_that_rows_are_left_out_and_taken_along_by_keys(theme: Theme, qtbot: QtBot) -> None:
    dialog = read_dialog(theme, qtbot)
    assert bytes(dialog.model.chosen) == b"\1\1\0\0"
    assert dialog.import_button.text() == "&Import 2"
    dialog.table.setFocus()
    qtbot.keyClick(dialog.table, Qt.Key.Key_Space)
    assert bytes(dialog.model.chosen) == b"\0\1\0\0"
    qtbot.keyClick(dialog.table, Qt.Key.Key_End)
    qtbot.keyClick(dialog.table, Qt.Key.Key_Space)  # what is wrong stays
    assert bytes(dialog.model.chosen) == b"\0\1\0\0"
    qtbot.keyClick(dialog.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert not dialog.import_button.isEnabled()
    qtbot.keyClick(dialog.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert bytes(dialog.model.chosen) == b"\1\1\1\0"


def test_that_the_report_counts_every_row(theme: Theme, qtbot: QtBot) -> None:
    dialog = read_dialog(theme, qtbot)
    with qtbot.waitSignal(dialog.import_requested) as requested:
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert requested.args == [b"\1\1\0\0"]
    assert not dialog.athlete.isEnabled()
    dialog.show_sent(ImportCounts(accepted=1, left_out=2))
    assert dialog.summary.text() == "1 sent, 3 of 4 rows."
    dialog.show_report(ImportCounts(1, 1, 2, 1, "too long"), stopped=False)
    assert dialog.summary.text() == ("Of 4 rows: 1 sent (1 of them known already), 2 left out, 1 refused (too long).")
    assert dialog.cancel_button.text() == "Close"


def test_that_what_was_not_reached_is_counted_too(theme: Theme, qtbot: QtBot) -> None:
    dialog = read_dialog(theme, qtbot)
    dialog.show_report(ImportCounts(accepted=1), stopped=True, problem="The disk is full.")
    assert dialog.summary.text() == "The disk is full. Stopped. Of 4 rows: 1 sent, 0 left out, 3 not reached."


def test_that_another_athlete_reads_the_files_again(theme: Theme, qtbot: QtBot) -> None:
    dialog = read_dialog(theme, qtbot)
    dialog.athlete.line.setFocus()
    qtbot.keyClicks(dialog.athlete.line, "Bo")
    with qtbot.waitSignal(dialog.read_again_requested):
        qtbot.keyClick(dialog.athlete.line, Qt.Key.Key_Return)
