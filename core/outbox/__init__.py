"""Accepted workouts that are not yet confirmed by the broker, and where they are sent to."""
