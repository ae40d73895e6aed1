"""One spelling for what is typed or pasted, and characters that are not seen."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.parsing.text import folded, normalize_typed
from core.workouts.invisible import single_spaced, without_invisible
from core.workouts.validation_errors import quoted


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("5\xa0km", "5 km"),
        (" 5 \t\r\n km ", "5 km"),
        ("2026-11-28\u202f6:30\u2009PM", "2026-11-28 6:30 PM"),
        ("\u200e10\u200f/12/2025", "10/12/2025"),
        ("１０：３０", "10:30"),
        ("10∶30", "10:30"),
        ("2026‑11‒28", "2026-11-28"),
        ("٢٠٢٦-١١-٢٨", "2026-11-28"),
        ("45′30″", "45'30\""),
        ("e\u0301té", "été"),
        ("5½", "5½"),
        ("mon 18:00", "mon 18:00"),
        ("", ""),
    ],
)
def test_that_typed_text_has_one_spelling(text: str, plain: str) -> None:
    assert normalize_typed(text) == plain


@given(st.text())
def test_that_a_spelling_is_final(text: str) -> None:
    assert normalize_typed(normalize_typed(text)) == normalize_typed(text)


def test_that_every_format_character_is_invisible() -> None:
    formats = [char for char in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(char) == "Cf"]
    assert [hex(ord(char)) for char in formats if without_invisible(char)] == []


@pytest.mark.parametrize("char", "\u00ad\u034f\u115f\u1160\u180b\u2800\u3164\ufe0f\uffa0\U000e0041\U000e0100")
def test_that_fillers_and_blanks_are_invisible(char: str) -> None:
    assert without_invisible(f"A{char}na") == "Ana"


def test_that_what_is_seen_stays() -> None:
    seen = "".join(
        char
        for char in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(char)[0] in "LNP" and char != "\xad"
    )
    fillers = {"\u115f", "\u1160", "\u3164", "\uffa0"}
    assert set(seen) - set(without_invisible(seen)) == fillers


def test_that_all_white_space_is_one_space() -> None:
    spaces = [char for char in map(chr, range(sys.maxunicode + 1)) if char.isspace() and not "\x1c" <= char <= "\x1f"]
    assert single_spaced("".join(["a", *spaces, "b", *spaces])) == "a b"
    assert single_spaced("\x1ca") == "\x1ca"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a\xa0b", "'a b'"),
        ("a\nb", "'a b'"),
        ("a\x00\u202eb", "'a��b'"),
        ("\ud800", "'�'"),
        ("it's", '"it\'s"'),
        ('it\'s "so"', "'it's \"so\"'"),
        ("C:\\x", "'C:\\x'"),
        (1e-9, "0.000000001"),
        (45.0, "45.0"),
        (1e300, "1" + "0" * 38 + "…"),
        (float("inf"), "inf"),
        ("é" * 50, f"'{'é' * 38}…"),
    ],
)
def test_that_a_foreign_value_is_quoted_without_escapes(value: object, text: str) -> None:
    assert quoted(value) == text


@pytest.mark.parametrize(
    ("text", "plain"), [("Kilómetros", "kilometros"), ("STRASSE", "strasse"), ("Straße", "strasse")]
)
def test_that_case_and_accents_are_folded(text: str, plain: str) -> None:
    assert folded(text) == plain
