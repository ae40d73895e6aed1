"""What a step of the tour is. Pure; belongs to one thread."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from core.events import Event
from core.live.console_state import ConsoleState
from worker.demo.engine import DemoWorkerView
from worker.demo.experiments.experiment import Observation
from worker.demo.protections import Protections

BUSY_PER_S, SLOWNESS_S = 1.0, 1.5  # of the load while a step shows work going on


class TourControl(Protocol):
    """What the tour does to the demonstration. Every method returns at once."""

    def short(self, worker: str) -> str: ...

    def workers(self) -> Sequence[DemoWorkerView]: ...

    def use_workers(self, count: int) -> None:
        """Let so many workers run: stop those beyond, start or add what is missing."""

    def pause(self) -> None:
        """All workers."""

    def resume(self) -> None: ...

    def submit(self, count: int) -> Sequence[str]: ...

    def choose_load(self, rate_per_s: float, slowness_s: float) -> None:
        """The load goes on at this rate; 0 pauses it."""

    def run_experiment(self, key: str) -> None:
        """Does nothing while another one runs."""

    def forget(self, key: str) -> None:
        """What was seen of an experiment before, unless it runs."""

    def observation(self, key: str) -> Observation: ...

    def repair(self) -> None:
        """Send a failed message again whose distance was in metres, in kilometres, as Failed does."""

    def set_protections(self, protections: Protections) -> None: ...

    @property
    def protections(self) -> Protections: ...

    def lost(self) -> Mapping[str, str]:
        """Athlete and sport of what is lost, by id."""


@dataclass(frozen=True, slots=True)
class Caption:
    """`lines`: two sentences. `act`: what Next does first, as words of its button; empty where the step has its end."""

    title: str
    lines: tuple[str, str]
    act: str = ""


class TourStep(ABC):
    """`part`: what it points at: a part of the flow, or `chaos KEY`, `protection NAME`, `load`."""

    part: str
    notes: str  # what a presenter may say

    def __init__(self, control: TourControl) -> None:
        self.control = control

    @abstractmethod
    def enter(self, state: ConsoleState, now_ms: int) -> None:
        """Bring the pipeline to where the step begins."""

    def take(self, event: Event) -> None:  # noqa: B027 - for those that follow single workouts
        """An event since `enter`."""

    @abstractmethod
    def act(self, state: ConsoleState, now_ms: int) -> None:
        """Do what the step is about; a person may have done it already."""

    @abstractmethod
    def caption(self, state: ConsoleState, now_ms: int) -> Caption:
        """Words as of now."""

    @abstractmethod
    def is_done(self, state: ConsoleState, now_ms: int) -> bool:
        """Whether what the step is about was seen."""

    def leave(self) -> None:  # noqa: B027 - for those that change something that must not last
        """Undo what must not last beyond the step."""
