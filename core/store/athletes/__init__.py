"""What the athletes' screens read of the results."""
