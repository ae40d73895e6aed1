"""Retries as tests write them."""

from __future__ import annotations

from core.broker.ports import Delivery, Retry


def later(delivery: Delivery, delay_s: int, reason: str = "later") -> Retry:
    """Exactly after `delay_s`."""
    return Retry(delivery, delay_s, delay_s * 1000, reason)
