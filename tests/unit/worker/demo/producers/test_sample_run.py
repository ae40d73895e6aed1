"""The demonstration's producers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC
from pathlib import Path

import pytest

from core.broker.embedded import EmbeddedBroker
from core.events import Accepted, BatchProcessed, Event, OutcomeKind, ProblemRaised, Producer, WorkoutOutcome
from core.workouts.model import Workout
from tests.support.waiting import wait_until
from worker.demo.account import DIRECT
from worker.demo.producers.load_request import MOST_WHOLE
from worker.demo.producers.sample_run import REMEMBERED, SampleRun

NOW_MS = 1_772_366_400_000


class _Rig:
    def __init__(self, path: Path) -> None:
        self.sent: list[Workout] = []
        self.events: list[Event] = []
        self.unkept: list[Workout] = []
        self.run = SampleRun(
            self.sent.extend,
            self.events.extend,
            self.unkept.extend,
            path,
            UTC,
            lambda: NOW_MS,
            rate_per_s=0.1,
            share=0.0,
        )

    def outcomes(self, ids: Sequence[str], kind: OutcomeKind = OutcomeKind.STORED) -> None:
        found = tuple(WorkoutOutcome(each, "Ana", "Running", kind, 1.0, 1.0) for each in ids)
        self.run.take([BatchProcessed(1, "w", found)])

    def sent_by(self) -> Counter[str]:
        return Counter(source for _, source, titles in list(self.run.sent_log) for _title in titles)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[_Rig]:
    made = _Rig(tmp_path / "outbox.db")
    yield made
    made.run.stop()
    assert made.run.join(60)


def test_that_what_is_stored_is_known_newest_first(rig: _Rig) -> None:
    ids = rig.run.submit(4)
    assert [workout.workout_id for workout in rig.sent] == ids
    assert not rig.run.stored(5)
    rig.outcomes(ids[:3])
    rig.outcomes(ids[3:], OutcomeKind.FAILED)
    rig.outcomes(["a stranger's"])
    assert [workout.workout_id for workout in rig.run.stored(2)] == [ids[2], ids[1]]
    ((_, source, titles),) = rig.run.sent_log
    assert source == Producer.LOAD
    assert titles == [(each.workout_id, f"{each.athlete}, {each.sport}") for each in rig.sent]


def test_that_what_is_remembered_is_bounded(rig: _Rig) -> None:
    ids = rig.run.submit(REMEMBERED + 5)
    rig.outcomes(ids)
    assert [workout.workout_id for workout in rig.run.stored(10_000)] == ids[:4:-1]


def test_that_messages_reach_the_queue_past_the_outbox(rig: _Rig, tmp_path: Path) -> None:
    rig.run.publish(rig.run.spoiled(1))  # there is no broker yet
    broker = EmbeddedBroker(tmp_path / "queue.db")
    rig.run.use(broker)
    rig.run.use(broker)  # another connection
    messages = rig.run.spoiled(3)
    assert len({message.body for message in messages}) == 3
    rig.run.publish(messages)
    inspector = broker.inspector()
    inspector.open()
    wait_until(lambda: inspector.depth().ready == 3, 10)
    inspector.close()
    assert rig.sent_by() == {DIRECT: 3}
    assert not rig.sent


def test_that_what_the_load_accepted_has_events_and_is_counted(rig: _Rig) -> None:
    rig.run.load.set_paused(True)
    rig.run.load.burst(49)
    rig.run.start()
    wait_until(lambda: rig.sent_by()["load"] == 50, 20)
    accepted = [event for event in rig.events if isinstance(event, Accepted)]
    titles = dict(rig.run.sent_log[-1].titles)
    assert {event.source for event in accepted} == {"load"}
    assert MOST_WHOLE <= len(accepted) <= 2 * MOST_WHOLE
    assert titles[accepted[-1].workout_id] == f"{accepted[-1].athlete}, {accepted[-1].sport}"
    rig.outcomes([event.workout_id for event in accepted])
    assert [each.workout_id for each in rig.run.stored(3)] == [event.workout_id for event in accepted[:-4:-1]]
    assert not rig.sent


def test_that_what_is_to_be_sent_without_an_outbox_is_passed_on(rig: _Rig) -> None:
    rig.run.load.set_kept(False)
    rig.run.start()
    wait_until(lambda: rig.unkept, 20)
    assert rig.sent_by() == {DIRECT: 1}
    assert not rig.events


def test_that_a_share_of_the_load_is_spoiled_and_published(rig: _Rig, tmp_path: Path) -> None:
    broker = EmbeddedBroker(tmp_path / "queue.db")
    rig.run.use(broker)
    rig.run.load.set_share(0.2)
    rig.run.load.burst(100)
    rig.run.start()
    inspector = broker.inspector()
    inspector.open()
    wait_until(lambda: inspector.depth().ready > 5, 20)
    inspector.close()


def test_that_a_problem_of_the_outbox_is_reported(rig: _Rig, tmp_path: Path) -> None:
    (tmp_path / "outbox.db").mkdir()
    rig.run.start()
    wait_until(lambda: rig.events, 20)
    (problem,) = rig.events[:1]
    assert isinstance(problem, ProblemRaised)
    assert problem.text.startswith("The load cannot be accepted just now.")
