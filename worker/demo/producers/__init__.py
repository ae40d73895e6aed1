"""What sends workouts in a demonstration: the sample load, spoiled messages, and ways past the outbox."""
