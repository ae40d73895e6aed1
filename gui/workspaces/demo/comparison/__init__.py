"""Inline or queued: the same workouts both ways, side by side."""
