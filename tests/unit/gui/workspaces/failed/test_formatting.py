"""What the failed list says in words and bars."""

from __future__ import annotations

from datetime import UTC

import pytest
from pytestqt.qtbot import QtBot

from core.broker.extras import Extras, encoded_text
from core.broker.ports import HeaderValue, Message
from core.broker.topology import HEADER_SUBMITTED_AT
from core.errors import FieldProblem, ProblemKind
from core.failures.causes import cause_of
from core.failures.models import FailedGroup
from gui.formatting import weekday_clock
from gui.forms.formatting import Units, distance_text
from gui.theme.theme import Theme
from gui.workspaces.failed.causes.columns import cause_icon
from gui.workspaces.failed.causes.histogram import Histogram, round_up
from gui.workspaces.failed.formatting import (
    beside_field,
    done_text,
    last_text,
    message_rows,
    messages,
    problem_sentence,
    progress_text,
    whole_seconds_text,
)

NOON_MS = 1_767_268_800_000  # Thursday, 1 January 2026, 12:00 UTC
HOUR_MS = 3_600_000


@pytest.mark.parametrize(
    ("hours_ago", "text", "last"),
    [
        (0, "12:00:00", "last at 12:00"),
        (13, "Wed 23:00", "last on Wed 23:00"),
        (24 * 20, "12 Dec 12:00", "last on 12 Dec 12:00"),
        (-48, "3 Jan 12:00", "last on 3 Jan 12:00"),
    ],
)
def test_moments_say_as_much_as_is_needed(hours_ago: int, text: str, last: str) -> None:
    at_ms = NOON_MS - hours_ago * HOUR_MS
    assert weekday_clock(at_ms, NOON_MS, UTC) == text
    assert last_text(at_ms, NOON_MS, UTC) == last


def test_numbers_of_messages() -> None:
    assert [messages(n) for n in (0, 1, 1_204)] == ["0 messages", "1 message", "1,204 messages"]
    assert progress_text("discard", 5, 1_200) == "Discarding: 5 of 1,200"
    assert done_text("resend", 1) == "1 sent repaired"


def test_impossible_values_can_be_read_too() -> None:
    assert [whole_seconds_text(value) for value in (58.167, -1.0, 9e14, 90.0)] == [
        "58:10",
        "-1 min",
        "9e+14 min",
        "1:30:00",
    ]
    assert distance_text(36_500, "Running", Units()) == "36,500 km"
    assert distance_text(-5.25, "Running", Units()) == "-5.2 km"
    assert distance_text(1.5, "Swimming", Units()) == "1,500 m"


def test_what_other_programs_set_is_shown_among_the_headers() -> None:
    extras = Extras.of({"priority": b"\x05", "correlation_id": encoded_text("c-1")})
    rows = message_rows(Message(b"", "id", headers={"x": 1}, extras=extras), 0, 0, None)
    assert ("priority", "5") in rows
    assert ("correlation_id", "c-1") in rows


@pytest.mark.parametrize(
    ("headers", "timestamp_s", "text"),
    [
        ({HEADER_SUBMITTED_AT: NOON_MS - HOUR_MS}, 5, "11:00:00"),
        ({}, NOON_MS // 1_000 - 60, "11:59:00"),
        ({HEADER_SUBMITTED_AT: 1 << 60}, 1 << 60, "no sent time"),
        ({HEADER_SUBMITTED_AT: "yesterday"}, None, "no sent time"),
        ({}, None, "no sent time"),
    ],
)
def test_that_a_message_says_when_it_was_sent_or_that_it_does_not_say(
    headers: dict[str, HeaderValue], timestamp_s: int | None, text: str
) -> None:
    rows = message_rows(Message(b"", "id", headers=headers, timestamp_s=timestamp_s), 0, NOON_MS, UTC)
    assert rows[0] == ("Sent", text)


def test_problems_are_sentences_about_a_field() -> None:
    far = FieldProblem("distance", "must be from 0 to 1,000 km, not 5200", ProblemKind.RANGE)
    assert problem_sentence(far) == "Distance must be from 0 to 1,000 km, not 5200"
    assert beside_field(far) == "Distance must be from 0 to 1,000 km"
    text = FieldProblem("duration", "must be a number, not '45'")
    assert beside_field(text) == "Duration must be a number, not '45'"
    assert problem_sentence(FieldProblem("sets.0.reps", "must be a whole number")).startswith("Sets (0.reps) must")
    assert problem_sentence(FieldProblem("duration", "Type a number.")) == "Type a number."


@pytest.mark.parametrize(
    "code", ["undecodable/json", "invalid/distance/range", "invalid/odd/wrong", "conflict", "error/X"]
)
def test_every_cause_has_an_icon_of_the_family(theme: Theme, code: str) -> None:
    assert not theme.icon(cause_icon(cause_of(code))).isNull()


def test_an_axis_ends_at_an_even_round_number() -> None:
    assert [round_up(n) for n in (0, 1, 3, 16, 75, 101, 1_000)] == [2, 2, 4, 20, 80, 200, 1_000]


def test_the_hour_is_drawn_with_the_chosen_cause_apart(theme: Theme, qtbot: QtBot) -> None:
    bars = Histogram(theme, now_ms=lambda: NOON_MS, zone=UTC)
    qtbot.addWidget(bars)
    bars.resize(260, 204)
    bars.show()
    empty = bars.grab().toImage()
    groups = [
        FailedGroup(cause_of("invalid/distance/range"), 16, NOON_MS, (0,) * 10 + (14, 2) + (0,) * 18),
        FailedGroup(cause_of("undecodable/json"), 3, NOON_MS, (0,) * 11 + (3,) + (0,) * 18),
        FailedGroup(cause_of("conflict"), 1, NOON_MS - 10 * HOUR_MS),
    ]
    bars.show_groups(groups, "undecodable/json")
    assert bars.accessibleName() == "Failures in the last hour: 19"
    one = bars.grab().toImage()
    bars.show_groups(groups, None)
    assert bars.grab().toImage() != one
    assert one != empty
