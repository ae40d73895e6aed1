"""Tests of core.workouts."""
