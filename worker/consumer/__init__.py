"""The consuming worker: its loop, and what it does with each delivery."""
