"""All threads of a program, started and stopped in order."""
