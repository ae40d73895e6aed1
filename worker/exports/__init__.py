"""Writing stored workouts and messages to files of other programs."""
