"""Reads workouts from files: tables, JSON, and what watches and bike computers record."""
