"""The demonstration: sample load, and its controls over the console."""
