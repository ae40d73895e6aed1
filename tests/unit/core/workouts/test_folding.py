"""One form for what a person looking for it takes for the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.workouts.folding import folded, has_words


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Ana", "ana"),
        ("Øyvind", "oyvind"),
        ("Сергей", "сергеи"),
        ("СЕРГЕЙ", "сергеи"),
        ("ŁUKASZ", "lukasz"),
        ("Đorđe", "dorde"),
        ("Guðrún Þór", "gudrun thor"),
        ("Straße", "strasse"),
        ("STRASSE", "strasse"),
        ("Æsa Œuvre", "aesa oeuvre"),
        ("Kılıç", "kilic"),
        ("İstanbul", "istanbul"),
        ("ISTANBUL", "istanbul"),
        ("Ｊｏｓé", "jose"),
        ("℡ ﬁt", "tel fit"),
        ("Οδυσσέας", "οδυσσεασ"),
        ("O’Brien", "o'brien"),
        ("O‘Brien", "o'brien"),
        ("Мар\u02bcяна", "мар'яна"),
        ("Jean\u2011Luc", "jean-luc"),
        ("Jean\u2013Luc", "jean-luc"),
        ("Ma\u200by\u00ada", "maya"),
        ("山田", "山田"),
        ("", ""),
    ],
)
def test_that_what_is_typed_otherwise_is_the_same(text: str, form: str) -> None:
    assert folded(text) == form


@given(st.text())
def test_that_folding_again_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.text(alphabet=st.characters(categories=["Lu", "Ll"])))
def test_that_case_does_not_matter(text: str) -> None:
    assert folded(text.lower()) == folded(text.casefold())


def test_that_marks_of_any_class_and_format_characters_are_ignored() -> None:
    assert folded("a\u0327\u200db\u0301") == "ab"
    assert folded("a\u0334b\xad") == "ab"  # an overlay: combining class 1


@pytest.mark.parametrize(
    ("words", "texts", "found"),
    [
        (("ana", "hill"), ("Ana Ruiz", "", "Hills"), True),
        (("muller",), ("", "Für Müller"), True),
        (("ana", "flat"), ("Ana Ruiz", "Hills"), False),
        (("anahill",), ("Ana", "hill"), False),
        ((), ("Ana",), True),
    ],
)
def test_that_each_word_is_in_one_of_the_texts(words: tuple[str, ...], texts: tuple[str, ...], found: bool) -> None:
    assert has_words(words, *texts) is found
