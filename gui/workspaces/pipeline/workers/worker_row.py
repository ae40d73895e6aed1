"""A row of the workers table, with its texts. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass

from core.events import WorkerState
from core.live.workers import LiveWorker
from gui.forms.formatting import duration_text


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """`name` and `place` as shown; `can_act`: it belongs to this console, and the console is not read-only."""

    view: LiveWorker
    name: str
    place: str
    own: bool
    can_act: bool

    @property
    def state_words(self) -> str:
        return "silent" if self.view.stale else self.view.state.value

    @property
    def faint(self) -> bool:
        return self.view.stale or self.view.state is WorkerState.STOPPED

    @property
    def leaves_words(self) -> str:
        """When the row will be removed; empty for one that stays."""
        if self.own or self.view.expires_in_ms is None:
            return ""
        return f"leaves in {max(1, round(self.view.expires_in_ms / 1000))} s"

    @property
    def job_words(self) -> tuple[str, str]:
        """Athlete and workout of the current job, or a text about the worker instead."""
        view = self.view
        if view.presumed_dead:
            return "", "its work went back to the queue"
        if view.problem and view.state is WorkerState.ON_HOLD:
            return "", view.problem
        if view.job is None:
            return "", ""
        job = view.job
        sport = job.sport if job.duration_min is None else f"{job.sport} {duration_text(job.duration_min)}"
        more = f"+{view.in_flight - 1:,}" if view.in_flight > 1 else ""
        return job.athlete or job.workout_id[:8], f"{sport} {more}".strip()

    @property
    def sentence(self) -> str:
        view = self.view
        lines = [view.name, f"on {view.host}, process {view.pid}" if view.host else "computer not known"]
        lines.append(f"version {view.version}" if view.version else "version not known")
        lines.append(f"{self.state_words}{f': {view.problem}' if view.problem else ''}")
        lines.append(f"{view.done:,} workouts done, {view.in_flight:,} in progress")
        return "\n".join(lines)
