"""The main window around the workspaces: rail, bars, banner, command palette. It shows view models only."""
