"""Ending threads within a time limit, also when the broker does not respond."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Protocol

FINAL_WAIT_S = 2.5  # of the time limit: left for a thread to finish after its connections were aborted


class Joinable(Protocol):
    def join(self, timeout_s: float) -> bool:
        """Wait at most `timeout_s`; True when it has ended."""


def shutdown_signals() -> tuple[int, ...]:
    """SIGINT and SIGTERM, and SIGHUP (the terminal was closed) unless it is ignored, as under nohup."""
    hang_up = getattr(signal, "SIGHUP", None)  # Windows has none
    if hang_up is None or signal.getsignal(hang_up) is signal.SIG_IGN:
        return signal.SIGINT, signal.SIGTERM
    return signal.SIGINT, signal.SIGTERM, hang_up


def join_or_abort(abort: Callable[[], None], ending: Joinable, wait_s: float) -> bool:
    """Wait about `wait_s` for a thread that was asked to stop; True when it has ended.

    FINAL_WAIT_S before the limit it calls `abort` of the broker, which ends calls that wait for it.
    """
    if ending.join(wait_s - FINAL_WAIT_S):
        return True
    abort()
    return ending.join(FINAL_WAIT_S)
