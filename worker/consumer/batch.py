"""One batch of deliveries: decoded, stored, and what becomes of each. The broker is settled by the batch runner."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Protocol, TypeVar

from core.broker.origin import read_origin
from core.broker.ports import Delivery, FailedDelivery, RetryRequest
from core.codec.body_summary import BodySummary, summarize_body
from core.codec.workout_codec import DecodedMessage, decode
from core.errors import InvalidWorkoutError, StoreError, UndecodableBodyError
from core.events import CurrentJob, OutcomeKind, WorkoutOutcome
from core.failures.causes import CONFLICT
from core.failures.failure_key import failure_key
from core.logs import get_log
from core.processing.apply_batch import ApplyResult, StoredEntry
from core.store.failure_record import MAX_REASON, FailureRecord, conflict_record
from core.workouts.local_start import start_text_of
from core.workouts.model import Workout
from worker.consumer.options import ReadBody
from worker.consumer.poison_detection import DeliveryGroup
from worker.consumer.retry_policy import (
    NotAckedInTimeError,
    RetryLater,
    TimeLimitExceededError,
    WorkerCrashedError,
    decide_retry,
)
from worker.consumer.store_session import Store

UNSETTLED = ApplyResult("", OutcomeKind.RETRYING)

T = TypeVar("T")

_log = get_log(__name__)


class TimeLimiter(Protocol):
    def __call__(self, act: Callable[[], T]) -> T: ...


def _unguarded(act: Callable[[], T]) -> T:
    return act()


@dataclass(slots=True)
class BatchItem:
    """One delivery: decoded (`incoming`), failed for good (`record`), or neither: to be retried `later`.

    `applied`: what became of it, once it is settled.
    """

    delivery: Delivery
    incoming: DecodedMessage | None
    record: FailureRecord | None = None
    later: RetryLater | None = None
    applied: ApplyResult = UNSETTLED

    @property
    def workout_id(self) -> str:
        if self.incoming is not None:
            return self.incoming.workout_id
        return (self.delivery.message.message_id or "")[:64]

    @property
    def workout(self) -> Workout | None:
        """None where the body was not read, or deletes a workout."""
        return None if self.incoming is None else self.incoming.workout

    @property
    def facts(self) -> Workout | BodySummary:
        """The fields of the workout, as far as known where its body was not read."""
        return self.workout or summarize_body(self.delivery.message.body)


class Batch:
    """Decodes on construction. `commit` may be called again after a StoreUnavailableError and continues where it was.

    `guard` calls its argument, and raises TimeLimitExceededError when that takes too long.
    """

    def __init__(
        self,
        group: DeliveryGroup,
        *,
        worker: str,
        now_ms: int,
        read_body: ReadBody = decode,
        guard: TimeLimiter = _unguarded,
        monotonic_s: Callable[[], float] = monotonic,
    ) -> None:
        self.worker = worker
        self._monotonic_s = monotonic_s
        self._began_s = monotonic_s()
        self.picked_up_at_ms = now_ms
        self._group = group
        self._read_body = read_body
        self._guard = guard
        self.settled: list[BatchItem] = []
        self.items: list[BatchItem] = []
        self._marks = dict(group.marks)  # poison marks by tag that the store has not cleared
        self.must_reopen = False  # an interrupted call may have left the store unusable
        self._read_all()
        done = {item.delivery.tag for item in self.settled}
        self._chunks = [[item for item in self.items if item.delivery.tag not in done]]  # a stack: the last is next

    @property
    def workout_ids(self) -> tuple[str, ...]:
        return tuple([item.workout_id for item in self.items])

    @property
    def job(self) -> CurrentJob:
        """The first workout of the batch, to be shown as the current one."""
        first, facts = self.items[0], self.items[0].facts
        return CurrentJob(first.workout_id, facts.athlete, facts.sport, facts.duration_min)

    @property
    def unsettled(self) -> list[BatchItem]:
        return [item for chunk in reversed(self._chunks) for item in chunk]

    @property
    def still_marked(self) -> list[str]:
        """Keys of the poison marks that the store has not cleared."""
        return list(self._marks.values())

    def commit(self, store: Store) -> None:
        """Store the batch in one transaction. If that fails, bisect it: only the item that causes the error fails.

        StoreError passes: whatever is in `settled` by then is stored.
        """
        while self._chunks:
            chunk = self._chunks[-1]
            try:
                self._reopen(store)
                applied = self._guard(partial(self._apply, store, chunk)) if chunk else []
            except StoreError:
                raise
            except TimeLimitExceededError as error:
                self._chunks.pop()
                self._bisect(chunk, error)
                self.must_reopen = True
            except Exception as error:  # noqa: BLE001 - no error of one workout may stop the others
                self._chunks.pop()
                self._bisect(chunk, error)
            else:
                self._chunks.pop()
                for item, result in zip(chunk, applied, strict=True):
                    self._settle(item, result)
                for item in chunk if self._marks else ():
                    self._marks.pop(item.delivery.tag, None)
        self._reopen(store)

    def defer(self, error: Exception) -> None:
        """The store stayed unavailable: retry the rest later, or fail it without a record in the store."""
        for item in self.unsettled:
            if item.record is not None or self._gives_up(item, error):
                self._settle(item, _failed(item))
        self._chunks.clear()

    def failures(self, now_ms: int) -> list[FailedDelivery]:
        """The settled deliveries that go to the failed queue."""
        return [
            FailedDelivery(
                item.delivery,
                item.applied.reason[:MAX_REASON],
                item.applied.error_type,
                self.worker,
                now_ms,
                "" if item.record is None else item.record.failure_code.code,
            )
            for item in self.settled
            if item.applied.kind is OutcomeKind.FAILED
        ]

    @property
    def failed_keys(self) -> list[str]:
        """Their keys in the store."""
        return [
            item.record.key
            for item in self.settled
            if item.applied.kind is OutcomeKind.FAILED and item.record is not None
        ]

    def retries(self) -> list[RetryRequest]:
        """The settled deliveries that go to a retry queue."""
        return [
            RetryRequest(item.delivery, item.later.delay_s, item.later.after_ms, item.later.reason)
            for item in self.settled
            if item.later is not None
        ]

    def outcomes(self, took_ms: float) -> tuple[WorkoutOutcome, ...]:
        """`took_ms`: from pick-up to commit of the whole batch. A failed one has the time of its failure record."""
        return tuple([self._outcome(item, item.applied, _run_ms(item, took_ms)) for item in self.settled])

    def requeued(self, items: Sequence[BatchItem], reason: str, took_ms: float) -> tuple[WorkoutOutcome, ...]:
        """Outcomes of items that are requeued unprocessed."""
        back = UNSETTLED._replace(reason=reason)
        return tuple([self._outcome(item, back, took_ms) for item in items])

    def _read_all(self) -> None:
        deliveries, items = self._group.deliveries, self.items
        while len(items) < len(deliveries):
            try:
                self._guard(self._read_on)
            except TimeLimitExceededError as error:
                if len(items) < len(deliveries):
                    items.append(self._classify_unreadable(deliveries[len(items)], error))

    def _read_on(self) -> None:
        for delivery in self._group.deliveries[len(self.items) :]:
            self.items.append(self._read(delivery))

    def _read(self, delivery: Delivery) -> BatchItem:
        if delivery.tag in self._group.crashed:
            return self._classify_unreadable(delivery, WorkerCrashedError())
        if delivery.tag in self._group.timed_out:
            return self._classify_unreadable(delivery, NotAckedInTimeError())
        try:
            return BatchItem(delivery, self._read_body(delivery.message, now_ms=self.picked_up_at_ms))
        except (UndecodableBodyError, InvalidWorkoutError) as error:
            return self._classify_unreadable(delivery, error)
        except Exception as error:  # noqa: BLE001 - a body that breaks the reader must not stop the others
            _log.exception("a body broke the reader", worker=self.worker, message_id=delivery.message.message_id)
            return self._classify_unreadable(delivery, error)

    def _classify_unreadable(self, delivery: Delivery, error: BaseException) -> BatchItem:
        item = BatchItem(delivery, None)
        self._gives_up(item, error)
        return item

    def _reopen(self, store: Store) -> None:
        """Part of each attempt, so that a database that is unavailable just then is waited for as usual."""
        if self.must_reopen:
            store.open()
            self.must_reopen = False

    def _apply(self, store: Store, chunk: Sequence[BatchItem]) -> list[ApplyResult]:
        marks = self._group.marks
        good = [item for item in chunk if item.record is None]
        applied = store.apply(
            [item.incoming for item in good if item.incoming is not None],
            worker=self.worker,
            picked_up_at_ms=self.picked_up_at_ms,
            failures=[item.record for item in chunk if item.record is not None],
            cleared=[marks[item.delivery.tag] for item in chunk if item.delivery.tag in marks] if marks else (),
        )
        if len(good) == len(chunk):
            return applied
        results = iter(applied)
        return [next(results) if item.record is None else _failed(item) for item in chunk]

    def _settle(self, item: BatchItem, applied: ApplyResult) -> None:
        if applied.kind is OutcomeKind.FAILED and item.record is None and item.incoming is not None:
            # A conflict, which only the store detects; it has recorded the failure already.
            item.record = conflict_record(item.incoming, worker=self.worker, at_ms=self.picked_up_at_ms)
        item.applied = applied
        self.settled.append(item)

    def _bisect(self, chunk: list[BatchItem], error: BaseException) -> None:
        if len(chunk) > 1:
            # An item that hangs takes the whole time limit, so each is tried alone at once.
            size = 1 if isinstance(error, TimeLimitExceededError) else (len(chunk) + 1) // 2
            parts = [chunk[start : start + size] for start in range(0, len(chunk), size)]
            self._chunks.extend(reversed(parts))
            return
        item = chunk[0]
        _log.error("could not be stored", worker=self.worker, workout_id=item.workout_id, exc_info=error)
        if item.record is not None:
            # Its failure cannot be recorded either; the failed queue still gets it.
            self._settle(item, _failed(item))
        elif self._gives_up(item, error):
            self._chunks.append([item])

    def _gives_up(self, item: BatchItem, error: BaseException) -> bool:
        """True: it has a record now, which is to be stored. False: it is settled, to be retried later."""
        verdict = decide_retry(error, item.delivery.attempts)
        if isinstance(verdict, RetryLater):
            item.later = verdict
            self._settle(item, ApplyResult(item.workout_id, OutcomeKind.RETRYING, reason=verdict.reason))
            return False
        item.record = FailureRecord(
            key=failure_key(item.delivery.message),
            message=item.delivery.message,
            workout_id=None if item.incoming is None else item.incoming.workout_id,
            reason=verdict.reason[:MAX_REASON],
            failure_code=verdict.failure_code,
            attempts=item.delivery.attempts + 1,
            at_ms=self.picked_up_at_ms,
            worker=self.worker,
            took_ms=(self._monotonic_s() - self._began_s) * 1000.0,
            incoming=item.incoming,
        )
        return True

    def _outcome(self, item: BatchItem, applied: ApplyResult, run_ms: float) -> WorkoutOutcome:
        facts = item.facts if applied.deleted is None else _facts_of(applied.deleted)
        submitted_at_ms = None if item.incoming is None else item.incoming.submitted_at_ms
        wait_ms = None if submitted_at_ms is None else float(max(0, self.picked_up_at_ms - submitted_at_ms))
        return WorkoutOutcome(
            item.workout_id,
            facts.athlete,
            facts.sport,
            applied.kind,
            wait_ms,
            run_ms,
            applied.calories_kcal,
            applied.badges,
            applied.reason,
            facts.duration_min,
            facts.distance_km,
            "" if item.workout is None else start_text_of(item.workout.started_at),
            0 if item.incoming is None else item.incoming.revision,
            _conflict_of(item, applied),
            _cause_of(item, applied),
        )


def _run_ms(item: BatchItem, took_ms: float) -> float:
    failed_ms = None if item.record is None else item.record.took_ms
    return took_ms if failed_ms is None else failed_ms


def _facts_of(deleted: StoredEntry) -> BodySummary:
    """What was stored: a deletion says only which workout it is for."""
    entry = deleted.entry
    distance_km = entry.distance_mm / 1_000_000 if entry.distance_mm else None
    return BodySummary(deleted.athlete, entry.sport, entry.duration_ms / 60_000, distance_km)


def _conflict_of(item: BatchItem, applied: ApplyResult) -> str:
    """The outbox that sent a message which conflicts with what is stored."""
    if applied.error_type != CONFLICT or item.incoming is None:
        return ""
    return read_origin(item.incoming.origin or "").outbox


def _cause_of(item: BatchItem, applied: ApplyResult) -> str:
    if applied.kind is OutcomeKind.FAILED and item.record is not None:
        return item.record.failure_code.code
    return item.later.failure_code.code if applied.kind is OutcomeKind.RETRYING and item.later is not None else ""


def _failed(item: BatchItem) -> ApplyResult:
    """Of one that has a record."""
    assert item.record is not None
    return ApplyResult(
        item.workout_id, OutcomeKind.FAILED, reason=item.record.reason, error_type=item.record.failure_code.error_type
    )
