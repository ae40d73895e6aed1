"""Retries as tests write them."""

from __future__ import annotations

from core.broker.ports import Delivery, RetryRequest


def later(delivery: Delivery, delay_s: int, reason: str = "later") -> RetryRequest:
    """Exactly after `delay_s`."""
    return RetryRequest(delivery, delay_s, delay_s * 1000, reason)
