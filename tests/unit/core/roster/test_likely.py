"""What was probably meant by a text."""

from __future__ import annotations

import pytest

from core.roster.likely import likely_texts


@pytest.mark.parametrize(
    ("name", "text", "first"),
    [
        ("duration", "4o:00", "40:00"),
        ("duration", "45;30", "45:30"),
        ("duration", "2700", "2700 s"),
        ("distance", "52.0", "5.2"),
        ("distance", "5,2O", "5,20"),
        ("avgHeartRate", "1520", "152"),
        ("timestamp", "18.30", "18:30"),
        ("timestamp", "183O", "18:30"),
    ],
)
def test_that_the_likeliest_comes_first(name: str, text: str, first: str) -> None:
    assert next(likely_texts(name, text)) == first


def test_that_metres_are_tried_as_kilometres() -> None:
    assert list(likely_texts("distance", "5200")) == ["520", "52", "5.2"]


@pytest.mark.parametrize(("name", "text"), [("notes", "4o"), ("distance", "long"), ("timestamp", "noon"), ("rpe", "")])
def test_that_nothing_is_guessed_of_words(name: str, text: str) -> None:
    assert list(likely_texts(name, text)) == []


def test_that_text_around_a_number_is_no_number() -> None:
    assert list(likely_texts("distance", "5.2 km")) == []


def test_that_a_number_of_minutes_is_tried_as_seconds_only() -> None:
    assert list(likely_texts("duration", "2700")) == ["2700 s"]
