"""Names in sentences."""

from __future__ import annotations

import pytest

from core.workouts.names import canonical_name, isolated


@pytest.mark.parametrize("name", ["Ana", "José Ruiz", "Сергей", "李小龍", "", "Ana 5"])
def test_that_a_name_from_left_to_right_stays_as_it_is(name: str) -> None:
    assert isolated(name) == name


@pytest.mark.parametrize("name", ["علی", "דנה", "Ana دانا"])
def test_that_a_name_from_right_to_left_keeps_to_itself(name: str) -> None:
    assert isolated(name) == f"\u2068{name}\u2069"
    assert canonical_name(isolated(name)) == name
