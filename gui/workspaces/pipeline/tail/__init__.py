"""The live tail: the list of processed workouts, and search results."""
