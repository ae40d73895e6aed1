"""The line of the Pipeline workspace in the registry. Qt-free."""

from __future__ import annotations

from gui.frame.workspace_entry import OpenWorkout, WorkspaceEntry

PIPELINE = WorkspaceEntry(
    "pipeline",
    "Pipeline",
    "sitemap-outline",
    "gui.workspaces.pipeline.controller:PipelineController",
    handles=(OpenWorkout,),
    plays=True,
)
