"""Names in sentences."""

from __future__ import annotations

import pytest

from core.workouts.names import canonical_name, isolated, spells


@pytest.mark.parametrize("name", ["Ana", "José Ruiz", "Сергей", "李小龍", "", "Ana 5"])
def test_that_a_name_from_left_to_right_stays_as_it_is(name: str) -> None:
    assert isolated(name) == name


@pytest.mark.parametrize("name", ["علی", "דנה", "Ana دانا"])
def test_that_a_name_from_right_to_left_keeps_to_itself(name: str) -> None:
    assert isolated(name) == f"\u2068{name}\u2069"
    assert canonical_name(isolated(name)) == name


@pytest.mark.parametrize(
    ("text", "is_spelled"),
    [
        ("Zoë", True),
        ("a workout of Zoë: late", True),
        ("Zoë's, not Zoës", True),
        ("Zoës and Zoë", True),
        ("Zoës", False),
        ("AnaZoë", False),
        ("", False),
    ],
)
def test_that_a_name_is_found_as_a_whole_word(text: str, is_spelled: bool) -> None:
    assert spells(text, "Zoë") is is_spelled


def test_that_a_name_may_begin_right_after_a_place_where_it_did_not_fit() -> None:
    assert spells("a...", "..")
