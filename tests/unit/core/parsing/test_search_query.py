"""What a person types to find workouts."""

from __future__ import annotations

import pytest

from core.parsing.search_query import SearchQuery, Term, parse_search_query

ANA = {"athlete": "ana sousa", "sport": "running", "id": "7f3a-1", "worker": "w1", "error": "", "state": "stored"}


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", ()),
        ("  Ana ", (Term("", ("ana",)),)),
        ("sport:run,RIDE", (Term("sport", ("running", "cycling")),)),
        ("reason:wet athlete:ben", (Term("error", ("wet",)), Term("athlete", ("ben",)))),
        ("sport: colour:red :x", (Term("", ("sport:",)), Term("", ("colour:red",)), Term("", (":x",)))),
        ("ÅSEN sport:Øl", (Term("", ("asen",)), Term("sport", ("ol",)))),
        ("sport:quidditch", (Term("sport", ("quidditch",)),)),
    ],
)
def test_that_words_and_fields_are_told_apart(text: str, terms: tuple[Term, ...]) -> None:
    assert parse_search_query(text) == SearchQuery(terms)
    assert bool(parse_search_query(text)) is bool(terms)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("", True),
        ("sousa", True),
        ("7F3A running", True),
        ("sousa cycling", False),
        ("athlete:run", False),
        ("sport:ride,run", True),
        ("state:failed", False),
    ],
)
def test_that_all_terms_must_fit(text: str, fits: bool) -> None:
    assert parse_search_query(text).matches(ANA) is fits


def test_that_a_field_nobody_filled_fits_nothing() -> None:
    assert not parse_search_query("worker:w1").matches({})


def test_that_what_is_typed_is_bounded() -> None:
    assert parse_search_query("x" * 10_000).terms[0].values == ("x" * 200,)
