"""Deduplication, and what a batch of messages changes in the results. Pure."""
