"""The results database of one loop: opened when needed, waited for while it is unavailable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from core.broker.ports import Consumer
from core.codec.workout_codec import DecodedMessage
from core.errors import StoreError, StoreFileReplacedError
from core.events import WorkerState
from core.processing.apply_batch import ApplyResult
from core.store.failure_record import FailureRecord
from worker.consumer.controls import Controls
from worker.consumer.heartbeat import Heartbeat
from worker.consumer.options import LoopOptions


class Store(Protocol):
    """The results database as the loop uses it; see ResultsStore."""

    def open(self, on_update: Callable[[str], None] | None = None) -> None: ...

    def close(self) -> None: ...

    def apply(
        self,
        batch: Sequence[DecodedMessage],
        *,
        worker: str,
        picked_up_at_ms: int,
        failures: Sequence[FailureRecord] = (),
        cleared: Sequence[str] = (),
    ) -> list[ApplyResult]: ...

    def poison_suspects(self, keys: Sequence[str]) -> dict[str, int]: ...

    def mark_suspects(self, keys: Sequence[str], *, alone: bool) -> None: ...

    def clear_suspects(self, keys: Sequence[str]) -> None: ...

    def note_copies(self, keys: Sequence[str]) -> None: ...

    def put_away(self, keys: Sequence[str]) -> None: ...


class StoreSession:
    """Of the loop's thread. `backoff`: the pauses between two tries."""

    def __init__(
        self, results: Store, consumer: Consumer, controls: Controls, heartbeat: Heartbeat, options: LoopOptions
    ) -> None:
        self.results = results
        self.is_open = False
        self.backoff = options.make_backoff()
        self._consumer = consumer
        self._controls = controls
        self._heartbeat = heartbeat
        self._options = options

    def open(self) -> None:
        """Does nothing while it is open."""
        if not self.is_open:
            self.results.open(partial(self._heartbeat.set_state, WorkerState.ON_HOLD))
            self.is_open = True

    def close(self) -> None:
        if self.is_open:
            self.is_open = False
            self.results.close()

    def retry(self, act: Callable[[], None]) -> StoreError | None:
        """Call `act` until the database takes it; the connection to the broker is served meanwhile.

        The error of the last try after `store_retry_timeout_s`, or once the loop is to stop or pause.
        """
        options = self._options
        until_s = options.monotonic_s() + options.store_retry_timeout_s
        is_replaced = False
        while True:
            try:
                if is_replaced:
                    self.results.open()  # the file of that name: one put back, or a new one
                    is_replaced = False
                act()
            except StoreError as error:
                is_replaced = is_replaced or isinstance(error, StoreFileReplacedError)
                self._heartbeat.set_state(WorkerState.ON_HOLD, str(error))
                self._heartbeat.publish_if_due()
                left_s = max(0.0, until_s - options.monotonic_s())
                self._consumer.fetch(0, min(self.backoff.next_s(), left_s, options.heartbeat_interval_s))
                if self._controls.leaving or options.monotonic_s() >= until_s:
                    return error
            else:
                self.backoff.reset()
                return None
