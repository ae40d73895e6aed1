"""One batch in a worker's hands: read, stored, judged. Knows no broker connection; the loop settles what it says."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import orjson

from core.broker.ports import Delivery, Failure, Message
from core.broker.topology import HEADER_ORIGIN
from core.errors import InvalidWorkoutError, StoreDamagedError, StoreUnavailableError, UndecodableBodyError
from core.events import OutcomeKind, WorkoutOutcome
from core.logs import get_log
from core.processing import Applied
from core.store.records import FailureRecord
from core.wire import Incoming, decode
from worker.retry import GiveUp, Later, judge

MAX_REASON = 1_000

_log = get_log(__name__)


class ReadBody(Protocol):
    def __call__(self, message: Message, *, now_ms: int) -> Incoming: ...


class Store(Protocol):
    """What the loop asks of the results database; see ResultsStore."""

    def open(self) -> None: ...

    def close(self) -> None: ...

    def apply(
        self, batch: Sequence[Incoming], *, worker: str, picked_up_at_ms: int, failures: Sequence[FailureRecord] = ()
    ) -> list[Applied]: ...


@dataclass(slots=True)
class Item:
    """One delivery: readable (`incoming`), or given up (`record`)."""

    delivery: Delivery
    incoming: Incoming | None
    record: FailureRecord | None = None

    @property
    def workout_id(self) -> str:
        if self.incoming is not None:
            return self.incoming.workout_id
        return (self.delivery.message.message_id or "")[:64]


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of one item, in the store; the broker is told by the loop."""

    item: Item
    applied: Applied
    later: Later | None = None


class Batch:
    """Reads on construction. `commit` may be called again after a StoreUnavailableError: it goes on where it was."""

    def __init__(
        self, deliveries: Sequence[Delivery], *, worker: str, now_ms: int, read_body: ReadBody = decode
    ) -> None:
        self.worker = worker
        self.picked_up_at_ms = now_ms
        self.items = [self._read(delivery, read_body) for delivery in deliveries]
        self.settled: list[Settled] = []
        self._chunks: list[list[Item]] = [self.items]  # a stack; its top is next

    @property
    def workout_ids(self) -> tuple[str, ...]:
        return tuple([item.workout_id for item in self.items])

    @property
    def unsettled(self) -> list[Item]:
        return [item for chunk in reversed(self._chunks) for item in chunk]

    def commit(self, store: Store) -> None:
        """Store it in one transaction; one that the store chokes on is found by halving, and given up alone.

        StoreUnavailableError and StoreDamagedError pass: what is in `settled` by then is stored.
        """
        while self._chunks:
            chunk = self._chunks[-1]
            try:
                applied = self._apply(store, chunk)
            except (StoreUnavailableError, StoreDamagedError):
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, one workout must not stop the others
                self._chunks.pop()
                self._divide(chunk, error)
            else:
                self._chunks.pop()
                self.settled.extend(applied)

    def failures(self, now_ms: int) -> list[Failure]:
        """Of the settled: what goes to the failed queue."""
        return [
            Failure(
                settled.item.delivery,
                settled.applied.reason[:MAX_REASON],
                settled.applied.error_type,
                self.worker,
                now_ms,
            )
            for settled in self.settled
            if settled.applied.kind is OutcomeKind.FAILED
        ]

    def outcomes(self, took_ms: float) -> tuple[WorkoutOutcome, ...]:
        """`took_ms`: pick-up to commit of the whole batch."""
        run_ms = took_ms / len(self.items)
        return tuple([self._outcome(settled, run_ms) for settled in self.settled])

    def given_back(self, items: Sequence[Item], reason: str, took_ms: float) -> tuple[WorkoutOutcome, ...]:
        """For items that return to the queue unprocessed."""
        run_ms = took_ms / len(self.items)
        return tuple(
            [self._outcome(Settled(item, Applied("", OutcomeKind.RETRYING, reason=reason)), run_ms) for item in items]
        )

    def _read(self, delivery: Delivery, read_body: ReadBody) -> Item:
        try:
            return Item(delivery, read_body(delivery.message, now_ms=self.picked_up_at_ms))
        except (UndecodableBodyError, InvalidWorkoutError) as error:
            return self._give_up(delivery, None, judge(error, delivery.attempts, ()))
        except Exception as error:  # noqa: BLE001 - a body that breaks the reader must not stop the others
            _log.exception("a body broke the reader", worker=self.worker, message_id=delivery.message.message_id)
            return self._give_up(delivery, None, judge(error, delivery.attempts, ()))

    def _apply(self, store: Store, chunk: Sequence[Item]) -> list[Settled]:
        good = [item for item in chunk if item.record is None]
        applied = store.apply(
            [item.incoming for item in good if item.incoming is not None],
            worker=self.worker,
            picked_up_at_ms=self.picked_up_at_ms,
            failures=[item.record for item in chunk if item.record is not None],
        )
        if len(good) == len(chunk):
            return list(map(Settled, chunk, applied))
        results = iter(applied)
        return [Settled(item, next(results) if item.record is None else _failed(item, item.record)) for item in chunk]

    def _divide(self, chunk: list[Item], error: Exception) -> None:
        if len(chunk) > 1:
            middle = len(chunk) // 2
            self._chunks.append(chunk[middle:])
            self._chunks.append(chunk[:middle])
            return
        item = chunk[0]
        _log.error("could not be stored", worker=self.worker, workout_id=item.workout_id, exc_info=error)
        if item.record is not None:
            # Not even its failure can be kept here; the failed queue still gets it.
            self.settled.append(Settled(item, _failed(item, item.record)))
            return
        verdict = judge(error, item.delivery.attempts)
        if isinstance(verdict, Later):
            applied = Applied(item.workout_id, OutcomeKind.RETRYING, reason=verdict.reason)
            self.settled.append(Settled(item, applied, verdict))
        else:
            self._chunks.append([self._give_up(item.delivery, item.incoming, verdict)])

    def _give_up(self, delivery: Delivery, incoming: Incoming | None, verdict: Later | GiveUp) -> Item:
        assert isinstance(verdict, GiveUp)  # reading is judged without tries
        message = delivery.message
        origin = message.headers.get(HEADER_ORIGIN)
        record = FailureRecord(
            key=_failure_key(message),
            origin=origin if isinstance(origin, str) else None,
            workout_id=None if incoming is None else incoming.workout_id,
            message_id=message.message_id,
            reason=verdict.reason[:MAX_REASON],
            error_type=verdict.error_type,
            attempts=delivery.attempts + 1,
            at_ms=self.picked_up_at_ms,
            worker=self.worker,
            body=message.body,
            headers=_headers_text(message),
        )
        return Item(delivery, incoming, record)

    def _outcome(self, settled: Settled, run_ms: float) -> WorkoutOutcome:
        item, applied = settled.item, settled.applied
        incoming = item.incoming
        if incoming is None:
            return WorkoutOutcome(item.workout_id, "", "", applied.kind, None, run_ms, reason=applied.reason)
        workout, submitted_at_ms = incoming.workout, incoming.submitted_at_ms
        wait_ms = None if submitted_at_ms is None else float(max(0, self.picked_up_at_ms - submitted_at_ms))
        return WorkoutOutcome(
            incoming.workout_id,
            "" if workout is None else workout.athlete,
            "" if workout is None else workout.sport,
            applied.kind,
            wait_ms,
            run_ms,
            applied.calories_kcal,
            applied.badges,
            applied.reason,
        )


def _failed(item: Item, record: FailureRecord) -> Applied:
    return Applied(item.workout_id, OutcomeKind.FAILED, reason=record.reason, error_type=record.error_type)


def _failure_key(message: Message) -> str:
    """The same for a redelivery: it brings the same body under the same id."""
    digest = hashlib.blake2b(message.body, digest_size=20)
    digest.update(repr((message.message_id, message.type)).encode("utf-8", "backslashreplace"))
    return digest.hexdigest()


def _headers_text(message: Message) -> str:
    try:
        return orjson.dumps(dict(message.headers)).decode("utf-8")
    except orjson.JSONEncodeError:
        return "{}"  # a foreign header that JSON cannot carry; the failed queue keeps it
