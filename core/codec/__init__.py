"""JSON bodies to values and back."""
