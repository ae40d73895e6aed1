"""Faults report what they counted: `report` collects figures, and the end of the run prints them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.helpers.figures import FIGURES

Report = Callable[..., None]


@pytest.fixture
def report(record_property: Callable[[str, object], None]) -> Report:
    """`report(kills=100, stored=6_000)`: figures of this test, printed when all are done."""

    def add(**figures: object) -> None:
        told = ", ".join(f"{name.replace('_', ' ')} {_text(value)}" for name, value in figures.items())
        record_property(FIGURES, told)

    return add


def _text(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}" if isinstance(value, float) else str(value)
