"""The two threads between a program and its broker: what one accepts, the other sends."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.broker.backoff import Backoff
from core.broker.ports import Broker
from core.events import Event
from core.outbox.outbox import Outbox
from core.workouts.model import Workout
from worker.outbox.outbox_writer import OutboxWriter
from worker.outbox.send_thread import OutboxSender
from worker.runtime.connection_status import ConnectionStatus


class OutboxRig:
    """A writer and a sender of one outbox, wired as a program does it."""

    def __init__(
        self,
        broker: Broker,
        make_outbox: Callable[[], Outbox],
        *,
        now_ms: Callable[[], int],
        on_event: Callable[[Event], None],
        status: ConnectionStatus,
        make_backoff: Callable[[], Backoff] = Backoff,
    ) -> None:
        self.writer = OutboxWriter(
            make_outbox(),
            now_ms=now_ms,
            on_event=on_event,
            on_accepted=lambda: self.sender.wake(),
            backoff=make_backoff(),
        )
        self.sender = OutboxSender(
            make_outbox(),
            broker.publisher(),
            now_ms=now_ms,
            on_event=on_event,
            status=status,
            writing=self.writer.writing,
            backoff=make_backoff(),
        )
        status.on_reconnect(self.sender.retry_now)

    def start(self) -> None:
        self.writer.start()
        self.sender.start()

    def submit(self, workouts: Sequence[Workout]) -> bool:
        return self.writer.submit(workouts)

    def stop(self, timeout_s: float = 10.0) -> bool:
        """Whether both ended in time."""
        ended = self.writer.end(timeout_s)
        self.sender.stop()
        return self.sender.join(timeout_s) and ended
