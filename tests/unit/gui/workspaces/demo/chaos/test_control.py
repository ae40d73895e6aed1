"""Probing the outbox."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice
from threading import Thread

from core.workouts.samples import sample_athletes
from gui.workspaces.demo.chaos.control import NO_REPLY, Probe
from worker.demo.producers.load import sample_workouts
from worker.outbox.outbox_writer import AcceptRequest, AcceptResult


def _probe(count: int) -> Probe:
    made = sample_workouts(sample_athletes(), random.Random(1), lambda: datetime(2026, 3, 1, tzinfo=UTC))
    return Probe(list(islice(made, count)), 5)


def test_that_every_reply_is_collected() -> None:
    def accept(requests: Sequence[AcceptRequest]) -> bool:
        def answer() -> None:
            for place, request in enumerate(requests):
                request.reply(AcceptResult(error="full" if place else ""))

        Thread(target=answer).start()
        return True

    probe = _probe(3)
    probe.send(accept)
    assert list(probe.replies()) == ["", "full", "full"]


def test_that_a_writer_that_takes_none_is_no_reply() -> None:
    probe = _probe(2)
    probe.send(lambda _requests: False)
    assert list(probe.replies()) == [NO_REPLY, NO_REPLY]
