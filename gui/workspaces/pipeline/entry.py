"""The line of the Pipeline workspace in the registry. Qt-free."""

from __future__ import annotations

from gui.frame.view_models import DRAINS
from gui.frame.workspace_entry import KeyHint, OpenWorkout, WorkspaceEntry

PIPELINE = WorkspaceEntry(
    "pipeline",
    "Pipeline",
    "sitemap-outline",
    "gui.workspaces.pipeline.controller:PipelineController",
    keys=(
        KeyHint("Ctrl+F", "search the stored history; Down goes to the rows, Esc back to live"),
        KeyHint("P", "pause the chosen worker, or resume it"),
        KeyHint("D", f"drain: let the chosen worker {DRAINS}"),
        KeyHint("S", "stop the chosen worker, or start it"),
        KeyHint("K", "kill the chosen worker: it gives back what it holds"),
        KeyHint("+", "more messages held at once by the chosen worker; - for fewer"),
    ),
    handles=(OpenWorkout,),
)
