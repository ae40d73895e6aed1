"""Correcting many failed messages at once."""
