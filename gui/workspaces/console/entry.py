"""The Console's line of the registry. Qt-free."""

from __future__ import annotations

from gui.frame.workspace_entry import EditWorkout, KeyHint, WorkspaceEntry

CONSOLE = WorkspaceEntry(
    "console",
    "Console",
    "view-dashboard-outline",
    "gui.workspaces.console.controller:ConsoleController",
    keys=(
        KeyHint("Enter", "send the workout and begin the next one"),
        KeyHint("Esc", "clear the form"),
        KeyHint("Down", "in Start: now, an hour ago, yesterday, or pick a day; in Sport: all sports"),
        KeyHint("Alt+U", "take what a question of the form suggests"),
        KeyHint("Ctrl+Z", "bring back what was cleared or replaced"),
        KeyHint("Alt+1", "use the last workout again; Alt+2 and Alt+3 the ones before"),
        KeyHint("Ctrl+C", "copy the chosen receipt"),
        KeyHint("R", "repair the chosen receipt"),
    ),
    handles=(EditWorkout,),
)
