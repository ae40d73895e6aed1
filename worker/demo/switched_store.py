"""A results database of which two protections can be taken off: recognizing duplicates, and the failed list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from core.codec.workout_codec import DecodedMessage, MessageKind
from core.events import OutcomeKind
from core.processing.apply_batch import ApplyResult
from core.store.failure_record import FailureRecord
from core.store.reader import ResultsReader
from worker.consumer.store_session import Store
from worker.demo.copies import copy_ids
from worker.demo.protections import ProtectionSwitch


class SwitchedStore:
    """See worker.consumer.store_session.Store; with all protections on it is the one inside.

    Without `recognize_duplicates` a workout that is stored already is stored again, as a copy with an id of its own.
    Without `failed_queue` nothing is written to the failed list, but a conflict, which only the database itself finds.
    """

    def __init__(self, inner: Store, reader: ResultsReader, switch: ProtectionSwitch) -> None:
        """`reader`: of the same results."""
        self._inner, self._reader, self._switch = inner, reader, switch
        self._is_reading = False

    def open(self, on_update: Callable[[str], None] | None = None) -> None:
        self._stop_reading()
        self._inner.open(on_update)

    def close(self) -> None:
        self._stop_reading()
        self._inner.close()

    def apply(
        self,
        batch: Sequence[DecodedMessage],
        *,
        worker: str,
        picked_up_at_ms: int,
        failures: Sequence[FailureRecord] = (),
        cleared: Sequence[str] = (),
    ) -> list[ApplyResult]:
        protections = self._switch.current
        listed = failures if protections.failed_queue else ()
        if protections.recognize_duplicates:
            return self._inner.apply(
                batch, worker=worker, picked_up_at_ms=picked_up_at_ms, failures=listed, cleared=cleared
            )
        applied = self._inner.apply(
            self._with_copies(batch), worker=worker, picked_up_at_ms=picked_up_at_ms, failures=listed, cleared=cleared
        )
        # Another worker may have stored some of them meanwhile.
        while late := [place for place, result in enumerate(applied) if _is_doubled(batch[place], result)]:
            again = self._with_copies([batch[place] for place in late])
            results = self._inner.apply(again, worker=worker, picked_up_at_ms=picked_up_at_ms)
            for place, result in zip(late, results, strict=True):
                applied[place] = result
        return applied

    def poison_suspects(self, keys: Sequence[str]) -> dict[str, int]:
        return self._inner.poison_suspects(keys)

    def mark_suspects(self, keys: Sequence[str], *, alone: bool) -> None:
        self._inner.mark_suspects(keys, alone=alone)

    def clear_suspects(self, keys: Sequence[str]) -> None:
        self._inner.clear_suspects(keys)

    def note_copies(self, keys: Sequence[str]) -> None:
        self._inner.note_copies(keys)

    def put_away(self, keys: Sequence[str]) -> None:
        self._inner.put_away(keys)

    def _with_copies(self, batch: Sequence[DecodedMessage]) -> list[DecodedMessage]:
        """The batch, with ids of copies where a workout is stored already or comes twice."""
        taken = self._stored(incoming.workout_id for incoming in batch if _can_be_doubled(incoming))
        chosen = []
        for incoming in batch:
            if not _can_be_doubled(incoming):
                chosen.append(incoming)
                continue
            free = incoming if incoming.workout_id not in taken else self._free_copy(incoming, taken)
            taken.add(free.workout_id)
            chosen.append(free)
        return chosen

    def _free_copy(self, incoming: DecodedMessage, taken: set[str]) -> DecodedMessage:
        for workout_id in copy_ids(incoming.workout_id):
            if workout_id not in taken and not self._stored([workout_id]):
                return _as_copy(incoming, workout_id)
        raise AssertionError  # the ids have no end

    def _stored(self, workout_ids: Iterable[str]) -> set[str]:
        if not self._is_reading:
            self._reader.open()
            self._is_reading = True
        return set(self._reader.known_workouts(list(workout_ids), ()).ids)

    def _stop_reading(self) -> None:
        if self._is_reading:
            self._is_reading = False
            self._reader.close()


def _can_be_doubled(incoming: DecodedMessage) -> bool:
    """Corrections and deletions are meant for what is stored already."""
    return incoming.kind is MessageKind.SUBMITTED and incoming.workout is not None


def _is_doubled(incoming: DecodedMessage, result: ApplyResult) -> bool:
    return result.kind is OutcomeKind.DUPLICATE and _can_be_doubled(incoming)


def _as_copy(incoming: DecodedMessage, workout_id: str) -> DecodedMessage:
    workout = incoming.workout
    assert workout is not None
    return replace(incoming, workout_id=workout_id, workout=workout.model_copy(update={"id": UUID(workout_id)}))
