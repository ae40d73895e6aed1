from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from pika import BasicProperties
from typing_extensions import override

from core.broker.ports import PublishResult, PublishStatus
from core.broker.rabbitmq.confirmed_sender import OutgoingMessage
from core.broker.rabbitmq.delivery_limit import (
    DELIVERY_COUNT,
    RENEW_AT_DELIVERY_COUNT,
    near_delivery_limit,
    republish_fresh,
)
from core.broker.rabbitmq.republisher import Republisher
from core.broker.topology import JOBS_QUEUE
from core.errors import BrokerRefusedError, BrokerUnavailableError


class Desk(Republisher):
    def __init__(self, answer: PublishStatus | Exception, alarm: str = "") -> None:
        self._answer, self._why = answer, alarm
        self.sent: list[OutgoingMessage] = []

    @property
    @override
    def blocked_reason(self) -> str:
        return self._why

    @override
    def reset_delivery_count(self, parcels: Sequence[OutgoingMessage]) -> list[PublishResult]:
        if isinstance(self._answer, Exception):
            raise self._answer
        self.sent.extend(parcels)
        return [PublishResult(self._answer) for _ in parcels]


def row() -> deque[tuple[Any, Any, bytes]]:
    properties = BasicProperties(message_id="id", headers={DELIVERY_COUNT: RENEW_AT_DELIVERY_COUNT, "mine": "kept"})
    return deque((SimpleNamespace(delivery_tag=tag), properties, b"%d" % tag) for tag in (1, 2, 3))


def tags(buffer: deque[tuple[Any, Any, bytes]]) -> list[int]:
    return [method.delivery_tag for method, _, _ in buffer]


@pytest.mark.parametrize(
    ("redelivered", "headers", "worn"),
    [
        (True, {DELIVERY_COUNT: RENEW_AT_DELIVERY_COUNT}, True),
        (True, {DELIVERY_COUNT: RENEW_AT_DELIVERY_COUNT - 1}, False),
        (True, {DELIVERY_COUNT: "many"}, False),
        (True, {}, False),
        (True, None, False),
        (False, {DELIVERY_COUNT: RENEW_AT_DELIVERY_COUNT}, False),
    ],
)
def test_that_worn_is_what_the_queue_has_counted(redelivered: bool, headers: Any, worn: bool) -> None:
    assert near_delivery_limit(SimpleNamespace(redelivered=redelivered), BasicProperties(headers=headers)) is worn


def test_that_a_copy_is_the_message_without_the_count() -> None:
    desk, buffer = Desk(PublishStatus.CONFIRMED), row()
    assert republish_fresh(buffer, {2}, desk) == [2]
    assert tags(buffer) == [1, 3]
    (parcel,) = desk.sent
    assert (parcel.queue, parcel.message.body, parcel.message.message_id) == (JOBS_QUEUE, b"2", "id")
    assert parcel.message.headers == {"mine": "kept"}


@pytest.mark.parametrize(
    "desk",
    [
        Desk(PublishStatus.REFUSED),
        Desk(PublishStatus.UNKNOWN),
        Desk(BrokerUnavailableError("gone")),
        Desk(BrokerRefusedError("no")),
        Desk(PublishStatus.CONFIRMED, alarm="memory"),
    ],
)
def test_that_what_cannot_be_copied_stays_in_its_place(desk: Desk) -> None:
    buffer = row()
    assert republish_fresh(buffer, {1, 3}, desk) == []
    assert tags(buffer) == [1, 2, 3]
