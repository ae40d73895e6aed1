"""Names that a mistyped one may be meant to be."""

from __future__ import annotations

import pytest

from core.athletes.name_search import near_words, typed_words
from core.workouts.folding import folded

NAMES = [folded(name) for name in ("Ana Ruiz", "Amara Diallo", "Øyvind Ås", "athlete-12")]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("riuz", {"riuz": ("ruiz",)}),
        ("Amra dial", {"amra": ("amara",), "dial": ("dial",)}),
        ("ØYVINDD", {"oyvindd": ("oyvind",)}),
        ("athlete-13", None),
        ("ana nobody", None),
    ],
)
def test_that_a_typo_is_forgiven_word_by_word(typed: str, meant: dict[str, tuple[str, ...]] | None) -> None:
    assert near_words(typed_words(typed), NAMES) == meant


def test_that_all_words_that_may_be_meant_are_found() -> None:
    assert near_words(("marta",), ["maria x", "martha y", "mart z"]) == {"marta": ("maria", "mart", "martha")}


def test_that_no_more_words_are_looked_for_than_a_name_has() -> None:
    assert typed_words("a " * 5_000) == ("a",) * 32
