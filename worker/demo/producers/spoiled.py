"""Spoiled workouts: messages that a worker gives up at once, as a foreign producer with a fault would send them."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import Lock

import orjson

from core.broker.ports import Message
from core.codec.workout_codec import encode
from core.workouts.model import Workout

MOST_SHARE = 0.2


def too_far(body: bytes) -> bytes:
    """1,000 times the distance: metres were sent as kilometres. Further than any sport goes."""
    fields = orjson.loads(body)
    return orjson.dumps(fields | {"distance": 1_000.0 * float(fields.get("distance", 5.0))})


def without_sport(body: bytes) -> bytes:
    fields = orjson.loads(body)
    del fields["type"]
    return orjson.dumps(fields)


def cut_off(body: bytes) -> bytes:
    """No JSON any more, as of a producer that crashed while it wrote."""
    return body[: len(body) // 2]


FAULTS: tuple[Callable[[bytes], bytes], ...] = (too_far, without_sport, cut_off)


def spoil(workout: Workout, number: int, *, submitted_at_ms: int) -> Message:
    """The message of a workout with the fault of that number; its id stays, so that it can be found again."""
    message = encode(workout, submitted_at_ms=submitted_at_ms)
    return replace(message, body=FAULTS[number % len(FAULTS)](message.body), app_id="demo", headers={})


class SpoiledShare:
    """Splits workouts: a share of them is to be spoiled and published past the outbox, which would refuse it.

    Any thread.
    """

    def __init__(
        self,
        submit: Callable[[Sequence[Workout]], None],
        to_spoil: Callable[[Sequence[Workout]], None],
        chance: random.Random,
    ) -> None:
        self._submit, self._to_spoil, self._chance = submit, to_spoil, chance
        self._lock = Lock()
        self._share = 0.0

    def set_share(self, share: float) -> None:
        """0 to MOST_SHARE; a value beyond is the bound."""
        self._share = min(MOST_SHARE, max(0.0, share))

    def send(self, workouts: Sequence[Workout]) -> None:
        good: list[Workout] = []
        bad: list[Workout] = []
        with self._lock:
            for workout in workouts:
                (good if self._chance.random() >= self._share else bad).append(workout)
        if good:
            self._submit(good)
        if bad:
            self._to_spoil(bad)
