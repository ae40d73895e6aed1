"""Throughput and percentile charts."""
