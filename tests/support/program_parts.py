"""The parts of a running console that tests look at and press."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import QWidget

from gui.frame.main_window import MainWindow
from gui.startup.session import Session
from gui.workspaces.athletes.workspace import AthletesWorkspace
from gui.workspaces.console.form.form import WorkoutForm
from gui.workspaces.console.receipts.panel import ReceiptsPanel
from gui.workspaces.console.workspace import ConsoleWorkspace
from gui.workspaces.demo.workspace import DemoWorkspace
from gui.workspaces.failed.workspace import FailedWorkspace
from gui.workspaces.pipeline.workspace import PipelineWorkspace

WidgetT = TypeVar("WidgetT", bound=QWidget)


class ProgramParts:
    """A workspace that is asked for is built, if it is not yet."""

    def __init__(self, session: Session) -> None:
        self._workspaces = session.controller.workspaces
        self.window: MainWindow = session.window

    @property
    def built(self) -> set[str]:
        return set(self._workspaces.built)

    @property
    def console(self) -> ConsoleWorkspace:
        return self._widget("console", ConsoleWorkspace)

    @property
    def athletes(self) -> AthletesWorkspace:
        return self._widget("athletes", AthletesWorkspace)

    @property
    def pipeline(self) -> PipelineWorkspace:
        return self._widget("pipeline", PipelineWorkspace)

    @property
    def failed(self) -> FailedWorkspace:
        return self._widget("failed", FailedWorkspace)

    @property
    def form(self) -> WorkoutForm:
        return self.console.form

    @property
    def receipts(self) -> ReceiptsPanel:
        return self.console.receipts

    @property
    def demo(self) -> DemoWorkspace:
        return self._widget("demo", DemoWorkspace)

    def _widget(self, key: str, kind: type[WidgetT]) -> WidgetT:
        widget = self._workspaces.build(key).widget
        assert isinstance(widget, kind)
        return widget
