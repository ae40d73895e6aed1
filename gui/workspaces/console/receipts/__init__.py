"""The table of receipts: submitted workouts and their progress."""
