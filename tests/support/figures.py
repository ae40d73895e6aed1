"""Figures that tests counted, printed at the end of the run."""

from __future__ import annotations

from collections.abc import Callable

import pytest

FIGURES = "figures"  # the property that holds them


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    # As properties they reach this process also from those that tests are spread over.
    lines = [
        f"{report.nodeid.rpartition('::')[2]}: {told}"
        for reports in terminalreporter.stats.values()
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "call"
        for name, told in report.user_properties
        if name == FIGURES
    ]
    if lines:
        terminalreporter.section("faults")
        for line in sorted(lines):
            terminalreporter.write_line(line)


Report = Callable[..., None]
