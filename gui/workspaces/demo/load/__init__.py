"""The controls of the sample load."""
