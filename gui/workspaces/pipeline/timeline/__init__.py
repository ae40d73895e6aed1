"""The timeline of one workout: steps, attempts and message."""
