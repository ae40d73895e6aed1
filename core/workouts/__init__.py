"""The workout model and what it rests on: limits, plausibility, sports, energy."""
