"""Repairing one failed message."""
