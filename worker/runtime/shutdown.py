"""Waiting for threads to end, and not waiting for a broker that does not answer them."""

from __future__ import annotations

import signal
from threading import Thread
from typing import Protocol

FINAL_WAIT_S = 2.5  # for what is left to do without the broker


class Abandonable(Protocol):
    """See ports.Broker."""

    def abort(self) -> None: ...


class Joinable(Protocol):
    def join(self, timeout_s: float) -> bool:
        """Whether it has ended."""


def shutdown_signals() -> tuple[int, ...]:
    """SIGHUP comes when the terminal is closed or the session ends; who started this with nohup wants none of it."""
    hang_up = getattr(signal, "SIGHUP", None)  # Windows has none
    if hang_up is None or signal.getsignal(hang_up) is signal.SIG_IGN:
        return signal.SIGINT, signal.SIGTERM
    return signal.SIGINT, signal.SIGTERM, hang_up


def join_thread(thread: Thread, wait_s: float) -> bool:
    """Waits at most `wait_s`; one that was never started has nothing to end."""
    if thread.ident is not None:
        thread.join(wait_s)
    return not thread.is_alive()


def join_or_abort(broker: Abandonable, ending: Joinable, wait_s: float) -> bool:
    """Whether it ends within about `wait_s`, told to before. The broker is abandoned shortly before that."""
    if ending.join(wait_s - FINAL_WAIT_S):
        return True
    broker.abort()
    return ending.join(FINAL_WAIT_S)
