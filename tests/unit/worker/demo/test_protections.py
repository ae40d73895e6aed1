"""What each protection is for: what is lost or doubled without it, and that nothing is with it. Twenty times each."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from core.broker.ports import Message
from tests.support.submitting import WithOutbox, WithoutOutbox
from tests.support.switched_worker import SwitchedWorker
from tests.support.workouts import messages, workouts
from worker.demo.copies import count_copies
from worker.demo.protections import Protections

WORKOUTS = 6
TWENTY_TIMES = pytest.mark.parametrize("seed", range(20))
ON_AND_OFF = pytest.mark.parametrize("protected", [True, False], ids=["on", "off"])


def sent(seed: int) -> list[Message]:
    return messages(WORKOUTS, 3, seed=seed)


def ids_of(some: list[Message]) -> list[str]:
    return [message.message_id or "" for message in some]


@TWENTY_TIMES
@ON_AND_OFF
def test_that_an_early_acknowledgement_loses_the_workout_of_a_killed_worker(
    tmp_path: Path, seed: int, protected: bool
) -> None:
    worker = SwitchedWorker(tmp_path, Protections(acknowledge_after_commit=protected))
    queued = sent(seed)
    victim = random.Random(seed).choice(ids_of(queued))
    worker.publish(queued)
    worker.process(killed_at=victim)
    worker.process()
    lost = set(ids_of(queued)) - set(worker.account().stored)
    assert lost == (set() if protected else {victim})
    assert set(worker.account().stored.values()) == {1}
    assert worker.depth().ready == 0


@TWENTY_TIMES
@ON_AND_OFF
def test_that_a_message_sent_twice_is_stored_twice_where_duplicates_are_not_recognized(
    tmp_path: Path, seed: int, protected: bool
) -> None:
    worker = SwitchedWorker(tmp_path, Protections(recognize_duplicates=protected))
    chance, queued = random.Random(seed), sent(seed)
    again = chance.choices(queued, k=3)  # one may come three or four times
    row = [*queued, *again]
    chance.shuffle(row)
    worker.publish(row)
    worker.process()
    stored = worker.account().stored
    doubled = Counter({key: count for key in ids_of(queued) if (count := count_copies(key, stored))})
    assert doubled == (Counter() if protected else Counter(ids_of(again)))
    assert set(ids_of(queued)) <= set(stored)
    assert len(stored) == WORKOUTS + doubled.total()
    assert worker.account().duplicates == (3 if protected else 0)


@TWENTY_TIMES
@ON_AND_OFF
def test_that_a_bad_message_is_lost_without_the_failed_queue(tmp_path: Path, seed: int, protected: bool) -> None:
    worker = SwitchedWorker(tmp_path, Protections(failed_queue=protected))
    chance, queued = random.Random(seed), sent(seed)
    bad = [Message(b"{no JSON", message_id=f"bad {number}") for number in range(chance.randint(1, 3))]
    row = [*queued, *bad]
    chance.shuffle(row)
    worker.publish(row)
    worker.process()
    account = worker.account()
    lost = {*ids_of(queued), *ids_of(bad)} - set(account.stored) - set(account.failed)
    assert lost == (set() if protected else set(ids_of(bad)))
    assert worker.depth().failed == (len(bad) if protected else 0)
    assert worker.depth().ready == 0


@TWENTY_TIMES
@ON_AND_OFF
def test_that_a_restart_of_the_broker_empties_a_queue_that_is_not_persistent(
    tmp_path: Path, seed: int, protected: bool
) -> None:
    worker = SwitchedWorker(tmp_path, Protections(persistent=protected))
    chance, queued = random.Random(seed), sent(seed)
    before = chance.randrange(WORKOUTS - 1)  # so many are processed before the restart
    with worker.queue_in_memory() as memory:
        worker.publish(queued[:before])
        worker.process_all(before)
        worker.publish(queued[before:])
        worker.wait_for_ready(1)
        dropped = memory.drop()
    worker.process()
    lost = set(ids_of(queued)) - set(worker.account().stored)
    assert len(lost) == dropped
    assert (dropped == 0) is protected
    assert set(worker.account().stored.values()) == {1}


@TWENTY_TIMES
@ON_AND_OFF
def test_that_what_is_submitted_while_the_broker_is_away_is_lost_without_an_outbox(
    tmp_path: Path, seed: int, protected: bool
) -> None:
    chance, some = random.Random(seed), list(workouts(WORKOUTS, 3, seed=seed))
    first = chance.randrange(WORKOUTS - 1)
    away = range(first, chance.randrange(first + 1, WORKOUTS))  # the broker is, while these are submitted
    desk = (WithOutbox if protected else WithoutOutbox)(tmp_path)
    for place, workout in enumerate(some):
        if place == away.start:
            desk.broker.queue.break_link()
        if place == away.stop:
            desk.broker.queue.mend_link()
        desk.submit(workout)
    if protected:
        desk.wait_until_sent(WORKOUTS)
    desk.stop()
    during = {some[place].workout_id for place in away}
    lost = {workout.workout_id for workout in some} - desk.at_the_broker
    assert lost == (set() if protected else during)
    assert len(desk.broker.queue.ready) == WORKOUTS - len(lost)
