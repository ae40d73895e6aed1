"""Parses what people type: durations, distances, weights, starts, search queries, tables."""
