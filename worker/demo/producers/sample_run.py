"""The demonstration's producers: sample load, bursts and what experiments send; what of it is stored is known."""

from __future__ import annotations

import random
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from functools import partial
from threading import Lock
from typing import NamedTuple

from core.broker.ports import Broker, Message
from core.events import BatchProcessed, Event, OutcomeKind, Producer
from core.workouts.model import Workout
from core.workouts.samples import sample_athletes
from worker.demo.account import DIRECT
from worker.demo.producers.direct_publisher import DirectPublisher
from worker.demo.producers.load import SEED, Pattern, SampleLoad, sample_workouts
from worker.demo.producers.spoiled import SpoiledShare, spoil

REMEMBERED = 500  # of the newest workouts that were sent, or are stored
STOP_S = 2.0
MOST_LOGGED = 50_000


class SentWorkout(NamedTuple):
    workout_id: str
    title: str  # athlete and sport; empty where it is not known
    at_ms: int
    source: str  # as of a MessageAccount


class SampleRun:
    """Any thread, but `take`: the main thread. `submit` passes workouts to the outbox and returns at once."""

    def __init__(
        self,
        submit: Callable[[Sequence[Workout]], None],
        zone: tzinfo,
        now_ms: Callable[[], int],
        *,
        rate_per_s: float,
        share: float,
    ) -> None:
        """`zone`: the time zone of the sample athletes."""
        self._submit, self._now_ms = submit, now_ms
        now = partial(datetime.now, zone)
        self.sent_log: deque[SentWorkout] = deque(maxlen=MOST_LOGGED)  # for an account; taken off by its thread
        self._direct: DirectPublisher | None = None
        self._lock = Lock()
        self._sent: OrderedDict[str, Workout] = OrderedDict()
        self._stored: OrderedDict[str, Workout] = OrderedDict()
        self._share = SpoiledShare(self._send, self.publish, random.Random(SEED), now_ms)
        self._share.set_share(share)
        athletes = sample_athletes()
        # Two streams: what experiments send does not change the load's, which is the same in every demonstration.
        self._load = SampleLoad(
            self._share.send, sample_workouts(athletes, random.Random(SEED), now), rate_per_s=rate_per_s
        )
        self._extra = sample_workouts(athletes, random.Random(SEED + 1), now)
        self._poisoned = 0

    def use(self, broker: Broker) -> None:
        """Publish to this one from now on."""
        with self._lock:
            before, self._direct = self._direct, DirectPublisher(broker.publisher())
            self._direct.start()
        if before is not None:
            before.stop()

    def start(self) -> None:
        """Further calls do nothing."""
        self._load.start()

    def stop(self) -> None:
        """Returns at once; the threads end within one of their ticks."""
        self._load.stop()
        if self._direct is not None:
            self._direct.stop()

    def join(self, timeout_s: float = STOP_S) -> bool:
        direct = self._direct
        return self._load.join(timeout_s) and (direct is None or direct.join(timeout_s))

    def set_rate(self, rate_per_s: float) -> None:
        self._load.set_rate(rate_per_s)

    def set_share(self, share: float) -> None:
        """Of spoiled messages."""
        self._share.set_share(share)

    def set_pattern(self, pattern: Pattern) -> None:
        self._load.set_pattern(pattern)

    def set_paused(self, paused: bool) -> None:
        self._load.set_paused(paused)

    def burst(self, count: int) -> None:
        self._load.burst(count)

    def submit(self, count: int) -> Sequence[str]:
        """So many good ones at once; returns their ids."""
        workouts = self.next_workouts(count)
        self._send(workouts)
        return [workout.workout_id for workout in workouts]

    def next_workouts(self, count: int) -> Sequence[Workout]:
        """Not sent."""
        with self._lock:
            return [next(self._extra) for _ in range(count)]

    def spoiled(self, count: int) -> Sequence[Message]:
        """Not sent: each with another fault."""
        first = self._poisoned
        self._poisoned += count
        workouts = self.next_workouts(count)
        return [spoil(one, first + place, submitted_at_ms=self._now_ms()) for place, one in enumerate(workouts)]

    def publish(self, messages: Sequence[Message]) -> None:
        """Past the outbox. Nothing happens before the first `use`."""
        direct = self._direct
        if direct is not None:
            self.sent_log.extend(
                SentWorkout(message.message_id or "", "", self._now_ms(), DIRECT) for message in messages
            )
            direct.publish(messages)

    def stored(self, count: int) -> Sequence[Workout]:
        """Newest first."""
        with self._lock:
            return list(self._stored.values())[: -count - 1 : -1]

    def take(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, BatchProcessed):
                with self._lock:
                    for outcome in event.outcomes:
                        self._note(outcome.workout_id, outcome.kind)

    def _note(self, workout_id: str, kind: OutcomeKind) -> None:
        workout = self._sent.pop(workout_id, None)
        if workout is not None and kind is OutcomeKind.STORED:
            self._stored[workout_id] = workout
            while len(self._stored) > REMEMBERED:
                self._stored.popitem(last=False)

    def _send(self, workouts: Sequence[Workout]) -> None:
        with self._lock:
            self._sent.update((workout.workout_id, workout) for workout in workouts)
            while len(self._sent) > REMEMBERED:
                self._sent.popitem(last=False)
        at_ms = self._now_ms()
        self.sent_log.extend(
            SentWorkout(each.workout_id, f"{each.athlete}, {each.sport}", at_ms, Producer.LOAD) for each in workouts
        )
        self._submit(workouts)
