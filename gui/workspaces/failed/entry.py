"""The line of the Failed workspace in the registry. Qt-free."""

from __future__ import annotations

from gui.frame.workspace_entry import RepairWorkout, ShowFailed, WorkspaceEntry

FAILED = WorkspaceEntry(
    "failed",
    "Failed",
    "alert-outline",
    "gui.workspaces.failed.controller:FailedController",
    handles=(RepairWorkout, ShowFailed),
    count=lambda state: state.failed,
)
