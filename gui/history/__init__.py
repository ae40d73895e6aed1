"""Rows of stored workouts, page by page: of the history, and to use one again."""
