"""Builds the other workspaces when they are first opened, and switches from one to another."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.live.workout_log import WorkoutTrace
from gui.controllers.preferences import Preferences
from gui.controllers.window_parts import FAILED, PIPELINE, WindowParts
from gui.host.background_tasks import BackgroundTasks
from gui.host.pipeline_host import PipelineHost

if TYPE_CHECKING:
    from gui.controllers.failed_controller import FailedController
    from gui.controllers.pipeline_controller import PipelineController


class WorkspaceLoader(QObject):
    """Main thread. Workspaces are built after the first paint, one after the other."""

    notice_raised = Signal(str)  # a sentence for the banner
    workout_unknown = Signal(str)  # workout id: not on the failed list, but it was sent from here

    def __init__(
        self,
        parts: WindowParts,
        host: PipelineHost,
        tasks: BackgroundTasks,
        preferences: Preferences,
        *,
        read_only: bool,
        now_ms: Callable[[], int],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._parts, self._host, self._tasks, self._preferences = parts, host, tasks, preferences
        self._read_only, self._now_ms = read_only, now_ms
        self._building = QTimer(self)  # not singleShot: the window may be deleted before it fires
        self._building.setSingleShot(True)
        self._building.timeout.connect(self._on_build_due)
        parts.window.workspace_shown.connect(self._on_workspace_shown)
        parts.receipts.repair_requested.connect(self._on_repair_requested)
        parts.receipts.receipt_opened.connect(self._on_workout_opened)

    @cached_property
    def pipeline(self) -> PipelineController:
        from gui.controllers.pipeline_controller import PipelineController

        workspace = self._parts.pipeline
        workspace.add_charts(self._parts.exporter)
        workspace.set_units(self._preferences.units)
        log = self._parts.workout_log
        controller = PipelineController(workspace, self._host, log, read_only=self._read_only, parent=self)
        controller.repair_requested.connect(self._on_failed_workout)
        return controller

    @cached_property
    def failed(self) -> FailedController:
        from gui.controllers.failed_controller import FailedController

        workspace, now_ms = self._parts.failed, self._now_ms
        workspace.set_units(self._preferences.units)
        controller = FailedController(
            workspace, self._host, self._tasks, read_only=self._read_only, now_ms=now_ms, parent=self
        )
        controller.notice_raised.connect(self.notice_raised)
        controller.workout_unknown.connect(self.workout_unknown)
        controller.failure_found.connect(self._on_failure_found)
        return controller

    def build_soon(self) -> None:
        """Build the workspaces one after the other; key presses are handled in between."""
        self._building.start()

    def stop(self) -> None:
        """At shutdown: build no more workspaces and cancel a running export."""
        self._building.stop()
        if "failed" in vars(self):
            self.failed.stop()

    def apply_preferences(self) -> None:
        """Apply the preferred units to the built workspaces."""
        for workspace in (self._parts.pipeline, self._parts.failed):
            workspace.set_units(self._preferences.units)

    @Slot()
    def _on_build_due(self) -> None:
        if "pipeline" not in vars(self):
            _ = self.pipeline
            self._building.start()
        else:
            self.failed.set_shown(self._parts.window.workspace == FAILED)

    @Slot(str)
    def _on_workspace_shown(self, key: str) -> None:
        if key == PIPELINE:
            _ = self.pipeline
        self.failed.set_shown(key == FAILED)

    @Slot(object)
    def _on_repair_requested(self, receipt: WorkoutTrace) -> None:
        self.failed.find_workout(receipt.workout_id)

    @Slot(str)
    def _on_failed_workout(self, workout_id: str) -> None:
        self.failed.find_workout(workout_id)

    @Slot(str)
    def _on_workout_opened(self, workout_id: str) -> None:
        self.pipeline.open_workout(workout_id)
        self._parts.window.show_workspace(PIPELINE)

    @Slot(str)
    def _on_failure_found(self, _key: str) -> None:
        self._parts.window.show_workspace(FAILED)
