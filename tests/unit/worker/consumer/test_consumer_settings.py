"""What was requested reaches the consumer between two steps, once."""

from __future__ import annotations

from core.broker.ports import Delivery
from core.config.settings import WorkSpan
from core.events import WorkerHeartbeat, WorkerInfo, WorkerState
from tests.support.fakes import EventLog, FakeAnnouncer, FakeConsumer, FakeQueue
from tests.support.loop_rig import good
from worker.consumer.consumer_settings import ConsumerSettings
from worker.consumer.controls import Controls
from worker.consumer.event_publisher import BestEffortEventPublisher
from worker.consumer.heartbeat import Heartbeat
from worker.consumer.options import LoopOptions
from worker.consumer.simulated_work import Simulation

SIMULATION = Simulation(WorkSpan(1, 1))


class RecordingConsumer(FakeConsumer):
    def __init__(self, queue: FakeQueue) -> None:
        super().__init__(queue)
        self.calls: list[str] = []

    def set_prefetch(self, prefetch: int) -> None:
        self.calls.append(f"prefetch {prefetch}")

    def pause(self) -> None:
        self.calls.append("pause")

    def resume(self) -> None:
        self.calls.append("resume")


class Rig:
    def __init__(self, options: LoopOptions) -> None:
        queue = FakeQueue()
        self.events, self.consumer = EventLog(), RecordingConsumer(queue)
        self.controls = Controls(self.consumer.wake, 5.0, lambda: 0.0)
        publisher = BestEffortEventPublisher(FakeAnnouncer(queue), "instance", lambda: 0.0)
        self.heartbeat = Heartbeat("west", publisher, self.events, options)
        self.settings = ConsumerSettings(self.consumer, self.controls, self.heartbeat, options)
        self.settings.restart()

    def calls(self) -> list[str]:
        calls, self.consumer.calls = self.consumer.calls, []
        return calls

    def batch(self, size: int, *, redelivered: bool = True) -> None:
        self.settings.before_batch([Delivery(good(tag), tag, 1, 0, redelivered) for tag in range(size)])
        self.settings.ramp.batch_survived()


def test_that_a_connection_starts_with_the_initial_prefetch() -> None:
    rig = Rig(LoopOptions(prefetch=100))
    assert rig.calls() == ["prefetch 1"]
    rig.batch(1, redelivered=False)
    assert rig.calls() == ["prefetch 100"]
    rig.settings.restart()
    assert rig.calls() == ["prefetch 1"]
    assert Rig(LoopOptions(prefetch=3, initial_prefetch=10)).calls() == ["prefetch 3"]


def test_that_the_prefetch_grows_only_while_the_consumer_holds_no_more_than_the_batch() -> None:
    rig = Rig(LoopOptions(prefetch=100))
    rig.batch(1)
    rig.batch(1)
    assert rig.calls() == ["prefetch 1", "prefetch 4"]
    rig.batch(3)
    assert rig.calls() == []
    rig.batch(4)
    assert rig.calls() == ["prefetch 16"]


def test_that_a_batch_is_all_of_a_small_prefetch_and_half_of_a_usual_one() -> None:
    rig = Rig(LoopOptions(prefetch=101, batch=80, initial_prefetch=60))
    assert rig.settings.fetch_limit == 60
    rig.batch(60, redelivered=False)
    assert rig.settings.fetch_limit == 51
    rig.controls.request_prefetch(1_000)
    rig.settings.apply()
    assert rig.settings.fetch_limit == 80
    rig.controls.request_prefetch(1)
    rig.settings.apply()
    assert rig.settings.fetch_limit == 1


def test_that_a_simulated_workout_is_held_alone() -> None:
    rig = Rig(LoopOptions(prefetch=100, initial_prefetch=100))
    rig.batch(100, redelivered=False)
    rig.controls.request_simulation(SIMULATION)
    assert rig.settings.fetch_limit == 50
    rig.settings.apply()
    assert (rig.settings.simulation, rig.settings.fetch_limit) == (SIMULATION, 1)
    rig.settings.apply()
    rig.controls.request_simulation(None)
    rig.settings.apply()
    assert rig.settings.simulation is None
    assert rig.calls() == ["prefetch 100", "prefetch 1", "prefetch 100"]


def test_that_a_requested_prefetch_is_in_a_heartbeat_at_once() -> None:
    rig = Rig(LoopOptions(monotonic_s=lambda: 0.5))
    rig.heartbeat.set_state(WorkerState.RUNNING)
    rig.settings.apply()
    rig.heartbeat.publish_if_due()
    assert len(rig.events.of(WorkerHeartbeat)) == 1
    rig.controls.request_prefetch(7)
    rig.settings.apply()
    rig.heartbeat.publish_if_due()
    info = rig.events.of(WorkerHeartbeat)[1].info
    assert isinstance(info, WorkerInfo)
    assert info.prefetch == 7


def test_that_a_pause_reaches_the_consumer_once() -> None:
    rig = Rig(LoopOptions(prefetch=1))
    rig.calls()
    rig.settings.apply_pause()
    rig.controls.pause()
    rig.settings.apply_pause()
    rig.settings.apply_pause()
    rig.controls.resume()
    rig.settings.apply_pause()
    assert rig.calls() == ["pause", "resume"]
