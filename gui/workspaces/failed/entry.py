"""The line of the Failed workspace in the registry. Qt-free."""

from __future__ import annotations

from gui.frame.workspace_entry import KeyHint, RepairWorkout, WorkspaceEntry

FAILED = WorkspaceEntry(
    "failed",
    "Failed",
    "alert-outline",
    "gui.workspaces.failed.controller:FailedController",
    keys=(
        KeyHint("Space", "select the message; Ctrl+A selects all that match"),
        KeyHint("Enter", "repair the message; in its form: send it repaired"),
        KeyHint("Ctrl+Enter", "send the repaired raw body"),
        KeyHint("R", "retry the selected messages: send the stored bodies again, unchanged"),
        KeyHint("Del", "discard the selected messages, after a question"),
        KeyHint("Esc", "back to the list; there: select none"),
    ),
    handles=(RepairWorkout,),
    count=lambda state: state.failed,
)
