"""The desktop console."""
