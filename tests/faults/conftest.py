"""Faults report what they counted: `report` collects figures, and the end of the run prints them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

_PROPERTY = "figures"

Report = Callable[..., None]


@pytest.fixture
def report(record_property: Callable[[str, object], None]) -> Report:
    """`report(kills=100, stored=6_000)`: figures of this test, printed when all are done."""

    def add(**figures: object) -> None:
        told = ", ".join(f"{name.replace('_', ' ')} {_text(value)}" for name, value in figures.items())
        record_property(_PROPERTY, told)

    return add


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    # As properties they reach this process also from those that tests are spread over.
    lines = [
        f"{report.nodeid.rpartition('::')[2]}: {told}"
        for reports in terminalreporter.stats.values()
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "call"
        for name, told in report.user_properties
        if name == _PROPERTY
    ]
    if lines:
        terminalreporter.section("faults")
        for line in sorted(lines):
            terminalreporter.write_line(line)


def _text(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}" if isinstance(value, float) else str(value)
