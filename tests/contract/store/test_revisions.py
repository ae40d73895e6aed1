"""The revisions of a workout are kept and shown, on every database."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

from core.codec.workout_codec import DecodedMessage, MessageKind
from core.store.reader import ResultsReader
from core.store.writer import ResultsStore
from core.workouts.revisions import FieldChange, RevisionStep
from tests.support.databases import Place
from tests.support.incoming import deletion, incoming, make_workout, submitted, workout_id
from tests.support.results_rig import START_MS, apply

SHORTER = FieldChange("distance", 6.0, 5.0)


def _corrected(number: int, **fields: object) -> DecodedMessage:
    return incoming(make_workout(number, **fields), kind=MessageKind.CORRECTED)  # type: ignore[arg-type]


def _steps(reader: ResultsReader, number: int = 1) -> tuple[RevisionStep, ...]:
    return reader.past.revisions(workout_id(number))


def test_that_a_workout_sent_once_has_one_revision_and_no_row_of_it(
    store: ResultsStore, reader: ResultsReader, url: str
) -> None:
    assert _steps(reader) == ()
    apply(store, submitted(1, km=6.0))
    apply(store, submitted(1, km=6.0))
    (step,) = _steps(reader)
    one = step.revision
    assert (one.revision, one.kind, one.outbox, one.app_id) == (1, "new", "here", "paceline")
    assert (one.submitted_at_ms, one.stored_at_ms > START_MS) == (submitted(1).submitted_at_ms, True)
    assert one.fields is not None
    assert (one.fields["distance"], step.changes, step.counts) == (6.0, None, True)
    assert Place(url).rows("SELECT count(*) FROM revisions") == [(0,)]


def test_that_each_change_says_who_when_and_what(store: ResultsStore, reader: ResultsReader) -> None:
    apply(store, submitted(1, km=6.0, title="Easy"))
    apply(store, _corrected(1, km=5.0, athlete="Ben", title="Easy", revision=2))
    apply(store, deletion(1, 3, origin="there.0.0"))
    foreign = _corrected(1, km=5.0, athlete="Ben", revision=4)
    apply(store, replace(foreign, message=replace(foreign.message, app_id="watch\0"), origin=None))
    first, second, third, fourth = _steps(reader)
    kinds = [step.revision.kind for step in (first, second, third, fourth)]
    assert kinds == ["new", "correction", "deletion", "correction"]
    assert second.changes == (FieldChange("userId", "Ana", "Ben"), SHORTER)
    assert fourth.changes == (FieldChange("title", "Easy", None),)
    assert (third.revision.outbox, third.revision.fields, third.changes) == ("there", None, None)
    assert (fourth.revision.outbox, fourth.revision.app_id) == ("", "watch\ufffd")
    moments = [step.revision.stored_at_ms for step in (first, second, third, fourth)]
    assert moments == sorted(moments)
    assert [step.counts for step in (first, second, third, fourth)] == [False, False, False, True]


def test_that_nothing_depends_on_the_order_of_arrival(store: ResultsStore, reader: ResultsReader) -> None:
    def messages(number: int) -> tuple[DecodedMessage, ...]:
        return (
            submitted(number, km=6.0),
            _corrected(number, km=5.0, revision=2),
            _corrected(number, km=5.0, rpe=4.0, revision=3),
            deletion(number, 3),
        )

    def seen(number: int) -> list[object]:
        return [(step.revision.rank, step.revision.kind, step.changes, step.counts) for step in _steps(reader, number)]

    number = 0
    for order in permutations(range(4)):
        for is_one_batch in (False, True):
            number += 1
            sent = [messages(number)[place] for place in order]
            for batch in [sent] if is_one_batch else [[one] for one in sent]:
                apply(store, *batch)
            assert seen(number) == [
                ((1, False), "new", None, False),
                ((2, False), "correction", (SHORTER,), False),
                ((3, False), "correction", (FieldChange("rpe", None, 4.0),), False),
                ((3, True), "deletion", None, True),
            ]


def test_that_what_was_replaced_before_it_was_kept_is_named_without_its_content(
    store: ResultsStore, reader: ResultsReader, url: str
) -> None:
    apply(store, submitted(1, km=6.0))
    apply(store, _corrected(1, km=5.0, revision=2))
    Place(url).execute("DELETE FROM revisions")  # as version 9 left it
    first, second = _steps(reader)
    assert (first.revision.kind, first.revision.is_known) == ("new", False)
    assert (second.revision.kind, second.revision.is_known, second.changes) == ("correction", True, None)
    apply(store, _corrected(1, km=5.0, rpe=3.0, revision=3))
    assert [step.changes for step in _steps(reader)] == [None, None, (FieldChange("rpe", None, 3.0),)]


def test_that_the_athlete_of_each_kept_content_is_found(store: ResultsStore, url: str) -> None:
    apply(store, submitted(1, athlete="Ana"), submitted(2, athlete="Ana"))
    apply(store, _corrected(1, athlete="Ben", revision=2), deletion(2, 2), deletion(3, 1))
    found = Place(url).rows("SELECT athlete, workout_id, revision FROM revisions ORDER BY 1, 2, 3")
    assert found == [
        ("", workout_id(3), 1),
        ("Ana", workout_id(1), 1),
        ("Ana", workout_id(2), 1),
        ("Ana", workout_id(2), 2),
        ("Ben", workout_id(1), 2),
    ]
