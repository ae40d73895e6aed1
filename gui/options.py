"""The options of the console's command line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Mode = Literal["system", "dark", "light"]
MODES: tuple[Mode, ...] = ("system", "dark", "light")
DEMO_RATE_PER_S = 1.3
DEMO_WORKERS = 2  # processes
DEMO_SLOWNESS_S = 1.5  # that a workout takes on average


def work_span(slowness_s: float) -> str:
    """The simulated work `MIN:MAX`, in seconds, of a demonstration that is so slow on average; empty for none."""
    return f"{slowness_s / 3:.2f}:{longest_work_s(slowness_s):.2f}" if slowness_s > 0 else ""


def longest_work_s(slowness_s: float) -> float:
    return slowness_s * 5 / 3


@dataclass(frozen=True, slots=True)
class Options:
    """Values from the command line; None: not given."""

    broker: str | None = None
    database: str | None = None
    data_dir: Path | None = None
    workspace: str | None = None
    read_only: bool = False
    demo: bool = False
    screenshot: Path | None = None
    after_s: float = 5.0
    theme: Mode | None = None
    size: tuple[int, int] | None = None  # pixels
    record: Path | None = None  # a file that this session is recorded to from its start
    record_names: bool = False  # what is recorded keeps the names
    play: Path | None = None  # a recording that is played instead
    speed: float = 1.0  # that it is played at
