"""Batches of what a test has read already."""

from __future__ import annotations

from core.broker.ports import Delivery, Message
from core.codec.workout_codec import DecodedMessage
from tests.support.failures import NOW_MS
from worker.consumer.batch import Batch
from worker.consumer.poison_detection import DeliveryGroup


def batch_of(*read: DecodedMessage) -> Batch:
    known = {one.message.message_id: one for one in read}

    def read_body(message: Message, *, now_ms: int) -> DecodedMessage:
        return known[message.message_id]

    deliveries = [Delivery(one.message, tag, 1, 0, False) for tag, one in enumerate(read)]
    return Batch(DeliveryGroup(deliveries), worker="w-1", now_ms=NOW_MS, read_body=read_body)
