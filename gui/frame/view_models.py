"""Frozen values that the main window shows; made by the controllers. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.events import ConnectionState, WorkerState
from gui.formatting import READ_ONLY


@dataclass(frozen=True, slots=True)
class ConnectionView:
    """The connection. `kind`: `RabbitMQ` or `Embedded queue`; `place`: `localhost:5672` or `this computer`."""

    kind: str
    place: str
    state: ConnectionState
    environment: str = ""  # text of the badge beside the pill, such as DEMO

    @property
    def title(self) -> str:
        """The bold text of the pill: the broker's kind, or why there is no connection."""
        return {
            ConnectionState.ONLINE: self.kind,
            ConnectionState.CONNECTING: "Connecting",
            ConnectionState.BLOCKED: "Blocked",
            ConnectionState.OFFLINE: "Offline",
            ConnectionState.REFUSED: "Refused",
        }[self.state]

    @property
    def sentence(self) -> str:
        return f"Connection: {self.kind} at {self.place}, {self.state.value}"


@dataclass(frozen=True, slots=True)
class WorkerButtonView:
    """This program's own workers, by the state of each; empty where it is read-only."""

    states: tuple[WorkerState, ...] = ()
    busy: bool = False  # workouts are in flight
    prefetch: int = 0
    simulated_work: str = ""  # `0.5:2.5` in seconds, empty for none

    @property
    def state(self) -> WorkerState | None:
        """The most active one."""
        return min(self.states, key=_MOST_ACTIVE.index, default=None)

    @property
    def title(self) -> str:
        state, number = self.state, len(self.states)
        if state is None:
            return "No worker here"
        if number > 1:
            running = self.states.count(WorkerState.RUNNING)
            alike = set(self.states) == {state} and not running
            return f"{number} workers {state.value}" if alike else f"{running} of {number} running"
        if state is WorkerState.RUNNING and not self.busy:
            return "Worker ready"
        return f"Worker {state.value}"

    @property
    def is_paused(self) -> bool:
        """Whether Pause resumes."""
        return WorkerState.PAUSED in self.states and WorkerState.RUNNING not in self.states

    @property
    def can_start(self) -> bool:
        return WorkerState.STOPPED in self.states

    @property
    def can_stop(self) -> bool:
        return any(state is not WorkerState.STOPPED for state in self.states)

    @property
    def can_pause(self) -> bool:
        """And drain."""
        return WorkerState.RUNNING in self.states or WorkerState.PAUSED in self.states

    @property
    def why_not_start(self) -> str:
        """Why no worker can be started; empty: one can."""
        return "" if self.can_start else self._why_none_is("stopped")

    @property
    def why_not_stop(self) -> str:
        return "" if self.can_stop else self._why_none_is("running")

    @property
    def why_not_pause(self) -> str:
        """And why not drain."""
        return "" if self.can_pause else self._why_none_is("running")

    def _why_none_is(self, needed: str) -> str:
        """`It is running`, `All 3 are stopped`: follows the name of the act in menus and hints."""
        number = len(self.states)
        if not number:
            return READ_ONLY
        if len(set(self.states)) > 1:
            return f"None of the {number} is {needed}"
        state = self.states[0].value
        return f"It is {state}" if number == 1 else f"All {number} are {state}"


_MOST_ACTIVE = (
    WorkerState.RUNNING,
    WorkerState.DRAINING,
    WorkerState.PAUSED,
    WorkerState.STARTING,
    WorkerState.ON_HOLD,
    WorkerState.STOPPED,
)


@dataclass(frozen=True, slots=True)
class StatusView:
    """The status line. None: not known."""

    last_event_age_s: float | None = None
    outbox: int = 0
    depth: int | None = 0
    depth_as_of: str = ""  # time of the last known depth while the queue cannot be read
    in_per_s: float | None = None
    out_per_s: float | None = None
    connected: bool = True
    files_in: str = ""  # the data folder, shown until the first workout
    http: str = ""  # address of the HTTP endpoint; empty while it is off


Offer = Literal["reconnect", "connect_to", "start", "pause"]  # an action of FrameActions; pause resumes while paused


@dataclass(frozen=True, slots=True)
class BannerView:
    """A problem or notice. `key` identifies it, so that one that the user closed stays closed."""

    key: str
    headline: str
    text: str = ""
    kind: Literal["offline", "problem", "warning", "notice"] = "problem"
    next_try_s: int | None = None
    offers: tuple[Offer, ...] = ()
    details: str = ""
    can_close: bool = True

    @property
    def sentence(self) -> str:
        return f"{self.headline} {self.text}".strip()


def age_text(age_s: float) -> str:
    """Time since, in one unit: `0.1 s`, `32 s`, `5 min`, `3 h`."""
    if age_s < 9.95:
        return f"{max(0.0, age_s):.1f} s"
    if age_s < 119.5:
        return f"{age_s:.0f} s"
    if age_s < 119.5 * 60:
        return f"{age_s / 60:.0f} min"
    return f"{age_s / 3600:.0f} h"


def rate_text(per_s: float) -> str:
    """A rate: `43.6/s`, without decimals from 1,000 on."""
    return f"{per_s:,.1f}/s" if per_s < 999.95 else f"{per_s:,.0f}/s"


@dataclass(frozen=True, slots=True)
class SettingsView:
    """The values that the settings dialog shows and returns."""

    theme: Literal["system", "dark", "light"] = "system"
    distance_unit: Literal["km", "mi"] = "km"
    weight_unit: Literal["kg", "lb"] = "kg"
    prefetch: int = 500
    simulated_work: str = ""  # `0.5:2.5` in seconds, empty for none
    http_endpoint: bool = False
    http_port: int = 3000
    celebrations: bool = True
