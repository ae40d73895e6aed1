"""Where the tour stands. Pure; belongs to one thread."""

from __future__ import annotations

from collections.abc import Sequence

from core.events import Event
from core.live.console_state import ConsoleState
from worker.demo.tour.step import Caption, TourControl, TourStep
from worker.demo.tour.steps import STEPS


class Tour:
    """`number` is 1 to `count`; 0 while no tour is on."""

    count = len(STEPS)

    def __init__(self, control: TourControl) -> None:
        self._control = control
        self._step: TourStep | None = None
        self.number = 0

    @property
    def part(self) -> str:
        """What the step points at; empty while no tour is on."""
        return "" if self._step is None else self._step.part

    @property
    def notes(self) -> str:
        """What a presenter may say; empty while no tour is on."""
        return "" if self._step is None else self._step.notes

    def start(self, state: ConsoleState, now_ms: int, number: int = 1) -> None:
        self._go(number, state, now_ms)

    def next(self, state: ConsoleState, now_ms: int) -> None:
        """Do what the step is about; once that was done, go to the next one. After the last the tour ends."""
        if self._step is None:
            self.start(state, now_ms)
        elif self._step.is_done(state, now_ms):
            self._go(self.number + 1, state, now_ms)
        elif self._step.caption(state, now_ms).act:
            self._step.act(state, now_ms)

    def back(self, state: ConsoleState, now_ms: int) -> None:
        """To the step before, from its beginning."""
        if self.number > 1:
            self._go(self.number - 1, state, now_ms)

    def leave(self) -> None:
        if self._step is not None:
            self._step.leave()
        self._step, self.number = None, 0

    def take(self, events: Sequence[Event]) -> None:
        if self._step is not None:
            for event in events:
                self._step.take(event)

    def caption(self, state: ConsoleState, now_ms: int) -> Caption | None:
        """None while no tour is on."""
        return None if self._step is None else self._step.caption(state, now_ms)

    def is_done(self, state: ConsoleState, now_ms: int) -> bool:
        """Whether Next leads to another step."""
        return self._step is not None and self._step.is_done(state, now_ms)

    def _go(self, number: int, state: ConsoleState, now_ms: int) -> None:
        self.leave()
        if 1 <= number <= self.count:
            self.number = number
            self._step = STEPS[number - 1](self._control)
            self._step.enter(state, now_ms)
