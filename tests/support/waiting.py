"""How tests wait: for a state, not for the clock. The only place that pauses, which test_architecture.py holds."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from time import monotonic

LOOK_S = 0.02


def wait_until(is_so: Callable[[], object], bound_s: float, what: str = "the state did not come") -> None:
    """Look again and again; AssertionError with `what` once the bound is over."""
    pause, until_s = Event(), monotonic() + bound_s
    while not is_so():
        assert monotonic() < until_s, what
        pause.wait(LOOK_S)


def let_pass(seconds: float) -> None:
    """For tests whose subject is the time itself: how long an outage lasts, when a process is killed, a rate."""
    Event().wait(seconds)
