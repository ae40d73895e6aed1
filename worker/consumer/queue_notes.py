"""The notes in the results of what is settled there and still in the queue, taken back once it has left it."""

from __future__ import annotations

from collections.abc import Sequence

from core.broker.ports import Consumer, Delivery, RetryRequest
from core.events import OutcomeKind
from core.failures.failure_key import failure_key
from core.processing.apply_batch import ApplyResult
from core.store.still_queued import copy_key, worker_key
from worker.consumer.batch import Store


class QueueNotes:
    """Of the loop's thread. Errors of the store pass; what could not be taken back then is taken back the next time."""

    def __init__(self, store: Store, consumer: Consumer, worker: str) -> None:
        self._store, self._consumer, self._worker = store, consumer, worker
        self._gone: list[str] = []  # have left the queue, and their notes are still there
        self._unsure: list[str] = []  # some of these are held: which, the consumer does not say
        self._generation = 0  # of the connection that those were held on
        self._is_batch_gone = False  # the last batch has left the queue, and its note is there

    def settling(self) -> None:
        """A batch is committed; the broker is told next."""
        self._is_batch_gone = False

    def settled(self, done: Sequence[ApplyResult], deliveries: Sequence[Delivery]) -> None:
        """What was stored of it, or known already, has left the queue."""
        self._is_batch_gone = True
        for applied, delivery in zip(done, deliveries, strict=True):
            # One of two copies, if there are two. Then one was delivered before, and the other says how often.
            if applied.kind is OutcomeKind.DUPLICATE and (delivery.redelivered or delivery.attempts):
                self._gone.append(copy_key(failure_key(delivery.message)))

    def retrying(self, retries: Sequence[RetryRequest]) -> list[str]:
        """They are copied next; returns the keys of their notes."""
        keys = [copy_key(failure_key(retry.delivery.message)) for retry in retries]
        self._store.note_copies(keys)
        return keys

    def moved(self, keys: Sequence[str], taken: int) -> None:
        """The consumer has put away so many of these: copied elsewhere, and acked."""
        if taken == len(keys):
            self._gone += keys
        else:
            self._follow_connection()
            self._unsure += keys

    def look(self) -> None:
        """While the connection serves: what was held may have been put away since."""
        self._follow_connection()
        if self._unsure and not self._consumer.held.count:
            self._gone += self._unsure
            self._unsure.clear()

    def take_back(self) -> None:
        if self._gone:
            self._store.put_away(self._gone)
            self._gone.clear()

    def rest(self) -> None:
        """Nothing more comes for a while, so no other batch replaces the note of the last one."""
        if self._is_batch_gone:
            self._gone.append(worker_key(self._worker))
            self._is_batch_gone = False
        self.take_back()

    def _follow_connection(self) -> None:
        """What was held when a connection was lost is in the queue again."""
        if self._generation != self._consumer.connection_epoch:
            self._generation = self._consumer.connection_epoch
            self._unsure.clear()
