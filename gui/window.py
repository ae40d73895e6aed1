"""Builds the window and what is in it. Nothing is connected here to threads or files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from typing import TYPE_CHECKING

from core.receipts import ReceiptBook
from gui.charts.export import ChartExporter
from gui.console.form import WorkoutForm
from gui.console.receipts import ReceiptsPanel
from gui.console.workspace import ConsoleWorkspace
from gui.main_window import KeyHint, MainWindow, Workspace
from gui.options import DEMO_RATE_PER_S, Options
from gui.theme import Theme

if TYPE_CHECKING:
    from gui.demo.load_bar import LoadBar

CONSOLE = "console"
_KEYS = (
    KeyHint("Enter", "send the workout and begin the next one"),
    KeyHint("Esc", "clear the form"),
    KeyHint("Ctrl+Z", "bring back what was cleared"),
    KeyHint("Alt+1", "send again: the last workout, then Alt+2, Alt+3"),
    KeyHint("Ctrl+C", "copy the id of the chosen receipt"),
    KeyHint("R", "repair the chosen receipt"),
)


@dataclass(frozen=True)
class WindowParts:
    """What the controller talks to."""

    window: MainWindow
    console: ConsoleWorkspace
    form: WorkoutForm
    receipts: ReceiptsPanel
    exporter: ChartExporter
    load_bar: LoadBar | None


def _load_bar(theme: Theme) -> LoadBar:
    from gui.demo.load_bar import LoadBar  # only a demonstration has one

    return LoadBar(theme, DEMO_RATE_PER_S)


def build_window(theme: Theme, options: Options, *, now_ms: Callable[[], int], zone: tzinfo) -> WindowParts:
    form = WorkoutForm(theme, now_ms=now_ms, zone=zone)
    receipts = ReceiptsPanel(theme, ReceiptBook(), now_ms=now_ms, zone=zone)
    exporter = ChartExporter()
    load_bar = _load_bar(theme) if options.demo else None
    console = ConsoleWorkspace(theme, form, receipts, load_bar)
    workspaces = [Workspace(CONSOLE, "Console", "view-dashboard-outline", console, keys=_KEYS)]
    window = MainWindow(theme, workspaces, title="Paceline demo" if options.demo else "Paceline")
    exporter.setParent(window)
    if options.size is not None:
        window.resize(*options.size)
    return WindowParts(window, console, form, receipts, exporter, load_bar)
