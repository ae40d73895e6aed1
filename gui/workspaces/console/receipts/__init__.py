"""The table of what was submitted, and what became of each."""
