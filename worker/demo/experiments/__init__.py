"""Chaos: faults that are caused on purpose, each with what should happen, and measured, whether it did."""
