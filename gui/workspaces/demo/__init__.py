"""The demonstration: sample load and its control bar."""
