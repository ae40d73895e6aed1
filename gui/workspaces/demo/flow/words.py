"""What the parts of the flow say, as frozen values. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass

from gui.theme.palette import Role
from gui.theme.states import State

PRODUCERS, QUEUE, WORKERS, ADD_WORKER = "producers", "queue", "workers", "add_worker"
STORE, BADGES, RETRY, FAILED = "store", "badges", "retry", "failed"


@dataclass(frozen=True, slots=True)
class NumberRow:
    """`icon`: before the label; empty: none."""

    label: str
    value: str
    icon: str = ""


@dataclass(frozen=True, slots=True)
class NodeWords:
    """A part as a box: a title, then a large number with its unit, rows, or one line.

    `number`: with shorter ways to write it, for where there is less room. `corner`: at the right of the title. `calm`:
    nothing there needs attention, so its border has no hue.
    """

    title: str
    icon: str
    hue: Role | None = None  # of border, icon and number
    number: tuple[str, ...] = ()
    unit: str = ""
    rows: tuple[NumberRow, ...] = ()
    corner: str = ""
    line: tuple[str, ...] = ()
    stack: int | None = None  # bars below the rows: one a message
    calm: bool = False


@dataclass(frozen=True, slots=True)
class WorkerWords:
    """A worker as a box. `job`: with shorter ways to write it. `share`: of the time that a job may take, 0 to 1."""

    part: str
    title: str
    state: State
    rate: str
    job: tuple[str, ...]
    took: str = ""
    share: float | None = None
    faint: bool = False


@dataclass(frozen=True, slots=True)
class EdgeWords:
    """`count`: in the pill at the edge, with shorter ways to write it. `notes`: below the edge, one a line.

    `cut`: nothing goes over it, as the broker cannot be reached.
    """

    count: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """Workouts that were lost, and such that were stored twice."""

    lost: int = 0
    doubled: int = 0


def number_ways(number: int, *, known: bool = True) -> tuple[str, ...]:
    """`12,345`, or `12.3k` where that has no room; `–` while it is not known."""
    if not known:
        return ("–",)
    if number < 10_000:
        return (f"{number:,}",)
    short = f"{number / 1_000:.1f}k" if number < 100_000 else f"{number / 1_000:.0f}k"
    return (f"{number:,}", short if number < 1_000_000 else f"{number / 1_000_000:.1f}M")
