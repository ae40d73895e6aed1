"""Imports of files: a verdict for each row, then those that were chosen into the outbox."""
