"""What each act sends, and what takes it back."""

from __future__ import annotations

from core.broker.ports import Message
from core.broker.topology import TYPE_CORRECTED, TYPE_DELETED
from core.codec.workout_codec import MessageKind
from core.outbox.changes import correct, delete, is_same_content, send, undo
from core.store.models import MessageSnapshot, NewestRevision, newest_known
from tests.support.incoming import make_workout


def test_that_each_act_is_the_next_revision_under_the_same_id() -> None:
    stored = make_workout(1, km=5.0, revision=4)
    corrected = correct(stored, make_workout(2, km=6.0))
    assert (corrected.kind, corrected.before) == (MessageKind.CORRECTED, stored)
    assert corrected.workout == make_workout(1, km=6.0, revision=5)
    assert delete(stored).kind is MessageKind.DELETED
    assert delete(stored).workout.revision == 5


def test_that_an_undo_is_a_further_revision_with_what_counted_before() -> None:
    first = make_workout(1, km=5.0)
    corrected = correct(first, make_workout(1, km=6.0))
    deleted = delete(corrected.workout)
    assert undo(send(first)) == delete(first)
    assert undo(corrected).workout == make_workout(1, km=5.0, revision=3)
    assert undo(undo(corrected)).workout == make_workout(1, km=6.0, revision=4)
    assert (undo(deleted).kind, undo(deleted).workout) == (MessageKind.CORRECTED, make_workout(1, km=6.0, revision=4))
    assert undo(undo(deleted)) == delete(undo(deleted).workout)


def test_that_only_content_makes_a_difference() -> None:
    assert is_same_content(make_workout(1, km=5.0), make_workout(1, km=5.0, revision=3))
    assert not is_same_content(make_workout(1, km=5.0), make_workout(1, km=5.1))


def sent(revision: int | None, kind: str = TYPE_CORRECTED) -> MessageSnapshot:
    return MessageSnapshot("sent", Message(b"sent", type=kind), 4, 7, revision)


def test_that_the_higher_revision_counts_wherever_it_is_known() -> None:
    stored = NewestRevision(2, b"stored")
    assert newest_known(None, None) is None
    assert newest_known(stored, None) is stored
    assert newest_known(stored, sent(None)) is stored
    assert newest_known(stored, sent(2)) is stored
    assert newest_known(stored, sent(3)) == NewestRevision(3, b"sent", 7)
    assert newest_known(None, sent(1)) == NewestRevision(1, b"sent", 7)


def test_that_a_deletion_beats_the_content_of_its_revision() -> None:
    deleted = newest_known(NewestRevision(2, b"stored"), sent(2, TYPE_DELETED))
    assert deleted == NewestRevision(2, None, 7)
    assert newest_known(NewestRevision(2, None), sent(2)) == NewestRevision(2, None)
