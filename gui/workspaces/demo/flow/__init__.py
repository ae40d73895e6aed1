"""The flow of the demonstration as a moving picture."""
