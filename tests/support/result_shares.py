"""Shares of one stream of workouts for worker processes that store them at the same time."""

from __future__ import annotations

import random

from core.codec.workout_codec import DecodedMessage, MessageKind
from tests.support.incoming import deletion, incoming, make_workout

WORKERS = 4


def stream(seed: int, count: int = 240) -> list[DecodedMessage]:
    """Workouts of three athletes with corrections, moves and deletions; about every fifth comes twice."""
    chance = random.Random(seed)
    messages: list[DecodedMessage] = []
    for number in range(1, count // 2 + 1):
        for revision in range(1, chance.choice((1, 1, 2, 3)) + 1):
            if revision > 1 and chance.random() < 0.3:
                messages.append(deletion(number, revision))
                continue
            workout = make_workout(
                number,
                athlete=chance.choice(("Ana", "Ben", "Cy")),
                sport=chance.choice(("Running", "Cycling")),
                day=chance.randrange(12),
                minutes=chance.choice((20.0, 45.5, 75.25)),
                km=chance.choice((None, 3.0, 5.0, 11.1)),
                revision=revision,
            )
            messages.append(incoming(workout, kind=MessageKind.SUBMITTED if revision == 1 else MessageKind.CORRECTED))
    return messages


def shares(seed: int) -> list[list[DecodedMessage]]:
    """What each worker process applies, in its order."""
    messages = stream(seed)
    chance = random.Random(seed)
    found: list[list[DecodedMessage]] = [[] for _ in range(WORKERS)]
    for message in messages:
        found[chance.randrange(WORKERS)].append(message)
        if chance.random() < 0.2:
            found[chance.randrange(WORKERS)].append(message)
    for number, share in enumerate(found):
        random.Random(seed + number).shuffle(share)
    return found
