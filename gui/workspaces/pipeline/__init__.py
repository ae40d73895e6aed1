"""The Pipeline workspace: charts, workers, live tail and the timeline of a workout."""
