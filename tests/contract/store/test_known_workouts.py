"""Which rows of an import are stored already."""

from __future__ import annotations

from core.store.reader import ResultsReader
from core.store.writer import ResultsStore
from tests.support.incoming import MONDAY_NOON, deletion, submitted, workout_id
from tests.support.results_rig import apply

NOON_MS = round(MONDAY_NOON.timestamp() * 1000)
HOUR_MS = 3_600_000


def test_that_workouts_are_known_by_id_or_by_athlete_and_start(store: ResultsStore, reader: ResultsReader) -> None:
    apply(
        store,
        submitted(1, athlete="Ana"),
        submitted(2, athlete="Ben", day=1, utc_offset_min=600),
        submitted(3, athlete="Ana", day=2),
    )
    apply(store, deletion(3, 2))
    starts = [
        ("Ana", NOON_MS),
        ("Ben", NOON_MS),  # of another athlete
        ("ana", NOON_MS),
        ("Ana", NOON_MS + 1),
        ("Ana", NOON_MS + HOUR_MS),
        ("Ben", NOON_MS + 24 * HOUR_MS),  # whatever its offset
        ("Ana", NOON_MS + 48 * HOUR_MS),  # deleted
    ]
    known = reader.known_workouts([workout_id(2), workout_id(3), workout_id(4)], starts)
    assert known.ids == {workout_id(2)}
    assert known.starts == {("Ana", NOON_MS), ("Ben", NOON_MS + 24 * HOUR_MS)}


def test_that_a_page_of_an_import_is_asked_at_once(store: ResultsStore, reader: ResultsReader) -> None:
    apply(store, *(submitted(number, athlete="Ana", day=number / 24) for number in range(1, 6)))
    ids = [workout_id(number) for number in range(1, 501)]
    starts = [("Ana", NOON_MS + number * HOUR_MS) for number in range(1, 501)]
    known = reader.known_workouts(ids, starts)
    assert (len(known.ids), len(known.starts)) == (5, 5)
    assert reader.known_workouts([], []).ids == frozenset()
