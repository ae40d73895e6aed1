"""`make bench ARGS="--only demo"`: how soon the demonstration moves, and its window at 5,000 workouts a second."""

from __future__ import annotations

import os

from tests.bench.measure import Series, run_role, verdict

ROLES = "tests.bench.demo_roles"
MOST_START_S, MOST_P99_MS, MOST_MS = 3.0, 16.7, 50.0


def bench_demo(runs: int) -> None:
    # As on a computer where it is installed: with the compiled modules of the run before.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    run_role(ROLES, env=env)
    found = [run_role(ROLES, env=env) for _ in range(runs)]
    names = {
        "first_dot_s": ("from the start to a moving dot", "s"),
        "accepted_per_s": ("accepted while it was watched", "/s"),
        "stored_per_s": ("stored by two worker processes", "/s"),
        "quiet_p99_ms": ("between two turns, quiet, p99", "ms"),
        "busy_p99_ms": ("between two turns, busy, p99", "ms"),
        "busy_max_ms": ("between two turns, busy, longest", "ms"),
    }
    series = {key: Series(*words, [each[key] for each in found]) for key, words in names.items()}
    print("\nThe demonstration, at 5,000 workouts a second")
    for each in series.values():
        print(each.line())
    print(verdict("first dot in s", series["first_dot_s"].median, MOST_START_S, at_least=False))
    print(verdict("busy p99 in ms", series["busy_p99_ms"].median, MOST_P99_MS, at_least=False))
    print(verdict("busy longest in ms", series["busy_max_ms"].median, MOST_MS, at_least=False))
    print(f"  busy p99 beside quiet: {series['busy_p99_ms'].median / series['quiet_p99_ms'].median:,.2f}")
