"""Builds the main window and its workspaces, without connecting them to threads or files.

Only the Console is built before the first paint; the other workspaces when first opened.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from functools import cached_property
from typing import TYPE_CHECKING

from core.live.workout_log import WorkoutLog
from gui.charts.export import ChartExporter
from gui.frame.main_window import KeyHint, MainWindow, Workspace
from gui.options import DEMO_RATE_PER_S, Options
from gui.theme.theme import Theme
from gui.workspaces.console.form.form import WorkoutForm
from gui.workspaces.console.receipts.panel import ReceiptsPanel
from gui.workspaces.console.workspace import ConsoleWorkspace

if TYPE_CHECKING:
    from gui.workspaces.demo.load_bar import LoadBar
    from gui.workspaces.failed.workspace import FailedWorkspace
    from gui.workspaces.pipeline.workspace import PipelineWorkspace

CONSOLE, PIPELINE, FAILED = "console", "pipeline", "failed"
_KEYS = (
    KeyHint("Enter", "send the workout and begin the next one"),
    KeyHint("Esc", "clear the form"),
    KeyHint("Alt+U", "take what a question of the form suggests"),
    KeyHint("Ctrl+Z", "bring back what was cleared"),
    KeyHint("Alt+1", "send again: the last workout, then Alt+2, Alt+3"),
    KeyHint("Ctrl+C", "copy the id of the chosen receipt"),
    KeyHint("R", "repair the chosen receipt"),
)
_PIPELINE_KEYS = (
    KeyHint("Ctrl+F", "search the stored history; Down goes to the rows, Esc back to live"),
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


class WindowParts:
    """The widgets that the controllers use. Main thread."""

    def __init__(self, theme: Theme, options: Options, *, now_ms: Callable[[], int], zone: tzinfo) -> None:
        self._theme, self._now_ms, self.zone = theme, now_ms, zone
        self.form = WorkoutForm(theme, now_ms=now_ms, zone=zone)
        self.workout_log = WorkoutLog()
        self.receipts = ReceiptsPanel(theme, self.workout_log, now_ms=now_ms, zone=zone)
        self.load_bar = _load_bar(theme) if options.demo else None
        self.console = ConsoleWorkspace(theme, self.form, self.receipts, self.load_bar)
        workspaces = [
            Workspace(CONSOLE, "Console", "view-dashboard-outline", self.console, keys=_KEYS),
            Workspace(PIPELINE, "Pipeline", "sitemap-outline"),
            Workspace(FAILED, "Failed", "alert-outline"),
        ]
        self.window = MainWindow(theme, workspaces, title="Paceline demo" if options.demo else "Paceline")
        self.exporter = ChartExporter()
        self.exporter.setParent(self.window)
        if options.workspace is not None:
            self.build(options.workspace)
            self.window.show_workspace(options.workspace)
        if options.size is not None:
            self.window.resize(*options.size)

    @cached_property
    def pipeline(self) -> PipelineWorkspace:
        from gui.workspaces.pipeline.workspace import PipelineWorkspace

        workspace = PipelineWorkspace(self._theme, now_ms=self._now_ms, zone=self.zone)
        self.window.fill(PIPELINE, workspace, workspace.command_actions, _PIPELINE_KEYS)
        return workspace

    @cached_property
    def failed(self) -> FailedWorkspace:
        from gui.workspaces.failed.workspace import FailedWorkspace

        workspace = FailedWorkspace(self._theme, now_ms=self._now_ms, zone=self.zone)
        self.window.fill(FAILED, workspace, workspace.command_actions, _FAILED_KEYS)
        return workspace

    def build(self, key: str) -> None:
        """Build a workspace unless it exists."""
        if key == PIPELINE:
            _ = self.pipeline
        elif key == FAILED:
            _ = self.failed


def _load_bar(theme: Theme) -> LoadBar:
    from gui.workspaces.demo.load_bar import LoadBar  # only a demonstration needs it

    return LoadBar(theme, DEMO_RATE_PER_S)
