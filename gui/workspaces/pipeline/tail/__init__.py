"""The live list of processed workouts."""
