"""What is known of a workspace before it is built, and the requests that lead from one to another. Qt-free."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.live.console_state import ConsoleState


@dataclass(frozen=True, slots=True)
class OpenWorkout:
    """Show what became of a workout, step by step. `revisions`: begin at what was changed since."""

    workout_id: str
    revisions: bool = False


@dataclass(frozen=True, slots=True)
class RepairWorkout:
    """Open a failed workout for repair."""

    workout_id: str


@dataclass(frozen=True, slots=True)
class EditWorkout:
    """Fill the form with a workout that was sent from here."""

    workout_id: str


@dataclass(frozen=True, slots=True)
class NewWorkout:
    """Begin a workout of this athlete in the form; empty: with nothing filled in."""

    athlete: str
    sport: str = ""


@dataclass(frozen=True, slots=True)
class CorrectWorkout:
    """Fill the form with the newest revision of a workout, of any program, to correct it."""

    workout_id: str


@dataclass(frozen=True, slots=True)
class UseAgain:
    """Fill the form with the values of a workout, of any program, to send them as a new one that starts now.

    `fields`: body fields of an older revision; None: those that count.
    """

    workout_id: str
    fields: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class StartDemo:
    """Start a demonstration: a process of its own, with data of its own."""


@dataclass(frozen=True, slots=True)
class ShowFailed:
    """Show the failed messages."""


Request = OpenWorkout | RepairWorkout | EditWorkout | NewWorkout | CorrectWorkout | UseAgain | StartDemo | ShowFailed


@dataclass(frozen=True, slots=True)
class WorkspaceEntry:
    """A line of the registry: one item of the rail, one shortcut (Ctrl and its number), one command of the palette.

    Its modules are loaded after the first paint, or before that if it is to be shown then.
    """

    key: str  # also for `--workspace`
    title: str
    icon: str
    controller: str  # its WorkspaceController, as `module:class`
    handles: tuple[type[Request], ...] = ()
    count: Callable[[ConsoleState], int] | None = None  # the number at its item of the rail; 0 hides it
    plays: bool = False  # it shows what events say, so a recording is enough for it
