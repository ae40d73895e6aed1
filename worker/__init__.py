"""Takes workouts from a broker, processes them and stores the results."""
