"""The steps of the tour in which something goes wrong, and what it costs."""

from __future__ import annotations

from dataclasses import replace

from typing_extensions import override

from core.events import BatchProcessed, Event, OutcomeKind, WorkoutOutcome
from core.live.console_state import ConsoleState
from worker.demo.experiments.experiment import Result
from worker.demo.protections import ALL_ON, Protections
from worker.demo.tour.step import BUSY_PER_S, SLOWNESS_S, Caption, TourControl, TourStep

AGAIN_MS = 8_000  # a repair that has not come through by then may be asked for again


class ExperimentStep(TourStep):
    """A step that is one experiment."""

    key: str
    title: str
    before: tuple[str, str]
    act_words: str
    after: str

    @override
    def enter(self, state: ConsoleState, now_ms: int) -> None:
        self.control.use_workers(2)
        self.control.resume()
        self.control.choose_load(BUSY_PER_S, SLOWNESS_S)
        self.control.forget(self.key)

    @override
    def act(self, state: ConsoleState, now_ms: int) -> None:
        self.control.run_experiment(self.key)

    @override
    def caption(self, state: ConsoleState, now_ms: int) -> Caption:
        seen = self.control.observation(self.key)
        if seen.result is Result.RUNNING:
            return Caption(self.title, (self.before[0], f"{seen.words[:1].upper()}{seen.words[1:]}."))
        if seen.result is Result.NOT_TRIED:
            return Caption(self.title, self.before, self.act_words)
        return Caption(self.title, (f"{seen.words[:1].upper()}{seen.words[1:]}.", self.after))

    @override
    def is_done(self, state: ConsoleState, now_ms: int) -> bool:
        return self.control.observation(self.key).result not in (Result.NOT_TRIED, Result.RUNNING)


class KillOne(ExperimentStep):
    """SIGKILL in the middle of a job."""

    notes = (
        "This is kill -9, in the middle of a job. Read out the ledger before and after. The message was not "
        "acknowledged, so the broker gives it to another worker, and the id makes the second try harmless."
    )
    part, key, title, act_words = "chaos kill", "kill", "Kill one, and lose nothing", "Kill a worker"
    before = (
        "A worker process is killed in the middle of a job.",
        "Its message was not acknowledged, so the broker gives it to another worker.",
    )
    after = "Delivered twice, stored once: the ledger at the top still balances."


class Poison(ExperimentStep):
    """Messages that no worker can process; one of them is repaired."""

    notes = (
        "Three messages that nothing can process. They do not hold up the others, and they are not gone: Failed "
        "has each with its reason. One was in metres: repair it, and it is processed as if it had been right."
    )
    part, key, title, act_words = "failed", "poison", "Poison, and repair", "Send poison"
    before = (
        "Three messages that no worker can process: a wrong unit, a missing sport, half a body.",
        "Inline, each would be an error page and gone.",
    )
    after = "Each is kept with its reason. One was sent in metres: correct it and send it again."

    def __init__(self, control: TourControl) -> None:
        super().__init__(control)
        self._failed: set[str] = set()
        self._asked_ms: int | None = None
        self._repaired: WorkoutOutcome | None = None

    @override
    def take(self, event: Event) -> None:
        if isinstance(event, BatchProcessed):
            for outcome in event.outcomes:
                if outcome.kind is OutcomeKind.FAILED:
                    self._failed.add(outcome.workout_id)
                elif outcome.kind is OutcomeKind.STORED and outcome.workout_id in self._failed:
                    self._repaired = outcome

    @override
    def act(self, state: ConsoleState, now_ms: int) -> None:
        if super().is_done(state, now_ms):
            self._asked_ms = now_ms
            self.control.repair()
        else:
            super().act(state, now_ms)

    @override
    def caption(self, state: ConsoleState, now_ms: int) -> Caption:
        found = super().caption(state, now_ms)
        if not super().is_done(state, now_ms):
            return found
        if self._repaired is None:
            is_asked = self._asked_ms is not None and now_ms - self._asked_ms < AGAIN_MS
            return replace(found, act="" if is_asked else "Repair one")
        repaired = f"Repaired and stored: {self._repaired.athlete}, {self._repaired.sport}."
        return replace(found, lines=(repaired, "The others wait in Failed, for the coach's own form."))

    @override
    def is_done(self, state: ConsoleState, now_ms: int) -> bool:
        return super().is_done(state, now_ms) and self._repaired is not None


class TakeOff(TourStep):
    """One protection off: the same fault now costs a workout. Then it is put back."""

    part = "protection acknowledge_after_commit"
    notes = (
        "Now acknowledge first, as many systems do without being asked. The same kill: name the workout that is "
        "lost. Then put it back, and say what it costs: nothing that anyone here noticed."
    )

    def __init__(self, control: TourControl) -> None:
        super().__init__(control)
        self._lost_before = 0
        self._killed = self._put_back = False

    @override
    def enter(self, state: ConsoleState, now_ms: int) -> None:
        self.control.use_workers(2)
        self.control.resume()
        self.control.choose_load(BUSY_PER_S, SLOWNESS_S)
        self._lost_before = len(self.control.lost())

    @override
    def act(self, state: ConsoleState, now_ms: int) -> None:
        if self._has_lost():
            self._put_back = True
            self.control.set_protections(ALL_ON)
        else:
            self._killed = True
            self.control.set_protections(Protections(acknowledge_after_commit=False))
            self.control.run_experiment("kill")

    @override
    def caption(self, state: ConsoleState, now_ms: int) -> Caption:
        title = "Take a protection off"
        if not self._killed:
            lines = (
                "Now messages are acknowledged before the work, as many systems do by default.",
                "The same kill again.",
            )
            return Caption(title, lines, "Take it off, and kill")
        if not self._has_lost():
            return Caption(
                title, ("A worker was killed, and its message was acknowledged already.", "Counting by ids.")
            )
        lost = f"Lost: {list(self.control.lost().values())[-1] or 'a workout'}. No list has it, no retry will bring it."
        if not self._put_back:
            return Caption(title, (lost, "Put the protection back, and this cannot happen."), "Put it back")
        return Caption(title, (lost, "The protection is on again: Lost stays where it is."))

    @override
    def is_done(self, state: ConsoleState, now_ms: int) -> bool:
        return self._put_back

    @override
    def leave(self) -> None:
        self.control.set_protections(ALL_ON)

    def _has_lost(self) -> bool:
        return len(self.control.lost()) > self._lost_before
