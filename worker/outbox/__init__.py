"""The threads that accept workouts into the outbox and send them to the broker."""
