"""The results with the recognition of duplicates, or the failed list, taken off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.codec.workout_codec import DecodedMessage, MessageKind
from core.events import OutcomeKind
from core.store.reader import ResultsReader
from core.store.writer import ResultsStore
from tests.support.incoming import incoming, make_workout, workout_id
from tests.support.invariants import read_account
from worker.demo.copies import copy_id, count_copies
from worker.demo.protections import ALL_ON, Protections, ProtectionSwitch
from worker.demo.switched_store import SwitchedStore
from worker.runtime.clock import now_ms

BLIND = Protections(recognize_duplicates=False)


class Desk:
    def __init__(self, folder: Path) -> None:
        self.results = folder / "results.db"
        url = f"sqlite:///{self.results}"
        self.switch = ProtectionSwitch(BLIND)
        self.inner = ResultsStore(url, now_ms=now_ms)
        self.store = SwitchedStore(self.inner, ResultsReader(url, now_ms=now_ms), self.switch)
        self.store.open()

    def apply(self, *batch: DecodedMessage) -> list[OutcomeKind]:
        return [result.kind for result in self.store.apply(batch, worker="W", picked_up_at_ms=0)]

    def stored(self) -> set[str]:
        return set(read_account(self.results).stored)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.store.close()


ONE = incoming(make_workout(1))
IDS = [workout_id(1), copy_id(workout_id(1), 1), copy_id(workout_id(1), 2), copy_id(workout_id(1), 3)]


def test_that_copies_are_stored_beside_the_original_in_one_batch_and_later(desk: Desk) -> None:
    assert desk.apply(ONE, ONE) == [OutcomeKind.STORED] * 2
    assert desk.apply(ONE) == [OutcomeKind.STORED]
    assert desk.stored() == set(IDS[:3])
    assert count_copies(workout_id(1), desk.stored()) == 2
    assert read_account(desk.results).totals_agree


def test_that_the_switch_holds_from_the_next_batch_on(desk: Desk) -> None:
    desk.apply(ONE)
    desk.switch.set(ALL_ON)
    assert desk.apply(ONE) == [OutcomeKind.DUPLICATE]
    desk.switch.set(BLIND)
    assert desk.apply(ONE) == [OutcomeKind.STORED]


def test_that_a_workout_that_another_worker_stores_meanwhile_is_stored_again(desk: Desk) -> None:
    desk.apply(incoming(make_workout(2)))  # its reader is open from now on
    store_first, apply = [ONE, ONE], desk.inner.apply

    def apply_late(batch: list[DecodedMessage], **rest: object) -> object:
        while store_first:
            apply([store_first.pop()], worker="other", picked_up_at_ms=0)
        return apply(batch, **rest)  # type: ignore[arg-type]  # as it was called

    desk.inner.apply = apply_late  # type: ignore[method-assign, assignment]  # between the look and the transaction
    assert desk.apply(ONE) == [OutcomeKind.STORED]
    assert desk.stored() == {workout_id(2), *IDS[:2]}


def test_that_a_correction_and_a_deletion_are_no_copies(desk: Desk) -> None:
    desk.apply(ONE)
    corrected = incoming(make_workout(1, minutes=45, revision=2), kind=MessageKind.CORRECTED)
    assert desk.apply(corrected, corrected) == [OutcomeKind.STORED, OutcomeKind.DUPLICATE]
    assert desk.stored() == {workout_id(1)}


def test_that_its_notes_and_marks_are_those_of_the_database_inside(desk: Desk) -> None:
    desk.store.mark_suspects(["a", "b"], alone=True)
    assert desk.store.poison_suspects(["a", "b"]) == {"a": 1, "b": 1}
    desk.store.clear_suspects(["a"])
    assert desk.store.poison_suspects(["a", "b"]) == {"b": 1}
    desk.store.note_copies(["c"])
    desk.store.put_away(["c"])


def test_that_it_can_be_opened_again(desk: Desk) -> None:
    desk.apply(ONE)
    desk.store.open()
    assert desk.apply(ONE) == [OutcomeKind.STORED]
    assert desk.stored() == set(IDS[:2])
