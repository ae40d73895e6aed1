"""A queue that is not persistent: its messages wait in the memory of this process, and a restart forgets them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Lock

from core.broker.backoff import Backoff
from core.broker.ports import Broker, Depth, Inspector, Message, Publisher, PublishResult, PublishStatus
from core.errors import BrokerError
from core.logs import get_log
from worker.demo.protections import ProtectionSwitch
from worker.runtime.clock import now_ms
from worker.runtime.service_thread import ServiceThread

MOST_WAITING = 100_000
LEAST_AHEAD, MOST_AHEAD = 1, 500  # messages that wait at the broker for a worker
TICK_S = 0.02
IDLE_S = 2.0  # then its connection is closed, since heartbeats would have to be served

_CONFIRMED = PublishResult(PublishStatus.CONFIRMED)
_FULL = PublishResult(PublishStatus.REFUSED, "The queue in memory is full.")

_log = get_log(__name__)


@dataclass(frozen=True, slots=True)
class _Waiting:
    message: Message
    since_ms: int


class MemoryQueue(ServiceThread):
    """In front of the broker's own queue, to which its thread passes messages on only as workers take them.

    Methods are for any thread. With the protection on again, all that wait go on at once. What waits at the end of the
    thread is lost, as by a restart.
    """

    def __init__(self, broker: Broker, switch: ProtectionSwitch) -> None:
        super().__init__("memory queue")
        self._broker, self._switch = broker, switch
        self._waiting: deque[_Waiting] = deque()
        self._away = False
        self._moving = Lock()  # held while messages go on, so that each is counted once; outside _changed
        self._parts: tuple[Publisher, Inspector] | None = None  # while they are open; of the thread
        self._at_broker = 0  # ready there after the last look; 0 when none waited here any longer
        self._backoff = Backoff()

    @property
    def is_away(self) -> bool:
        return self._away

    def set_away(self, away: bool) -> None:
        """While it is away, what is published goes to the broker behind it, which is cut off."""
        self._away = away

    def put(self, messages: Sequence[Message]) -> list[PublishResult]:
        """As Publisher.publish: confirmed at once, though not on any disk. Refused beyond MOST_WAITING."""
        since_ms = now_ms()
        with self._changed:
            room = max(0, MOST_WAITING - len(self._waiting))
            self._waiting.extend(_Waiting(message, since_ms) for message in messages[:room])
            self._changed.notify_all()
        return [_CONFIRMED] * len(messages[:room]) + [_FULL] * len(messages[room:])

    def drop(self) -> int:
        """Forget what waits, as a broker does that is restarted; returns how many."""
        with self._changed:
            count = len(self._waiting)
            self._waiting.clear()
        return count

    def added_to(self, inspect: Callable[[], Depth]) -> Depth:
        """The broker's depth, with what waits here as ready."""
        with self._moving:
            depth = inspect()
            with self._changed:
                count, oldest = len(self._waiting), self._waiting[0] if self._waiting else None
        if oldest is None:
            return depth
        age_s = max(0, now_ms() - oldest.since_ms) / 1000
        return replace(depth, ready=depth.ready + count, oldest_age_s=max(age_s, depth.oldest_age_s or 0.0))

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._stopping or self._waiting, IDLE_S)
                stopping, is_idle = self._stopping, not self._waiting
            if stopping or is_idle:
                self._close()
            if stopping:
                return
            if not is_idle:
                self._pause(self._try_to_pass_on())

    def _try_to_pass_on(self) -> float:
        """Seconds until the next try."""
        try:
            is_all = self._pass_on()
        except BrokerError as error:
            _log.info("the queue in memory cannot reach its broker", problem=str(error))
            self._close()
            return self._backoff.next_s()
        self._backoff.reset()
        return 0.0 if is_all else TICK_S

    def _pass_on(self) -> bool:
        """Whether there is room for more at once."""
        publisher, inspector = self._opened()
        with self._moving:
            ready = inspector.depth().ready
            is_bounded = not self._switch.current.persistent
            batch = self._take(self._ahead_of(ready) - ready if is_bounded else MOST_AHEAD)
            passed_on = self._publish(publisher, batch) if batch else 0
        self._at_broker = ready + passed_on if self._waiting else 0
        return not is_bounded and passed_on == len(batch)

    def _ahead_of(self, ready: int) -> int:
        """Twice as many as workers took since the last look: so fast ones need not wait, and slow ones leave most of a
        backlog here."""
        return min(MOST_AHEAD, max(LEAST_AHEAD, 2 * (self._at_broker - ready)))

    def _publish(self, publisher: Publisher, batch: Sequence[_Waiting]) -> int:
        """How many left. What the broker did not take waits on, but what it never will take is dropped."""
        try:
            results = publisher.publish([each.message for each in batch])
        except BrokerError:
            self._put_back(batch)
            raise
        again = (PublishStatus.REFUSED, PublishStatus.UNKNOWN)
        left = [each for each, result in zip(batch, results, strict=True) if result.verdict in again]
        self._put_back(left)
        if any(result.verdict is PublishStatus.UNKNOWN for result in results):
            self._close()
        return len(batch) - len(left)

    def _take(self, count: int) -> list[_Waiting]:
        with self._changed:
            return [self._waiting.popleft() for _ in range(min(max(0, count), len(self._waiting)))]

    def _put_back(self, some: Sequence[_Waiting]) -> None:
        with self._changed:
            self._waiting.extendleft(reversed(some))

    def _pause(self, pause_s: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._stopping, pause_s)

    def _opened(self) -> tuple[Publisher, Inspector]:
        if self._parts is None:
            publisher, inspector = self._broker.publisher(), self._broker.inspector()
            publisher.open()
            self._parts = publisher, inspector
            inspector.open()
        return self._parts

    def _close(self) -> None:
        if self._parts is not None:
            for part in self._parts:
                part.close()
            self._parts = None
