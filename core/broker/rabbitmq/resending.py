"""Sends many when one of them makes the broker close the channel or the connection: finds it, and sends the rest."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol

from core.broker.ports import PublishResult, PublishStatus
from core.broker.rabbitmq.confirmed_sender import SEND_BOUND_S, OutgoingMessage
from core.errors import BrokerRefusedError, BrokerUnavailableError


class Send(Protocol):
    def __call__(self, outgoing: Sequence[OutgoingMessage], *, one_by_one: bool = False) -> list[PublishResult]: ...


def send_rest(
    outgoing: Sequence[OutgoingMessage],
    results: list[PublishResult],
    *,
    send: Send,
    renew: Callable[[], None],
    met_bad_message: Callable[[], bool],
) -> None:
    """Send what has no result in `results`, one by one where it is not known which it was, and enter its results.

    `renew` gives `send` another channel. Each round settles at least one. What an error, or too long a wait, leaves
    without a result stays UNKNOWN.
    """
    until_s = time.monotonic() + SEND_BOUND_S
    newest, one_by_one = results[:], False
    while met_bad_message():
        if all(result.verdict is not PublishStatus.REJECTED for result in newest):
            one_by_one = True
        left = [index for index, result in enumerate(results) if result.verdict is PublishStatus.UNKNOWN]
        renew()
        if not left or time.monotonic() >= until_s:
            return
        try:
            newest = send([outgoing[index] for index in left], one_by_one=one_by_one)
        except (BrokerUnavailableError, BrokerRefusedError):
            return
        for index, result in zip(left, newest, strict=True):
            results[index] = result
