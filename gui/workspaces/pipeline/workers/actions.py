"""The actions on a worker, and why one is not possible. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.config.settings import MAX_PREFETCH
from core.events import WorkerState
from gui.formatting import READ_ONLY
from gui.shortcuts import DRAINS, SHORTCUTS, Scope
from gui.theme.acts import ACTS, Act
from gui.workspaces.pipeline.workers.worker_row import WorkerRow

ActionName = Literal["pause", "resume", "drain", "stop", "start", "kill"]
PREFETCHES = (1, 2, 4, 8, 16, 32, 50, 100, 200, 500, 1_000, 2_000, 5_000, MAX_PREFETCH)

_BUSY = (WorkerState.RUNNING, WorkerState.DRAINING, WorkerState.ON_HOLD, WorkerState.STARTING)
_DOES: dict[ActionName, str] = {
    "pause": "take no more; messages not begun go back to the queue",
    "drain": DRAINS,
    "stop": "finish what is being processed, then end",
    "kill": "end at once; messages not stored yet go back to the queue",
}
_KEYS: dict[ActionName, str] = {"resume": "pause", "start": "stop"}  # names in the registry; of the others their own


@dataclass(frozen=True, slots=True)
class WorkerAction:
    """A button of a row; `why_not` is empty if it is enabled."""

    name: ActionName
    key_name: str  # in the registry of shortcuts
    why_not: str = ""

    @property
    def act(self) -> Act:
        return ACTS[self.name]

    @property
    def words(self) -> str:
        words = ": ".join(filter(None, (self.act.verb, _DOES.get(self.name))))
        return SHORTCUTS[Scope.WORKERS][self.key_name].hint(words)


def actions_of(row: WorkerRow) -> tuple[WorkerAction, WorkerAction, WorkerAction, WorkerAction]:
    """Four buttons, always in the same order: pause or resume, drain, stop or start, kill."""
    state = row.view.state
    stopped, paused = state is WorkerState.STOPPED, state is WorkerState.PAUSED
    return (
        _action(row, "resume" if paused else "pause", possible=not stopped),
        _action(row, "drain", possible=state in (WorkerState.RUNNING, WorkerState.PAUSED)),
        _action(row, "start" if stopped else "stop", possible=True),
        _action(row, "kill", possible=state in (*_BUSY, WorkerState.PAUSED)),
    )


def why_not_controlled(row: WorkerRow) -> str:
    """Why this console cannot control the worker; empty: it can."""
    if not row.own:
        return f"{row.name} runs on {row.place or 'another computer'}: control it there"
    return "" if row.can_act else READ_ONLY


def next_prefetch(prefetch: int, step: int) -> int:
    """The next higher or lower of PREFETCHES."""
    if step > 0:
        return next((each for each in PREFETCHES if each > prefetch), MAX_PREFETCH)
    return next((each for each in reversed(PREFETCHES) if each < prefetch), 1)


def _action(row: WorkerRow, name: ActionName, *, possible: bool) -> WorkerAction:
    why_not = why_not_controlled(row) or ("" if possible else f"It is {row.view.state.value}")
    return WorkerAction(name, _KEYS.get(name, name), why_not)
