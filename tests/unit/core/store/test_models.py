"""Which copy of a message is the one to show."""

from __future__ import annotations

from core.broker.ports import Message
from core.store.models import MessageCopy, best_copy

SENT = MessageCopy("sent", Message(b"{}"), 2, 1, 1)
STORED = MessageCopy("stored", Message(b"{}"), 2, 3, 2)
STORED_AS_SENT = MessageCopy("stored", Message(b"{}"), 2, 3, 1)
FAILED = MessageCopy("failed", Message(b"{half"), 5, 2)


def test_that_what_was_given_up_outranks_what_was_sent_and_that_what_is_made_of_results() -> None:
    assert best_copy(None, None) is None
    assert best_copy(SENT, None) is SENT
    assert best_copy(None, STORED) is STORED
    assert best_copy(SENT, FAILED) is FAILED
    assert best_copy(SENT, STORED_AS_SENT) is SENT


def test_that_what_was_sent_is_not_shown_for_another_revision() -> None:
    assert best_copy(SENT, STORED) is STORED
