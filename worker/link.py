"""What is known of the broker, from all threads that talk to it: one state, told when it changes."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from core.errors import BrokerRefusedError, PacelineError
from core.events import ConnectionChanged, Event, LinkState

_CONNECTED = (LinkState.ONLINE, LinkState.BLOCKED)


class Link:
    """Whoever notices first tells it. All methods are for any thread; `on_event` is called in the caller's.

    When the broker is back for one thread, those who asked by `when_back` are woken to try again at once.
    """

    def __init__(self, kind: str, place: str, *, now_ms: Callable[[], int], on_event: Callable[[Event], None]) -> None:
        self._kind = kind
        self._place = place
        self._now_ms = now_ms
        self._on_event = on_event
        self._lock = Lock()
        self._state: LinkState | None = None
        self._problem = ""
        self._alarm = ""
        self._when_back: list[Callable[[], None]] = []

    @property
    def state(self) -> LinkState:
        return self._state or LinkState.CONNECTING

    def when_back(self, wake: Callable[[], None]) -> None:
        """`wake` is called, in some thread, each time the broker has come back."""
        with self._lock:
            self._when_back.append(wake)

    def is_connecting(self) -> None:
        """For the very first try; a later one is told by its outcome."""
        self._tell(LinkState.CONNECTING, only_first=True)

    def is_online(self) -> None:
        if self._tell(LinkState.ONLINE) not in _CONNECTED:
            with self._lock:
                wakes = tuple(self._when_back)
            for wake in wakes:
                wake()

    def is_blocked(self, alarm: str) -> None:
        """The broker is there, but takes no messages: `alarm` says why. Empty: it takes them again."""
        if alarm != self._alarm:
            self._alarm = alarm
            self.is_online()

    def is_lost(self, error: PacelineError, *, next_try_at_ms: int | None) -> None:
        self._alarm = ""
        state = LinkState.REFUSED if isinstance(error, BrokerRefusedError) else LinkState.OFFLINE
        self._tell(state, str(error), next_try_at_ms)

    def _tell(
        self, state: LinkState, problem: str = "", next_try_at_ms: int | None = None, *, only_first: bool = False
    ) -> LinkState | None:
        """The state before. A new time of the next try is told as well, since screens count down to it."""
        with self._lock:
            before = self._state
            if state is LinkState.ONLINE and self._alarm:
                # Looked at under the lock: who is put aside with an alarm in mind would tell it when it is over.
                state, problem = LinkState.BLOCKED, self._alarm
            if only_first and before is not None:
                return before
            if before is state and problem == self._problem and next_try_at_ms is None:
                return before
            self._state, self._problem = state, problem
            # Told under the lock, so that two threads cannot tell in another order than they noticed.
            self._on_event(ConnectionChanged(self._now_ms(), state, self._kind, self._place, problem, next_try_at_ms))
        return before
