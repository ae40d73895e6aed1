"""A data folder with a little of everything, for the care of the data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from core.broker.connect import open_broker
from core.broker.ports import Consumer, Delivery, FailedDelivery, Message, RetryRequest
from core.care.places import DataPlaces
from core.codec.workout_codec import DecodedMessage, MessageKind, decode, encode
from core.config.settings import DataFolder
from core.outbox.outbox import Outbox
from core.store.failure_record import FailureRecord
from core.store.reader import ResultsReader
from core.store.writer import ResultsStore
from core.workouts.model import Workout
from worker.outbox.submission import submission_of

NOW_MS = 1_750_000_000_000


def clock() -> int:
    return NOW_MS


class CareRig:
    """`database_url`: another one than the file in the folder."""

    def __init__(self, folder: Path, database_url: str = "", broker_url: str = "") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        data = DataFolder(folder)
        self.folder = folder
        self.places = DataPlaces(data, broker_url or data.queue_url, database_url or data.results_url)

    def apply(self, *batch: DecodedMessage, failures: Sequence[FailureRecord] = ()) -> None:
        """What a worker stores in one transaction."""
        store = ResultsStore(self.places.database_url, now_ms=clock)
        with closing(store):
            store.open()
            store.apply(batch, worker="w-1", picked_up_at_ms=NOW_MS, failures=failures)

    def accept(self, *workouts: Workout, confirmed: bool = True) -> list[Message]:
        """Into the outbox; `confirmed` as if it was sent."""
        outbox = Outbox(self.places.outbox_file, now_ms=clock)
        some = [submission_of(one, kind=MessageKind.SUBMITTED, submitted_at_ms=NOW_MS) for one in workouts]
        with closing(outbox):
            outbox.open()
            seqs = [entry.seq for entry in outbox.accept(some)]
            messages = [entry.submission.message for entry in outbox.pending(1000) if entry.seq in seqs]
            if confirmed:
                outbox.mark_confirmed(seqs, NOW_MS)
        return messages

    def publish(self, *messages: Message) -> None:
        publisher = open_broker(self.places.broker_url).publisher()
        publisher.open()
        with closing(publisher):
            publisher.publish(messages)

    def send(self, *workouts: Workout) -> None:
        """Accepted, confirmed, waiting in the queue."""
        self.publish(*self.accept(*workouts))

    def store(self, *workouts: Workout) -> None:
        """Accepted, confirmed, stored, and off the queue."""
        self.apply(*(decode(message, now_ms=NOW_MS) for message in self.accept(*workouts)))

    @contextmanager
    def holding(self, count: int) -> Iterator[None]:
        """A worker has some in its hands."""
        consumer = open_broker(self.places.broker_url).consumer("w-1", count)
        consumer.open()
        with closing(consumer):
            assert len(consumer.fetch(count, 5.0)) == count
            yield

    def retry_later(self, count: int) -> None:
        """What a worker could not store now."""
        self._settle(
            count, lambda consumer, found: consumer.retry([RetryRequest(one, 60, 60_000, "no") for one in found])
        )

    def dead_letter(self, count: int) -> None:
        """Into the failed queue, without a record of it in the results."""
        self._settle(
            count,
            lambda consumer, found: consumer.dead_letter(
                [FailedDelivery(one, "no", "invalid", "w-1", NOW_MS) for one in found]
            ),
        )

    def _settle(self, count: int, settle: Callable[[Consumer, list[Delivery]], int]) -> None:
        consumer = open_broker(self.places.broker_url).consumer("w-1", count)
        consumer.open()
        with closing(consumer):
            assert settle(consumer, consumer.fetch(count, 5.0)) == count

    def reader(self) -> ResultsReader:
        reader = ResultsReader(self.places.database_url, now_ms=clock)
        reader.open()
        return reader


def plain(workout: Workout) -> Message:
    """As another program publishes it, without an outbox."""
    return encode(workout, submitted_at_ms=NOW_MS)
