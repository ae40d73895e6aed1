"""The line of the Demo workspace in the registry. Qt-free."""

from __future__ import annotations

from gui.frame.workspace_entry import StartDemo, WorkspaceEntry

DEMO = WorkspaceEntry(
    "demo",
    "Demo",
    "play-circle-outline",
    "gui.workspaces.demo.invitation_controller:make_controller",
    handles=(StartDemo,),
    plays=True,
)
