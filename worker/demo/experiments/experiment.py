"""What an experiment is: a fault, a promise, and a observation from events. Pure; belongs to one thread."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from core.broker.ports import Message
from core.events import Event
from core.live.console_state import ConsoleState
from core.workouts.model import Workout
from worker.demo.engine import DemoWorkerView

BOUND_MS = 60_000  # after that the promise was not seen to hold


class DemoControl(Protocol):
    """What experiments do to the pipeline. Every method returns at once."""

    def why_not(self, key: str) -> str:
        """Why the experiment is not possible with this connection; empty where it is."""

    def workers(self) -> Sequence[DemoWorkerView]: ...

    def short(self, worker: str) -> str:
        """The name for a person: `W1`."""

    def is_settled(self, now_ms: int) -> bool:
        """Whether every job that runs began under the protections of now."""

    def kill(self, worker: str) -> None:
        """SIGKILL. The process is started again after a few seconds."""

    def add_worker(self) -> None: ...

    def pause(self) -> None:
        """All workers."""

    def resume(self) -> None: ...

    def submit(self, count: int) -> Sequence[str]:
        """So many sample workouts, through the outbox; returns their ids."""

    def publish(self, messages: Sequence[Message]) -> None:
        """Directly to the queue, as another program would."""

    def spoiled(self, count: int) -> Sequence[Message]:
        """Messages with faults, ids set, not sent yet."""

    def stored(self, count: int) -> Sequence[Workout]:
        """Workouts of the load that are known to be stored, newest first."""

    def lost(self) -> Mapping[str, str]:
        """Ids that are lost, by the account of ids, with athlete and sport."""

    def has_end(self, workout_id: str) -> bool:
        """Whether the results have it: stored, or on the failed list."""

    def cut(self) -> int:
        """Take the broker away, until `restore`. How many messages it lost by that: it had them in memory only."""

    @property
    def is_cut(self) -> bool:
        """Whether the broker is away by now, for everyone."""

    def restore(self) -> None: ...

    def fill_outbox(self) -> None:
        """Leave its file no room to grow, until `free_outbox`."""

    def free_outbox(self) -> None: ...

    def probe(self, count: int, on_replies: Callable[[Sequence[str]], None]) -> None:
        """Submit workouts that are refused instead of tried again; `on_replies` gets why each was, empty if not."""

    def crash(self) -> None:
        """SIGKILL this console, which a process of its own starts again."""


class Result(Enum):
    NOT_TRIED = "not tried yet"
    RUNNING = "running"
    KEPT = "as promised"
    BROKEN = "not as promised"
    IMPOSSIBLE = "not possible here"


@dataclass(frozen=True, slots=True)
class Observation:
    """`words`: what was seen, as short as a caption."""

    result: Result
    words: str


NOT_TRIED = Observation(Result.NOT_TRIED, Result.NOT_TRIED.value)


def seconds(span_ms: float) -> str:
    return f"{max(0.0, span_ms) / 1000:.1f} s"


class Experiment(ABC):
    """`key`, `title`, `icon` and `promise` are for the screen. Used once: `begin`, then `take` and `look` until a
    observation, then `end`."""

    key: str
    title: str
    icon: str
    promise: str
    bound_ms = BOUND_MS

    def __init__(self, control: DemoControl) -> None:
        self.control = control
        self.began_ms = 0

    @abstractmethod
    def begin(self, state: ConsoleState, now_ms: int) -> None: ...

    def take(self, event: Event) -> None:  # noqa: B027 - what most override
        """An event since `begin`."""

    @abstractmethod
    def look(self, state: ConsoleState, now_ms: int) -> Observation | None:
        """Ten times a second; None while it is not decided."""

    def progress(self, state: ConsoleState, now_ms: int) -> str:
        """What it waits for."""
        return "watching"

    def end(self) -> None:  # noqa: B027 - for those whose fault lasts
        """Undo what the fault needs, also when it is given up."""


def kept(words: str) -> Observation:
    return Observation(Result.KEPT, words)


def broken(words: str) -> Observation:
    return Observation(Result.BROKEN, words)
