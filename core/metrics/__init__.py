"""Latency, queue depth and throughput as bounded time series."""
