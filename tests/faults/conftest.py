"""Faults report what they counted: `report` collects figures, and the end of the run prints them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

_REPORTS: list[str] = []

Report = Callable[..., None]


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Report:
    """`report(kills=100, stored=6_000)`: figures of this test, printed when all are done."""

    def add(**figures: object) -> None:
        told = ", ".join(f"{name.replace('_', ' ')} {_text(value)}" for name, value in figures.items())
        _REPORTS.append(f"{request.node.name}: {told}")

    return add


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _REPORTS:
        terminalreporter.section("faults")
        for line in _REPORTS:
            terminalreporter.write_line(line)


def _text(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}" if isinstance(value, float) else str(value)
