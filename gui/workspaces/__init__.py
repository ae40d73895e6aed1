"""The workspaces of the console, one folder each."""
