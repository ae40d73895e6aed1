"""Ways to take the broker away from a demonstration."""
