"""Batches of what a test has read already."""

from __future__ import annotations

from core.broker.ports import Delivery, Message
from core.codec.workout_codec import Incoming
from tests.support.failures import NOW_MS
from worker.consumer.batch import Batch
from worker.consumer.poison_detection import Group


def batch_of(*read: Incoming) -> Batch:
    known = {one.message.message_id: one for one in read}

    def read_body(message: Message, *, now_ms: int) -> Incoming:
        return known[message.message_id]

    deliveries = [Delivery(one.message, tag, 1, 0, False) for tag, one in enumerate(read)]
    return Batch(Group(deliveries), worker="w-1", now_ms=NOW_MS, read_body=read_body)
