"""Connect the workspaces to the pipeline: one controller for each, and the main one."""
