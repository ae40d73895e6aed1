"""Notes in the results database about messages that are settled there and still in the queue.

The ledger must not count such a message twice. A note is removed once its message has left the queue.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.broker.ports import Consumer, Delivery, RetryRequest
from core.events import OutcomeKind
from core.failures.failure_key import failure_key
from core.processing.apply_batch import ApplyResult
from core.store.still_queued import copy_key, worker_key
from worker.consumer.store_session import Store


class QueueNotes:
    """Of the loop's thread. Errors of the store pass; notes that could not be removed are removed the next time."""

    def __init__(self, store: Store, consumer: Consumer, worker: str) -> None:
        self._store, self._consumer, self._worker = store, consumer, worker
        self._to_remove: list[str] = []  # notes to remove: their messages have left the queue
        self._unsure: list[str] = []  # some of their messages are held; the consumer does not say which
        self._connection_epoch = 0  # of the connection that holds them
        self._is_batch_acked = False  # the last batch has left the queue, and its note is not removed

    def settling(self) -> None:
        """A batch is committed and will be acked next."""
        self._is_batch_acked = False

    def settled(self, done: Sequence[ApplyResult], deliveries: Sequence[Delivery]) -> None:
        """These were stored, or known as duplicates, and acked."""
        self._is_batch_acked = True
        for applied, delivery in zip(done, deliveries, strict=True):
            # Perhaps one of two copies of the same message: a redelivered original, or a retry copy with its attempts.
            if applied.kind is OutcomeKind.DUPLICATE and (delivery.redelivered or delivery.attempts):
                self._to_remove.append(copy_key(failure_key(delivery.message)))

    def retrying(self, retries: Sequence[RetryRequest]) -> list[str]:
        """Note messages that are copied to a retry queue next; returns the keys of the notes."""
        keys = [copy_key(failure_key(retry.delivery.message)) for retry in retries]
        self._store.note_copies(keys)
        return keys

    def moved(self, keys: Sequence[str], taken: int) -> None:
        """The consumer copied `taken` of these to the failed queue or a retry queue, and acked them."""
        if taken == len(keys):
            self._to_remove += keys
        else:
            self._follow_connection()
            self._unsure += keys

    def look(self) -> None:
        """Call while connected: messages that were held may have been moved since."""
        self._follow_connection()
        if self._unsure and not self._consumer.held.count:
            self._to_remove += self._unsure
            self._unsure.clear()

    def remove(self) -> None:
        if self._to_remove:
            self._store.put_away(self._to_remove)
            self._to_remove.clear()

    def rest(self) -> None:
        """The queue is empty or the worker stops, so no other batch will replace the note of the last one."""
        if self._is_batch_acked:
            self._to_remove.append(worker_key(self._worker))
            self._is_batch_acked = False
        self.remove()

    def _follow_connection(self) -> None:
        """Messages held when a connection was lost are in the queue again, so their notes stay."""
        if self._connection_epoch != self._consumer.connection_epoch:
            self._connection_epoch = self._consumer.connection_epoch
            self._unsure.clear()
