from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.codec.body_summary import BodySummary, summarize_body

_64_KIB = 64 * 1024


def test_that_what_breaks_every_bound_is_still_seen() -> None:
    body = {"userId": "Cy Tan", "type": "swim", "duration": -40, "distance": 120_000}
    assert summarize_body(json.dumps(body).encode()) == BodySummary("Cy Tan", "Swimming", -40.0, 120_000.0)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[1]", b"\xff", b'{"userId": 7, "type": null, "duration": true, "distance": "5"}', b"{}"],
)
def test_that_what_is_not_there_is_not_invented(body: bytes) -> None:
    assert summarize_body(body) == BodySummary()


@pytest.mark.parametrize(
    ("figure", "shown"), [("999999999999999", 999_999_999_999_999.0), ("1e15", None), ("-1e15", None), ("-5", -5.0)]
)
def test_that_a_figure_that_no_screen_holds_is_left_out(figure: str, shown: float | None) -> None:
    assert summarize_body(f'{{"duration": {figure}, "distance": 0}}'.encode()) == BodySummary("", "", shown, 0.0)


def test_that_a_huge_body_is_not_read() -> None:
    assert summarize_body(b'{"userId": "Ana", "x": "' + b"x" * _64_KIB + b'"}') == BodySummary()


def test_that_a_name_is_one_short_line() -> None:
    seen = summarize_body(json.dumps({"userId": "a\nb\x00c" + "x" * 100}).encode())
    assert seen.athlete == "a b c" + "x" * 59  # as long as a name may be


def test_that_a_name_is_seen_as_the_model_would_spell_it() -> None:
    seen = summarize_body(json.dumps({"userId": "\u202eJosé\xa0 Ruiz\u200b", "type": "TrailRun"}).encode())
    assert (seen.athlete, seen.sport) == ("José Ruiz", "Running")


@given(
    st.binary(max_size=60)
    | st.recursive(st.none() | st.floats() | st.text(), st.lists).map(lambda v: json.dumps(v).encode())
)
def test_that_no_body_breaks_it(body: bytes) -> None:
    summarize_body(body)


def test_that_a_body_as_large_as_may_be_is_read() -> None:
    body = b'{"userId": "Ana", "duration": 45.5}'
    assert summarize_body(body.ljust(_64_KIB)) == BodySummary("Ana", "", 45.5)
    assert summarize_body(body.ljust(_64_KIB + 1)) == BodySummary()
