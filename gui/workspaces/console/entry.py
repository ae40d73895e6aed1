"""The Console's line of the registry. Qt-free."""

from __future__ import annotations

from gui.frame.workspace_entry import CorrectWorkout, EditWorkout, NewWorkout, UseAgain, WorkspaceEntry

CONSOLE = WorkspaceEntry(
    "console",
    "Console",
    "view-dashboard-outline",
    "gui.workspaces.console.controller:ConsoleController",
    handles=(EditWorkout, NewWorkout, CorrectWorkout, UseAgain),
    plays=True,
)
