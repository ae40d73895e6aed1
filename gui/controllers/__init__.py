"""Controllers connect the workspaces to the pipeline's threads: one per workspace, and the main one."""
