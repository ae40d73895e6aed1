"""The bounds of a body, and its canonical bytes."""

from __future__ import annotations

import pytest

from core.codec.json_reader import MAX_BODY_BYTES, parse_object
from core.errors import UndecodableBodyError


@pytest.mark.parametrize(
    ("body", "canonical"),
    [
        (b'{"b": 1.0, "a": [2.0, {"c": -3.0}]}', b'{"a":[2,{"c":-3}],"b":1}'),
        (b'{"a": 1e18}', b'{"a":1000000000000000000}'),
        (b'{"a": 1.8e19}', b'{"a":18000000000000000000}'),
        (b'{"a": 1e25}', b'{"a":1e+25}'),  # more than 64 bits
        (b'{"a": 18446744073709551615}', b'{"a":18446744073709551615}'),
        (b'{"a": -9223372036854775808}', b'{"a":-9223372036854775808}'),
        (b'{"a": -9223372036854775808, "b": "\\u003a"}', b'{"a":-9223372036854775808,"b":":"}'),
        (b'{"a": 18446744073709551615, "b": "\\u003a"}', b'{"a":18446744073709551615,"b":":"}'),
        (b'{"a": -9223372036854775808.0}', b'{"a":-9223372036854775808}'),
        (b'{"a": 5.2, "b": ".0"}', b'{"a":5.2,"b":".0"}'),
        (b'{"a": "\\u003a"}', b'{"a":":"}'),
        (b'{"a": "\\n"}', b'{"a":"\\n"}'),
    ],
)
def test_that_equal_numbers_have_one_spelling(body: bytes, canonical: bytes) -> None:
    assert parse_object(body)[1] == canonical


def test_that_32_levels_are_accepted_however_many_there_are() -> None:
    beside = b'{"x": ' + b"[" * 31 + b"]" * 31 + b', "y": [{}, {}]}'
    assert len(parse_object(beside)[0]) == 2
    with pytest.raises(UndecodableBodyError, match="nested deeper than 32 levels"):
        parse_object(beside.replace(b"[" * 31 + b"]" * 31, b"[" * 32 + b"]" * 32))


def test_that_the_sentence_says_what_and_where() -> None:
    with pytest.raises(UndecodableBodyError) as caught:
        parse_object(b'{"a": }')
    assert str(caught.value) == "The body is not JSON: unexpected character, expected a JSON value (line 1, column 7)."
    with pytest.raises(UndecodableBodyError) as caught:
        parse_object(b" ")
    assert (str(caught.value), caught.value.kind) == ("The body is empty.", "text")


def test_that_a_body_has_at_most_64_kib() -> None:
    assert parse_object(b'{"a": 1}'.ljust(MAX_BODY_BYTES))[0] == {"a": 1}
    with pytest.raises(UndecodableBodyError) as caught:
        parse_object(b'{"a": 1}'.ljust(MAX_BODY_BYTES + 1))
    assert caught.value.kind == "size"


@pytest.mark.parametrize("digits", [20, 308, 309, 400, 5_000])
def test_that_an_integer_of_any_length_is_refused_in_words(digits: int) -> None:
    with pytest.raises(UndecodableBodyError):
        parse_object(b'{"a": ' + b"9" * digits + b"}")
