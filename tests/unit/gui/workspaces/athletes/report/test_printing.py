"""The report of an athlete as a file and on paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from core.achievements.progress import WorkoutEntry, evaluate_all
from core.achievements.rules import default_rules
from core.athletes.page import page_of
from gui.forms.formatting import Units
from gui.theme.theme import Theme
from gui.workspaces.athletes.report.content import Report, report_of
from gui.workspaces.athletes.report.printing import ReportPrinting, pdf_of
from tests.support.entries import TODAY, entry
from tests.support.pdf_text import page_count, pdf_text

WEEKS = 60
LONGEST_NAME = "Maximiliane-Alexandrina von Hohenstaufen-Sonderburg-Glücksburg X"


def report(
    entries: Sequence[WorkoutEntry], *, name: str = "Ana Ruiz", line: str = "Running", units: Units | None = None
) -> Report:
    rules = default_rules()
    earned = evaluate_all(rules, sorted(entries)).earned
    return report_of(page_of(name, entries, (), earned, TODAY, rules), "week", line, units or Units())


def busy() -> list[WorkoutEntry]:
    """Every week a run of 10 km, the last one today, and a long sport's name."""
    runs = [entry(TODAY - timedelta(weeks=week), km=10, minutes=48, kcal=600) for week in range(WEEKS)]
    return [*runs, entry(TODAY, hour=18, sport="Synchronised swimming in the cold water of a lake " + "x" * 14)]


def test_that_its_texts_can_be_searched_in_the_file(theme: Theme) -> None:
    pdf = pdf_of(theme, report(busy(), line="Running, 61.5 kg, since November 2024"))
    lines = pdf_text(pdf).splitlines()
    for text in (
        "Ana Ruiz",
        "Running, 61.5 kg, since November 2024",
        "week 50 until today, change from week 49",
        "Workouts",
        "700",  # kcal of this week
        "Distance by week",
        "Records",
        "48:00",  # of 10 km
        "Half",
        "none yet",
        "100 km Club",
        "Last workouts",
        "12 Dec",
        "10.0 km",
        "0:48 h",
        "as of 12 Dec 2025",
    ):
        assert any(text in line for line in lines), text
    assert page_count(pdf) == 1


@pytest.mark.parametrize("entries", [[], [entry(km=5)], busy()], ids=["none", "one", "many"])
@pytest.mark.parametrize("name", ["Ana", LONGEST_NAME, "Łukasz Żółć"])
def test_that_it_is_one_page_with_a_name_that_fits(theme: Theme, name: str, entries: list[WorkoutEntry]) -> None:
    pdf = pdf_of(theme, report(entries, name=name))
    first = pdf_text(pdf).splitlines()[0]
    assert page_count(pdf) == 1
    assert first == name or (name == LONGEST_NAME and first.startswith("Maximiliane-Alexandrina von Hohen"))


def test_that_amounts_are_in_the_units_of_the_settings(theme: Theme) -> None:
    text = pdf_text(pdf_of(theme, report(busy(), units=Units("mi", "lb"))))
    assert "6.21 mi" in text or "6.2 mi" in text
    assert "10.0 km" not in text


def test_that_it_is_printed_on_one_page(theme: Theme, qtbot: QtBot, tmp_path: Path) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    printing = ReportPrinting(theme, report(busy()), window)
    said: list[str] = []
    printing.printed.connect(said.append)
    printing.open()
    qtbot.waitUntil(printing.dialog.isVisible)
    assert printing.dialog.windowTitle() == "Print the report"
    target = tmp_path / "page.pdf"
    printing.printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printing.printer.setOutputFileName(str(target))
    printing.print()
    printing.dialog.reject()
    assert said == [f"Printed to {target}."]
    assert page_count(target.read_bytes()) == 1
    assert "Ana Ruiz" in pdf_text(target.read_bytes())


@pytest.mark.qt_log_ignore("QPainter::begin")
def test_that_a_printer_that_takes_nothing_is_named(theme: Theme, qtbot: QtBot, tmp_path: Path) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    printing = ReportPrinting(theme, report([]), window)
    said: list[str] = []
    printing.failed.connect(said.append)
    printing.printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printing.printer.setOutputFileName(str(tmp_path / "no such folder" / "page.pdf"))
    printing.print()
    printing.dialog.deleteLater()
    assert said == ["The printer did not take the report."]
