"""Publishes past the outbox, as a producer does that keeps nothing: what the broker does not take is dropped."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

from core.broker.ports import Message, Publisher, PublishStatus
from core.errors import BrokerError
from core.logs import get_log
from worker.runtime.service_thread import ServiceThread

MOST_WAITING = 20_000
AT_ONCE = 500
IDLE_S = 2.0  # how often the heartbeats of the connection are served

_log = get_log(__name__)


class DirectPublisher(ServiceThread):
    """A thread with a Publisher of its own, tried once for each message. Methods are for any thread.

    `on_done` is called in this thread with the ids that the broker has, and with those that were dropped.
    """

    def __init__(
        self, publisher: Publisher, on_done: Callable[[Sequence[str], Sequence[str]], None] = lambda _sent, _lost: None
    ) -> None:
        super().__init__("direct publisher")
        self._publisher, self._on_done = publisher, on_done
        self._waiting: deque[Message] = deque()
        self._open = False

    def publish(self, messages: Sequence[Message]) -> None:
        """Returns at once. Beyond MOST_WAITING, and after `stop`, messages are dropped."""
        with self._changed:
            room = 0 if self._stopping else MOST_WAITING - len(self._waiting)
            self._waiting.extend(messages[:room])
            self._changed.notify()
        if over := messages[room:]:
            self._on_done((), [message.message_id or "" for message in over])

    def _run(self) -> None:
        while (batch := self._next()) is not None:
            if batch:
                self._send(batch)
            else:
                self._serve()
        self._close()

    def _next(self) -> list[Message] | None:
        """None at the end; empty when there is nothing to publish but the connection to serve."""
        with self._changed:
            if not self._waiting and not self._stopping:
                self._changed.wait(IDLE_S)
            if self._stopping and not self._waiting:
                return None
            return [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]

    def _send(self, batch: Sequence[Message]) -> None:
        confirmed: list[str] = []
        try:
            if not self._open:
                self._publisher.open()
                self._open = True
            results = self._publisher.publish(batch)
        except BrokerError as error:
            _log.info("published to no broker", messages=len(batch), problem=str(error))
            self._close()
        else:
            for message, result in zip(batch, results, strict=True):
                if result.verdict is PublishStatus.CONFIRMED:
                    confirmed.append(message.message_id or "")
            if any(result.verdict is PublishStatus.UNKNOWN for result in results):
                self._close()
        sent = set(confirmed)
        self._on_done(confirmed, [each for message in batch if (each := message.message_id or "") not in sent])

    def _serve(self) -> None:
        if self._open:
            try:
                self._publisher.keep_alive()
            except BrokerError:
                self._close()

    def _close(self) -> None:
        self._open = False
        self._publisher.close()
