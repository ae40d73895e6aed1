"""From a host program to the broker: accepted on this disk at once, sent when the broker is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock
from time import monotonic

from core.broker.backoff import Backoff
from core.broker.ports import Broker
from core.events import Event
from core.outbox.outbox import Outbox
from core.workouts.model import Workout
from worker.outbox.accept_thread import AcceptThread
from worker.outbox.send_thread import OutboxSender
from worker.runtime.connection_status import ConnectionStatus


class PublisherThread:
    """Two threads, so that accepting never waits for a broker. Every method is for any thread.

    Events, in those threads: Accepted with the moment of its commit, Confirmed, Refused, OutboxSampled,
    ConnectionChanged through `link`, ProblemRaised when the outbox cannot be written.
    """

    def __init__(
        self,
        broker: Broker,
        make_outbox: Callable[[], Outbox],
        *,
        now_ms: Callable[[], int],
        on_event: Callable[[Event], None],
        link: ConnectionStatus,
        make_backoff: Callable[[], Backoff] = Backoff,
        writing: Lock | None = None,
    ) -> None:
        """`writing`: held by whoever else writes to this outbox in this program."""
        writing = writing or Lock()
        self._sending = OutboxSender(
            make_outbox(),
            broker.publisher(),
            now_ms=now_ms,
            on_event=on_event,
            link=link,
            writing=writing,
            backoff=make_backoff(),
        )
        self._accepting = AcceptThread(
            make_outbox(),
            now_ms=now_ms,
            on_event=on_event,
            on_accepted=self._sending.wake,
            writing=writing,
            backoff=make_backoff(),
        )
        link.on_reconnect(self._sending.retry_now)

    def start(self) -> None:
        self._accepting.start()
        self._sending.start()

    def submit(self, workouts: Sequence[Workout]) -> bool:
        """Returns at once; Accepted tells when it is safe. False, and nothing taken, when too many wait already."""
        return self._accepting.submit(workouts)

    def not_accepted(self) -> list[Workout]:
        """After the end: what was submitted and could not be accepted."""
        return self._accepting.not_accepted()

    def use_outbox(self, act: Callable[[Outbox], None]) -> None:
        """Do something small with the outbox (a draft, recent receipts), soon, in the accepting thread."""
        self._accepting.use(act)

    def notice(self) -> None:
        """Something else has put workouts into the outbox."""
        self._sending.wake()

    def retry_now(self) -> None:
        self._sending.retry_now()

    def stop(self, timeout_s: float = 5.0) -> bool:
        """Accept what was submitted, finish what is being sent, end. Waits; whether both ended in time."""
        until_s = monotonic() + timeout_s
        self._accepting.stop()
        self._accepting.join(timeout_s)
        self._sending.stop()
        return self.join(max(0.1, until_s - monotonic()))

    def join(self, timeout_s: float) -> bool:
        """Whether both have ended, once told to."""
        until_s = monotonic() + timeout_s
        return self._accepting.join(timeout_s) and self._sending.join(max(0.1, until_s - monotonic()))
