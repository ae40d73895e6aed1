"""The demonstration's producers: sample load, bursts and what experiments send; what of it is stored is known."""

from __future__ import annotations

import random
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from functools import partial
from itertools import count
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from core.broker.ports import Broker, Message
from core.codec.workout_codec import MessageKind
from core.events import Accepted, BatchProcessed, Event, OutcomeKind, ProblemRaised, Producer
from core.workouts.local_start import start_text_of
from core.workouts.model import Workout
from core.workouts.samples import sample_athletes
from worker.demo.account import DIRECT
from worker.demo.producers.direct_publisher import DirectPublisher
from worker.demo.producers.load import SEED, sample_workouts
from worker.demo.producers.load_process import LoadProcess
from worker.demo.producers.load_request import LoadReport, title_of
from worker.demo.producers.spoiled import spoil

REMEMBERED = 500  # of the newest workouts that were sent, or are stored
STOP_S = 2.0
MOST_LOGGED = 5_000


class SentBatch(NamedTuple):
    at_ms: int
    source: str  # as of a MessageAccount
    titles: Sequence[tuple[str, str]]  # by id: athlete and sport; empty where they are not known


class SampleRun:
    """Any thread, but `take`: the main thread.

    `submit` passes workouts to the outbox and returns at once. `on_accepted` is called with events for what the load's
    process accepted into it, of a flood for some; `on_unkept` with what is to be sent without an outbox.
    """

    def __init__(
        self,
        submit: Callable[[Sequence[Workout]], None],
        on_accepted: Callable[[Sequence[Event]], None],
        on_unkept: Callable[[Sequence[Workout]], None],
        outbox_file: Path,
        zone: tzinfo,
        now_ms: Callable[[], int],
        *,
        rate_per_s: float,
        share: float,
    ) -> None:
        """`zone`: the time zone of the sample athletes."""
        self._submit, self._on_accepted, self._on_unkept, self._now_ms = submit, on_accepted, on_unkept, now_ms
        self.sent_log: deque[SentBatch] = deque(maxlen=MOST_LOGGED)  # for an account; taken off by its thread
        self._direct: DirectPublisher | None = None
        self._lock = Lock()
        self._sent: OrderedDict[str, Workout] = OrderedDict()
        self._stored: OrderedDict[str, Workout] = OrderedDict()
        self.load = LoadProcess(outbox_file, self._take_report, rate_per_s=rate_per_s, share=share)
        # A stream of its own: what experiments send does not change the load's, the same in every demonstration.
        self._extra = sample_workouts(sample_athletes(), random.Random(SEED + 1), partial(datetime.now, zone))
        self._faults = count()

    def use(self, broker: Broker) -> None:
        """Publish to this one from now on."""
        with self._lock:
            before, self._direct = self._direct, DirectPublisher(broker.publisher())
            self._direct.start()
        if before is not None:
            before.stop()

    def start(self) -> None:
        """Further calls do nothing."""
        self.load.start()

    def stop(self) -> None:
        """Returns at once; the threads end soon."""
        self.load.stop()
        if self._direct is not None:
            self._direct.stop()

    def join(self, timeout_s: float = STOP_S) -> bool:
        direct = self._direct
        return self.load.join(timeout_s) and (direct is None or direct.join(timeout_s))

    def submit(self, count: int) -> Sequence[str]:
        """So many good ones at once; returns their ids."""
        workouts = self.next_workouts(count)
        self._remember(workouts)
        titles = [(workout.workout_id, title_of(workout)) for workout in workouts]
        self.sent_log.append(SentBatch(self._now_ms(), Producer.LOAD, titles))
        self._submit(workouts)
        return [workout.workout_id for workout in workouts]

    def next_workouts(self, count: int) -> Sequence[Workout]:
        """Not sent."""
        with self._lock:
            return [next(self._extra) for _ in range(count)]

    def spoiled(self, count: int) -> Sequence[Message]:
        """Not sent: each with another fault."""
        return self._spoil(self.next_workouts(count))

    def publish(self, messages: Sequence[Message]) -> None:
        """Past the outbox. Nothing happens before the first `use`."""
        direct = self._direct
        if direct is not None:
            titles = [(message.message_id or "", "") for message in messages]
            self.sent_log.append(SentBatch(self._now_ms(), DIRECT, titles))
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

    def _spoil(self, workouts: Sequence[Workout]) -> Sequence[Message]:
        return [spoil(each, next(self._faults), submitted_at_ms=self._now_ms()) for each in workouts]

    def _remember(self, workouts: Sequence[Workout]) -> None:
        with self._lock:
            self._sent.update((workout.workout_id, workout) for workout in workouts)
            while len(self._sent) > REMEMBERED:
                self._sent.popitem(last=False)

    def _take_report(self, report: LoadReport) -> None:
        """In the thread of the load."""
        self._remember((*report.whole, *report.unkept))
        at_ms = report.at_ms
        for source, workouts, brief in ((Producer.LOAD, report.whole, report.brief), (DIRECT, report.unkept, ())):
            if titles := [*((each.workout_id, title_of(each)) for each in workouts), *brief]:
                self.sent_log.append(SentBatch(at_ms, source, titles))
        if report.whole:
            self._on_accepted([_accepted(each, at_ms, report.outbox) for each in report.whole])
        if report.unkept:
            self._on_unkept(report.unkept)
        if report.spoiled:
            self.publish(self._spoil(report.spoiled))
        if report.problem:
            self._on_accepted([ProblemRaised(at_ms, "load", f"The load cannot be accepted just now. {report.problem}")])


def _accepted(workout: Workout, at_ms: int, outbox: str) -> Accepted:
    return Accepted(
        at_ms,
        workout.workout_id,
        workout.athlete,
        workout.sport,
        workout.duration_min,
        workout.distance_km,
        start_text_of(workout.started_at),
        workout.revision,
        MessageKind.SUBMITTED.value,
        outbox,
        Producer.LOAD,
    )
