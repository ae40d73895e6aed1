"""The frame around the workspaces: rail, bars, banner, palette. It shows views and asks; it decides nothing."""
