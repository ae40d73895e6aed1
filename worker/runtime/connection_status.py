"""What is known of the broker, from all threads that talk to it: one state, told when it changes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from threading import Lock

from core.errors import BrokerRefusedError, PacelineError
from core.events import ConnectionChanged, ConnectionState, Event

_CONNECTED = (ConnectionState.ONLINE, ConnectionState.BLOCKED)


class ConnectionStatus:
    """Whoever notices first tells it. All methods are for any thread.

    `on_event` is called in the thread of a caller, without a lock held and in the order in which changes were noticed:
    a thread that comes while another one is calling leaves its event to that one. When the broker is back for one
    thread, those who asked by `when_back` are woken to try again at once.
    """

    def __init__(self, kind: str, place: str, *, now_ms: Callable[[], int], on_event: Callable[[Event], None]) -> None:
        self._kind = kind
        self._place = place
        self._now_ms = now_ms
        self._on_event = on_event
        self._lock = Lock()
        self._state: ConnectionState | None = None
        self._problem = ""
        self._alarm = ""
        self._when_back: list[Callable[[], None]] = []
        self._untold: deque[ConnectionChanged] = deque()
        self._is_telling = False

    @property
    def state(self) -> ConnectionState:
        return self._state or ConnectionState.CONNECTING

    def on_reconnect(self, wake: Callable[[], None]) -> None:
        """`wake` is called, in some thread, each time the broker has come back."""
        with self._lock:
            self._when_back.append(wake)

    def set_connecting(self) -> None:
        """For the very first try; a later one is told by its outcome."""
        with self._lock:
            if self._state is None:
                self._change(ConnectionState.CONNECTING)
        self._tell()

    def set_online(self) -> None:
        with self._lock:
            wakes = self._come_up()
        self._tell(wakes)

    def set_blocked(self, alarm: str) -> None:
        """The broker is there, but takes no messages: `alarm` says why. Empty: it takes them again."""
        with self._lock:
            if alarm == self._alarm:
                return
            self._alarm = alarm
            wakes = self._come_up()
        self._tell(wakes)

    def set_lost(self, error: PacelineError, *, next_try_at_ms: int | None) -> None:
        state = ConnectionState.REFUSED if isinstance(error, BrokerRefusedError) else ConnectionState.OFFLINE
        with self._lock:
            self._alarm = ""
            self._change(state, str(error), next_try_at_ms)
        self._tell()

    def _come_up(self) -> tuple[Callable[[], None], ...]:
        """Under the lock. Who is to be woken: nobody where the broker was there already."""
        was_up = self._state in _CONNECTED
        self._change(ConnectionState.BLOCKED if self._alarm else ConnectionState.ONLINE, self._alarm)
        return () if was_up else tuple(self._when_back)

    def _change(self, state: ConnectionState, problem: str = "", next_try_at_ms: int | None = None) -> None:
        """Under the lock. A new time of the next try is told as well, since screens count down to it."""
        if state is self._state and problem == self._problem and next_try_at_ms is None:
            return
        self._state, self._problem = state, problem
        changed = ConnectionChanged(self._now_ms(), state, self._kind, self._place, problem, next_try_at_ms)
        self._untold.append(changed)

    def _tell(self, wakes: Iterable[Callable[[], None]] = ()) -> None:
        while (event := self._next_untold()) is not None:
            try:
                self._on_event(event)
            finally:
                with self._lock:
                    self._is_telling = False
        for wake in wakes:
            wake()

    def _next_untold(self) -> ConnectionChanged | None:
        with self._lock:
            if self._is_telling or not self._untold:
                return None
            self._is_telling = True
            return self._untold.popleft()
