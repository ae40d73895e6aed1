"""What Paceline knows and decides: no Qt, no threads of its own."""
