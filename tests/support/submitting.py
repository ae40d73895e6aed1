"""Workouts on their way to a broker that may be away: through an outbox, or without one."""

from __future__ import annotations

from pathlib import Path

from typing_extensions import override

from core.broker.backoff import Backoff
from core.outbox.outbox import Outbox
from core.workouts.model import Workout
from tests.support.fakes import EventLog, FakeBroker
from tests.support.outbox_rig import OutboxRig
from tests.support.waiting import wait_until
from worker.demo.producers.direct_submission import DirectSubmission
from worker.runtime.clock import now_ms
from worker.runtime.connection_status import ConnectionStatus

BOUND_S = 60.0


class Submitting:
    def __init__(self, folder: Path) -> None:
        self.broker = FakeBroker()

    def submit(self, workout: Workout) -> None:
        """And wait until it is known what becomes of it for now."""
        raise NotImplementedError

    def wait_until_sent(self, count: int) -> None:
        wait_until(lambda: len(self.at_the_broker) == count, BOUND_S)

    @property
    def at_the_broker(self) -> set[str]:
        return {message.message_id or "" for message, _, _ in list(self.broker.queue.ready)}

    def stop(self) -> None:
        raise NotImplementedError


class WithOutbox(Submitting):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        events = EventLog()
        status = ConnectionStatus("Embedded queue", "this computer", now_ms=now_ms, on_event=events)
        self._rig = OutboxRig(
            self.broker,
            lambda: Outbox(folder / "outbox.db", now_ms=now_ms),
            now_ms=now_ms,
            on_event=events,
            status=status,
            make_backoff=lambda: Backoff(first_s=0.01, max_s=0.02),
        )
        self._rig.start()

    @override
    def submit(self, workout: Workout) -> None:
        assert self._rig.submit([workout])

    @override
    def stop(self) -> None:
        assert self._rig.stop(BOUND_S)


class WithoutOutbox(Submitting):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._direct = DirectSubmission(now_ms)
        self._thread = self._direct.publisher_to(self.broker)
        self._thread.start()

    @override
    def submit(self, workout: Workout) -> None:
        self._direct.submit([workout])
        wait_until(lambda: self._direct.submitted == self._direct.sent + self._direct.dropped, BOUND_S)

    @override
    def stop(self) -> None:
        self._thread.stop()
        assert self._thread.join(BOUND_S)
