"""Workouts that two outboxes submitted, and what became of them by each outbox's count."""

from __future__ import annotations

from dataclasses import replace

from core.broker.origin import Origin
from core.broker.topology import HEADER_ORIGIN
from core.codec.workout_codec import DecodedMessage
from core.store.failure_record import FailureRecord
from core.store.reader import SettledCounts
from tests.support.failed_list_rig import Desk
from tests.support.failures import NOW_MS, failure

OURS, THEIRS = "11111111-aaaa", "22222222-bbbb"


def of(outbox: str, one: DecodedMessage, destination: int = 0, part: int = 0) -> DecodedMessage:
    origin = Origin(outbox, destination, part).text
    message = replace(one.message, headers={**one.message.headers, HEADER_ORIGIN: origin})
    return replace(one, origin=origin, message=message)


def store(desk: Desk, *batch: DecodedMessage) -> None:
    desk.store.apply(batch, worker="w-1", picked_up_at_ms=NOW_MS)


def give_up(one: DecodedMessage) -> FailureRecord:
    return replace(failure(message=one.message, workout_id=one.workout_id), incoming=one)


def here(desk: Desk, outbox: str = OURS) -> dict[int, SettledCounts]:
    return {number: each for number, each in desk.reader.ledger_counts(outbox).here.items() if each.total}
