"""Waiting for a thread to end."""

from __future__ import annotations

from threading import Thread


def has_ended(thread: Thread, wait_s: float) -> bool:
    """Waits at most `wait_s`; one that was never started has nothing to end."""
    if thread.ident is not None:
        thread.join(wait_s)
    return not thread.is_alive()
