"""The seven steps of the tour, and those of them in which nothing goes wrong."""

from __future__ import annotations

from typing_extensions import override

from core.events import Accepted, BatchProcessed, Event, OutcomeKind, PickedUp
from core.live.console_state import ConsoleState
from worker.demo.experiments.experiment import seconds
from worker.demo.experiments.workers import time_to_empty
from worker.demo.protections import ALL_ON
from worker.demo.tour.fault_steps import KillOne, Poison, TakeOff
from worker.demo.tour.step import BUSY_PER_S, SLOWNESS_S, Caption, TourControl, TourStep

WAITING = 4  # workouts that pile up while the workers are paused
BACKLOG = 8
MEASURED_MS = 10_000  # until the time to empty is that of two workers


class Submit(TourStep):
    """One workout: accepted within milliseconds, whatever the work takes."""

    part = "producers"
    notes = (
        "Ask who has waited for a web form today. Show how long the person waits here: until the disk has it, no "
        "longer. Everything after that happens without them."
    )

    def __init__(self, control: TourControl) -> None:
        super().__init__(control)
        self._sent_ms: int | None = None
        self._id = ""
        self._took_ms: int | None = None

    @override
    def enter(self, state: ConsoleState, now_ms: int) -> None:
        self.control.set_protections(ALL_ON)
        self.control.use_workers(1)
        self.control.resume()
        self.control.choose_load(0, SLOWNESS_S)

    @override
    def act(self, state: ConsoleState, now_ms: int) -> None:
        self._sent_ms = now_ms
        self._id = self.control.submit(1)[0]

    @override
    def take(self, event: Event) -> None:
        if isinstance(event, Accepted) and event.workout_id == self._id and self._sent_ms is not None:
            self._took_ms = max(1, event.at_ms - self._sent_ms)

    @override
    def caption(self, state: ConsoleState, now_ms: int) -> Caption:
        if self._took_ms is None:
            lines = "A workout takes 1.5 s to process.", "The person who sends it should not wait for that."
            return Caption("Submit a workout", lines, "" if self._id else "Submit")
        first = f"It was on the disk and accepted after {self._took_ms} ms; the work itself takes 0.5 to 2.5 s."
        return Caption("Submit a workout", (first, "The person goes on; the workout is now a message in a queue."))

    @override
    def is_done(self, state: ConsoleState, now_ms: int) -> bool:
        return self._took_ms is not None


class Wait(TourStep):
    """Workers paused: messages wait, and are safe."""

    part = "queue"
    notes = (
        "The worker is away: an update, a crash, a weekend. Inline, every request of that time would be an error. "
        "Here each is a line in a file, and the stack is all that anyone sees of it."
    )

    def __init__(self, control: TourControl) -> None:
        super().__init__(control)
        self._acted = False

    @override
    def enter(self, state: ConsoleState, now_ms: int) -> None:
        self.control.use_workers(1)
        self.control.choose_load(0, SLOWNESS_S)
        self.control.pause()

    @override
    def act(self, state: ConsoleState, now_ms: int) -> None:
        if not self._acted:
            self._acted = True
            self.control.submit(WAITING)

    @override
    def caption(self, state: ConsoleState, now_ms: int) -> Caption:
        if not self.is_done(state, now_ms):
            lines = "The worker is paused, as if it were being updated.", "Producers notice nothing of it."
            return Caption("Watch it wait", lines, "" if self._acted else f"Send {WAITING}")
        first = f"{state.waiting} messages wait, each on the disk: a power cut would lose none."
        return Caption("Watch it wait", (first, "One bar of the stack is one workout."))

    @override
    def is_done(self, state: ConsoleState, now_ms: int) -> bool:
        return self._acted and state.waiting >= WAITING

    @override
    def leave(self) -> None:
        self.control.resume()


class Process(TourStep):
    """The worker takes one after the other; what it stored is acknowledged."""

    part = "workers"
    notes = (
        "Follow one dot. The message leaves the queue only when its result is stored: acknowledge after the "
        "commit. Remember that order, the last step is about it."
    )

    def __init__(self, control: TourControl) -> None:
        super().__init__(control)
        self._acted = False
        self._picked_ms: dict[str, int] = {}
        self._stored = 0
        self._took_ms = 0
        self._badge = ""

    @override
    def enter(self, state: ConsoleState, now_ms: int) -> None:
        self.control.use_workers(1)
        self.control.choose_load(0, SLOWNESS_S)
        self.control.pause()
        if state.waiting < WAITING:
            self.control.submit(WAITING - state.waiting)

    @override
    def act(self, state: ConsoleState, now_ms: int) -> None:
        self._acted = True
        self.control.resume()

    @override
    def take(self, event: Event) -> None:
        if isinstance(event, PickedUp):
            self._picked_ms.update(dict.fromkeys(event.workout_ids, event.at_ms))
        elif isinstance(event, BatchProcessed):
            for outcome in event.outcomes:
                if outcome.kind is OutcomeKind.STORED:
                    self._stored += 1
                    self._took_ms = event.at_ms - self._picked_ms.get(outcome.workout_id, event.at_ms)
                    self._badge = outcome.badges[0].name if outcome.badges else self._badge

    @override
    def caption(self, state: ConsoleState, now_ms: int) -> Caption:
        if not self.is_done(state, now_ms):
            lines = "The worker takes the oldest message, does the work, stores the result in one transaction,"
            return Caption(
                "Watch it processed", (lines, "and only then acknowledges it."), "" if self._acted else "Go on"
            )
        badge = f", and earned {self._badge}" if self._badge else ""
        first = f"The last one took {seconds(self._took_ms)} of work{badge}."
        return Caption(
            "Watch it processed", (first, f"{self._stored} stored, {state.waiting} wait: the order is kept.")
        )

    @override
    def is_done(self, state: ConsoleState, now_ms: int) -> bool:
        return self._acted and self._stored > 0

    @override
    def leave(self) -> None:
        self.control.resume()


class SecondWorker(TourStep):
    """More comes in than one worker can do; a second one takes its share."""

    part = "add_worker"
    notes = (
        "More comes in than one worker can do. Let it pile up for a moment. Then add one: no producer changes, and"
        " the time to empty falls."
    )

    def __init__(self, control: TourControl) -> None:
        super().__init__(control)
        self._before = ""
        self._asked = False
        self._added_ms: int | None = None

    @override
    def enter(self, state: ConsoleState, now_ms: int) -> None:
        self.control.use_workers(1)
        self.control.resume()
        self.control.choose_load(BUSY_PER_S, SLOWNESS_S)
        if state.waiting < BACKLOG:
            self.control.submit(BACKLOG - state.waiting)

    @override
    def act(self, state: ConsoleState, now_ms: int) -> None:
        if not self._asked:
            self._asked = True
            self._before = time_to_empty(state)
            self.control.use_workers(2)

    @override
    def caption(self, state: ConsoleState, now_ms: int) -> Caption:
        title = "A backlog, and a second worker"
        if self._running() < 2:
            done = f"One worker finishes {1 / SLOWNESS_S:.2f} a second while {BUSY_PER_S:g} arrives"
            return Caption(
                title,
                (f"{done}, so {state.waiting} have piled up.", "Add a worker and read the time to empty again."),
                "" if self._asked else "Add a worker",
            )
        now = time_to_empty(state) or "nothing waits"
        if not self.is_done(state, now_ms):
            return Caption(
                title, ("Both take from the same queue; no message goes to both.", "Measuring the time to empty.")
            )
        before = f"The time to empty was {self._before}; it is {now}." if self._before else f"Time to empty: {now}."
        return Caption(title, (before, "No producer was changed, restarted or told."))

    @override
    def is_done(self, state: ConsoleState, now_ms: int) -> bool:
        if self._running() < 2:
            return False
        self._added_ms = self._added_ms or now_ms
        return now_ms - self._added_ms >= MEASURED_MS

    def _running(self) -> int:
        return sum(worker.running for worker in self.control.workers())


STEPS: tuple[type[TourStep], ...] = (Submit, Wait, Process, SecondWorker, KillOne, Poison, TakeOff)
