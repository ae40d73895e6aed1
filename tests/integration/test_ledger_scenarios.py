"""The ledger where there was more than one queue, database, data folder: nothing is missing that is not."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.broker.topology import JOBS_QUEUE
from core.codec.workout_codec import MessageKind
from core.events import DepthSampled
from core.live.ledger import BalanceStatus
from core.outbox import outbox as outbox_module
from core.outbox.outbox import Outbox
from tests.support.data_place import Place
from tests.support.rabbitmq_node import PrivateNode
from tests.support.rabbitmq_tools import foreign
from tests.support.workouts import workouts
from worker.outbox.submission import submission_of
from worker.runtime.clock import now_ms


@pytest.fixture(params=["embedded", pytest.param("rabbitmq", marks=pytest.mark.rabbitmq)])
def make_queue(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    if request.param == "rabbitmq":
        node: PrivateNode = request.getfixturevalue("rabbitmq_node")
        return node.new_vhost
    numbers = iter(range(9))
    return lambda: f"sqlite:///{tmp_path / f'queue-{next(numbers)}.db'}"


def test_what_another_queue_still_holds_is_there_and_not_missing(make_queue: Callable[[], str], tmp_path: Path) -> None:
    first, second = (Place(tmp_path / "data", make_queue()) for _ in range(2))
    first.send(list(workouts(5)))
    second.send(list(workouts(3, 5)))
    second.process()
    view = second.ledger()
    assert (view.verdict, view.accepted, view.stored, view.in_other_queue) == (BalanceStatus.BALANCES, 8, 3, 5)
    view = first.ledger()
    assert (view.verdict, view.accepted, view.stored, view.waiting, view.in_other_queue) == (
        BalanceStatus.BALANCES,
        8,
        3,
        5,
        0,
    )
    first.process()
    view = second.ledger()
    assert (view.verdict, view.accepted, view.stored, view.in_other_queue) == (BalanceStatus.BALANCES, 8, 8, 0)


def test_what_is_gone_from_this_queue_is_missing_although_another_has_some(tmp_path: Path) -> None:
    first, second = (Place(tmp_path / "data", f"sqlite:///{tmp_path / f'{name}.db'}") for name in ("first", "second"))
    first.process()
    first.send(list(workouts(5)))
    second.send(list(workouts(2, 5)))
    for file in tmp_path.glob("second.db*"):
        file.unlink()
    view = second.ledger()
    assert (view.verdict, view.off_by, view.in_other_queue) == (BalanceStatus.MISSING, 2, 5)


def test_what_went_beside_other_results_is_not_missing_in_these(tmp_path: Path) -> None:
    queue = f"sqlite:///{tmp_path / 'queue.db'}"
    first, second = (
        Place(tmp_path / "data", queue, f"sqlite:///{tmp_path / f'{name}.db'}") for name in ("first", "second")
    )
    first.send(list(workouts(5)))
    first.process()
    second.send(list(workouts(2, 5)))
    second.process()
    view = second.ledger()
    assert (view.verdict, view.accepted, view.stored, view.other_results) == (BalanceStatus.BALANCES, 2, 2, 5)
    view = first.ledger()
    assert (view.verdict, view.accepted, view.stored, view.other_results) == (BalanceStatus.BALANCES, 5, 5, 2)


def test_the_same_workouts_from_two_data_folders_balance_in_both(make_queue: Callable[[], str], tmp_path: Path) -> None:
    queue, results = make_queue(), f"sqlite:///{tmp_path / 'results.db'}"
    places = [Place(tmp_path / name, queue, results) for name in ("one", "two")]
    some = list(workouts(4))
    # Bodies of one file: whoever submits it, the bodies are the same.
    submissions = [submission_of(workout, kind=MessageKind.SUBMITTED, submitted_at_ms=1) for workout in some]
    for place in places:
        outbox = Outbox(place.outbox_file, now_ms=now_ms)
        outbox.open()
        with closing(outbox):
            outbox.accept(submissions)
        place.process()
    for place in places:
        view = place.ledger()
        assert (view.verdict, view.accepted, view.stored, view.duplicates) == (BalanceStatus.BALANCES, 4, 4, 4)


def test_workouts_that_the_outbox_has_forgotten_may_be_accepted_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_module, "KEEP_CONFIRMED", 3)
    place = Place(tmp_path / "data")
    some = [submission_of(w, kind=MessageKind.SUBMITTED, submitted_at_ms=1) for w in workouts(6)]
    for _ in range(2):
        outbox = Outbox(place.outbox_file, now_ms=now_ms)
        outbox.open()
        with closing(outbox):
            outbox.accept(some)
            place.process()
            assert outbox.prune(3) == 3
    assert place.confirmed() == 9
    view = place.ledger()
    assert (view.verdict, view.accepted, view.stored, view.duplicates) == (BalanceStatus.BALANCES, 6, 6, 3)


@pytest.mark.rabbitmq
class TestWhatWorkersHold:
    """RabbitMQ does not count it for those who look from outside."""

    @pytest.fixture
    def place(self, rabbitmq_node: PrivateNode, tmp_path: Path) -> Place:
        return Place(tmp_path / "data", rabbitmq_node.new_vhost())

    def test_a_purged_queue_is_told_although_a_worker_is_there(self, place: Place) -> None:
        place.process()
        place.send(list(workouts(5)))
        with foreign(place.settings.broker_url) as channel:
            channel.queue_purge(JOBS_QUEUE)
        with place.running(1) as (_, events):
            events.wait_for(lambda: (depths := events.of(DepthSampled)) and depths[-1].consumers == 1)
            view = place.ledger()
        assert (view.verdict, view.off_by, view.running) == (BalanceStatus.MISSING, 5, 0)

    def test_what_a_worker_is_busy_with_is_running(self, place: Place) -> None:
        place.send(list(workouts(3)))
        with place.running(1, "30:30") as (pipeline, events):
            events.wait_for(lambda: (depths := events.of(DepthSampled)) and depths[-1].ready == 2)
            view = place.ledger()
            pipeline.pipeline.stop_now()
        assert (view.verdict, view.accepted, view.waiting, view.running) == (BalanceStatus.BALANCES, 3, 2, 1)

    def test_where_a_consumer_says_nothing_of_itself_nobody_is_accused(self, place: Place) -> None:
        place.process()
        place.send(list(workouts(3)))
        with foreign(place.settings.broker_url) as channel:
            held: list[Any] = []
            channel.basic_consume(JOBS_QUEUE, lambda *delivery: held.append(delivery))
            while len(held) < 3:
                channel.connection.process_data_events(0.1)
            view = place.ledger()
        assert replace(view, verdict=BalanceStatus.CHECKING) == view
        assert view.off_by == 3
