"""What the faults share: figures that are printed at the end of the run, and the queues that they are tried on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.queues import QUEUES, new_queue
from tests.support.figures import FIGURES, Report


@pytest.fixture
def report(record_property: Callable[[str, object], None]) -> Report:
    """`report(kills=100, stored=6_000)`: figures of this test, printed when all are done."""

    def add(**figures: object) -> None:
        told = ", ".join(f"{name.replace('_', ' ')} {_text(value)}" for name, value in figures.items())
        record_property(FIGURES, told)

    return add


def _text(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}" if isinstance(value, float) else str(value)


@pytest.fixture(params=QUEUES)
def queue_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return new_queue(request.param, request, tmp_path)
