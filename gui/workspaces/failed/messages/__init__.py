"""The list of failed messages."""
