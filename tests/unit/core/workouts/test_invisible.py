"""Which characters are taken out, and which shape the one before them."""

from __future__ import annotations

from core.workouts.invisible import single_spaced, without_invisible

FAMILY = "👩\u200d👧\ufe0f"


def test_that_joiners_go_unless_they_are_to_stay() -> None:
    assert without_invisible(f"a\u200b{FAMILY}") == "a👩👧"
    assert without_invisible(f"a\u200b{FAMILY}", keep_shaping=True) == f"a{FAMILY}"


def test_that_white_space_of_any_kind_is_one_space() -> None:
    assert single_spaced("\u3000a \t\n\xa0b\u2028") == "a b"
    assert single_spaced("a\tb") == single_spaced("a\x85b") == single_spaced("a  b") == "a b"
