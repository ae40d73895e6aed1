"""What people type: durations, distances, weights, starts, search queries."""
