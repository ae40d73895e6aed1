"""Origins are read as they are written, and whatever else is in that header is an origin of its own."""

from __future__ import annotations

import pytest

from core.broker.origin import Origin, read_origin

OUTBOX = "4f9c0d2e-0000-4000-8000-000000000001"


def test_that_an_origin_is_read_as_it_is_written() -> None:
    origin = Origin(OUTBOX, 3, 12)
    assert read_origin(origin.text) == origin
    assert len(Origin(OUTBOX, 9_999, 9_999_999).text) <= 64


@pytest.mark.parametrize("text", [OUTBOX, "", "a.b.c", f"{OUTBOX}.1", f"{OUTBOX}.1.-2", f"{OUTBOX}.1.2.3", "a.1.²"])
def test_that_another_text_is_an_outbox_of_that_name(text: str) -> None:
    assert read_origin(text) == Origin(text)


def test_that_a_message_published_twice_is_one_sending_wherever_it_went() -> None:
    one = Origin(OUTBOX, 1, 4)
    assert one.is_same_submission(Origin(OUTBOX, 2, 4))
    assert one.is_same_submission(Origin(OUTBOX))  # an older version did not say
    assert not one.is_same_submission(Origin(OUTBOX, 1, 5))
    assert not one.is_same_submission(Origin("another", 1, 4))
