"""The history of workouts, of all athletes or of one: filters, rows, export."""
