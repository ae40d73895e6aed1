"""Sending, correcting and deleting workouts from any workspace, and undoing that."""
