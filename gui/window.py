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
from gui.failed.workspace import FailedWorkspace
from gui.main_window import KeyHint, MainWindow, Workspace
from gui.options import DEMO_RATE_PER_S, Options
from gui.pipeline.workspace import PipelineWorkspace
from gui.theme import Theme

if TYPE_CHECKING:
    from gui.demo.load_bar import LoadBar

CONSOLE, PIPELINE, FAILED = "console", "pipeline", "failed"
_KEYS = (
    KeyHint("Enter", "send the workout and begin the next one"),
    KeyHint("Esc", "clear the form"),
    KeyHint("Ctrl+Z", "bring back what was cleared"),
    KeyHint("Alt+1", "send again: the last workout, then Alt+2, Alt+3"),
    KeyHint("Ctrl+C", "copy the id of the chosen receipt"),
    KeyHint("R", "repair the chosen receipt"),
)
_PIPELINE_KEYS = (
    KeyHint("Ctrl+F", "search the stored history; Down goes to what was found, Esc back to live"),
    KeyHint("P", "pause the chosen worker, or resume it"),
    KeyHint("D", "let the chosen worker drain the queue and stop"),
    KeyHint("S", "stop the chosen worker, or start it"),
    KeyHint("K", "kill the chosen worker: it gives back what it holds"),
    KeyHint("+", "more messages held at once by the chosen worker; - for fewer"),
)
_FAILED_KEYS = (
    KeyHint("Space", "select the message; Ctrl+A selects all that match"),
    KeyHint("Enter", "repair the message; in its form: send it"),
    KeyHint("Ctrl+Enter", "send the repaired raw body"),
    KeyHint("R", "send the selected messages again as they are"),
    KeyHint("Del", "discard the selected messages, after a question"),
    KeyHint("Esc", "back to the list; there: select none"),
)


@dataclass(frozen=True)
class WindowParts:
    """What the controller talks to."""

    window: MainWindow
    console: ConsoleWorkspace
    form: WorkoutForm
    receipts: ReceiptsPanel
    pipeline: PipelineWorkspace
    failed: FailedWorkspace
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
    pipeline = PipelineWorkspace(theme, now_ms=now_ms, zone=zone)
    failed = FailedWorkspace(theme, now_ms=now_ms, zone=zone)
    workspaces = [
        Workspace(CONSOLE, "Console", "view-dashboard-outline", console, keys=_KEYS),
        Workspace(PIPELINE, "Pipeline", "sitemap-outline", pipeline, pipeline.command_actions, _PIPELINE_KEYS),
        Workspace(FAILED, "Failed", "alert-outline", failed, failed.command_actions, _FAILED_KEYS),
    ]
    window = MainWindow(theme, workspaces, title="Paceline demo" if options.demo else "Paceline")
    exporter.setParent(window)
    if options.workspace is not None:
        window.show_workspace(options.workspace)
    if options.size is not None:
        window.resize(*options.size)
    return WindowParts(window, console, form, receipts, pipeline, failed, exporter, load_bar)
