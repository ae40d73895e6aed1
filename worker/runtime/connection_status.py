"""The connection to the broker as one state, kept by all threads that use it; each change is an event."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from threading import Lock

from core.errors import BrokerRefusedError, PacelineError
from core.events import ConnectionChanged, ConnectionState, Event

_CONNECTED = (ConnectionState.ONLINE, ConnectionState.BLOCKED)


class ConnectionStatus:
    """The first thread that notices a change reports it. All methods may be called from any thread.

    `on_event` is called in the thread of a caller, without a lock held and in the order of the changes: a thread that
    arrives during such a call leaves its event to the thread that is calling. When one thread has reconnected, the
    callbacks registered with `on_reconnect` are called, so that the other threads try again at once.
    """

    def __init__(
        self, kind: str, location: str, *, now_ms: Callable[[], int], on_event: Callable[[Event], None]
    ) -> None:
        self._kind = kind
        self._location = location
        self._now_ms = now_ms
        self._on_event = on_event
        self._lock = Lock()
        self._state: ConnectionState | None = None
        self._problem = ""
        self._blocked_reason = ""
        self._on_reconnect: list[Callable[[], None]] = []
        self._unreported: deque[ConnectionChanged] = deque()
        self._is_reporting = False

    @property
    def state(self) -> ConnectionState:
        return self._state or ConnectionState.CONNECTING

    def on_reconnect(self, wake: Callable[[], None]) -> None:
        """Call `wake` each time the broker is reachable again, in the thread that reconnected."""
        with self._lock:
            self._on_reconnect.append(wake)

    def set_connecting(self) -> None:
        """For the first attempt only; later attempts are reported by their outcome."""
        with self._lock:
            if self._state is None:
                self._change(ConnectionState.CONNECTING)
        self._report()

    def set_online(self) -> None:
        with self._lock:
            wakes = self._set_connected()
        self._report(wakes)

    def set_blocked(self, blocked_reason: str) -> None:
        """The broker is connected but accepts no messages. An empty `blocked_reason`: it accepts them again."""
        with self._lock:
            if blocked_reason == self._blocked_reason:
                return
            self._blocked_reason = blocked_reason
            wakes = self._set_connected()
        self._report(wakes)

    def set_lost(self, error: PacelineError, *, next_try_at_ms: int | None) -> None:
        """REFUSED for a BrokerRefusedError, else OFFLINE. `next_try_at_ms`: epoch; None when unknown."""
        state = ConnectionState.REFUSED if isinstance(error, BrokerRefusedError) else ConnectionState.OFFLINE
        with self._lock:
            self._blocked_reason = ""
            self._change(state, str(error), next_try_at_ms)
        self._report()

    def _set_connected(self) -> tuple[Callable[[], None], ...]:
        """Call with the lock held. Returns the callbacks to call: none if the broker was connected already."""
        was_up = self._state in _CONNECTED
        self._change(ConnectionState.BLOCKED if self._blocked_reason else ConnectionState.ONLINE, self._blocked_reason)
        return () if was_up else tuple(self._on_reconnect)

    def _change(self, state: ConnectionState, problem: str = "", next_try_at_ms: int | None = None) -> None:
        """Call with the lock held. A new time of the next try is reported too: screens count down to it."""
        if state is self._state and problem == self._problem and next_try_at_ms is None:
            return
        self._state, self._problem = state, problem
        changed = ConnectionChanged(self._now_ms(), state, self._kind, self._location, problem, next_try_at_ms)
        self._unreported.append(changed)

    def _report(self, wakes: Iterable[Callable[[], None]] = ()) -> None:
        while (event := self._next_unreported()) is not None:
            try:
                self._on_event(event)
            finally:
                with self._lock:
                    self._is_reporting = False
        for wake in wakes:
            wake()

    def _next_unreported(self) -> ConnectionChanged | None:
        with self._lock:
            if self._is_reporting or not self._unreported:
                return None
            self._is_reporting = True
            return self._unreported.popleft()
