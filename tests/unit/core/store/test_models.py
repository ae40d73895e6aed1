"""Which copy of a message is the one to show."""

from __future__ import annotations

from core.broker.ports import Message
from core.store.models import MessageSnapshot, pick_snapshot

SENT = MessageSnapshot("sent", Message(b"{}"), 2, 1, 1)
STORED = MessageSnapshot("stored", Message(b"{}"), 2, 3, 2)
STORED_AS_SENT = MessageSnapshot("stored", Message(b"{}"), 2, 3, 1)
FAILED = MessageSnapshot("failed", Message(b"{half"), 5, 2)


def test_that_what_was_given_up_outranks_what_was_sent_and_that_what_is_made_of_results() -> None:
    assert pick_snapshot(None, None) is None
    assert pick_snapshot(SENT, None) is SENT
    assert pick_snapshot(None, STORED) is STORED
    assert pick_snapshot(SENT, FAILED) is FAILED
    assert pick_snapshot(SENT, STORED_AS_SENT) is SENT


def test_that_what_was_sent_is_not_shown_for_another_revision() -> None:
    assert pick_snapshot(SENT, STORED) is STORED
