"""The line of the Athletes workspace in the registry. Qt-free."""

from __future__ import annotations

from gui.frame.workspace_entry import WorkspaceEntry

ATHLETES = WorkspaceEntry(
    "athletes",
    "Athletes",
    "account-multiple-outline",
    "gui.workspaces.athletes.controller:AthletesController",
)
