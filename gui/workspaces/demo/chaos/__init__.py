"""Experiments: faults to cause, what each promises, and what was seen."""
