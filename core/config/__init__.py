"""What the program takes from its surroundings: files, environment, the system's time zone."""
