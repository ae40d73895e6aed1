"""Corrections, deletions and undos as the window sends them: in any order they come to what was meant in the end."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from core.codec.json_reader import parse_object
from core.codec.workout_codec import DecodedMessage, MessageKind, decode
from core.outbox.changes import Change, correct, delete, send, undo
from core.store.models import NewestRevision
from core.store.reader import ResultsReader
from core.workouts.model import Workout
from tests.support.databases import MakePlace, Place
from tests.support.incoming import make_workout
from tests.support.stored_results import NOW_MS, make_store, results
from worker.outbox.submission import submission_of


def received(change: Change) -> DecodedMessage:
    """As a worker gets what the outbox sends."""
    message = submission_of(change.workout, kind=change.kind, submitted_at_ms=NOW_MS).message
    return decode(message, now_ms=NOW_MS)


@st.composite
def contents(draw: st.DrawFn, number: int) -> Workout:
    return make_workout(
        number,
        athlete=draw(st.sampled_from(["Ana", "Ben", "anonymous"])),
        sport=draw(st.sampled_from(["Running", "Cycling"])),
        day=draw(st.integers(0, 24)) / 3,
        minutes=draw(st.sampled_from([20.0, 45.5, 75.25])),
        km=draw(st.sampled_from([None, 3.0, 5.0, 11.1])),
        extra={"mood": draw(st.sampled_from(["good", "tired"]))},
    )


@st.composite
def acts(draw: st.DrawFn, number: int) -> list[Change]:
    """What is done with one workout: each act is offered for what the ones before made of it."""
    done = [send(draw(contents(number)))]
    for act in draw(st.lists(st.sampled_from(["correct", "delete", "undo"]), max_size=4)):
        counts = meant(done)
        if act == "undo":
            done.append(undo(done[-1]))
        elif counts is not None:
            done.append(correct(counts, draw(contents(number))) if act == "correct" else delete(counts))
    return done


def meant(done: Sequence[Change]) -> Workout | None:
    """What counts in the end; None where it was deleted."""
    return None if done[-1].kind is MessageKind.DELETED else done[-1].workout


def apply_all(place: Place, messages: Sequence[DecodedMessage], sizes: Sequence[int]) -> None:
    rest = list(messages)
    with closing(make_store(place)) as store:
        for size in sizes:
            store.apply(rest[:size], worker="w-1", picked_up_at_ms=NOW_MS - 5)
            rest = rest[size:]
        if rest:
            store.apply(rest, worker="w-1", picked_up_at_ms=NOW_MS - 5)


@settings(max_examples=25)
@given(done=st.integers(1, 4).flatmap(lambda n: st.tuples(*map(acts, range(1, n + 1)))), data=st.data())
def test_that_any_order_equals_the_clean_set_sent_alone(
    make_place: MakePlace, done: tuple[list[Change], ...], data: st.DataObject
) -> None:
    arrived, clean = make_place(), make_place()
    messages = [received(change) for of_one in done for change in of_one]
    stream = data.draw(st.permutations([*messages, *data.draw(st.lists(st.sampled_from(messages), max_size=3))]))
    apply_all(arrived, stream, data.draw(st.lists(st.integers(1, 4), max_size=4)))
    final = [workout for of_one in done if (workout := meant(of_one)) is not None]
    apply_all(clean, [received(send(workout)) for workout in final], [])
    assert results(arrived) == results(clean)


def test_that_the_newest_is_read_with_its_unknown_fields(make_place: MakePlace) -> None:
    place = make_place()
    first = make_workout(1, km=5.0, extra={"mood": "good"})
    corrected = correct(first, first.model_copy(update={"distance_km": 6.0}))
    with closing(ResultsReader(place.url, now_ms=lambda: NOW_MS)) as reader:
        apply_all(place, [received(corrected), received(send(first))], [1])
        reader.open()
        known = reader.past.newest(first.workout_id)
        assert known is not None
        assert known.revision == 2
        assert known.body is not None
        fields = parse_object(known.body)[0]
        assert (fields["distance"], fields["mood"]) == (6.0, "good")
        apply_all(place, [received(delete(corrected.workout))], [])
        gone = reader.past.newest(first.workout_id)
        assert gone is not None
        assert replace(gone, at_ms=0) == NewestRevision(3, None)
        assert reader.past.newest(make_workout(2).workout_id) is None
