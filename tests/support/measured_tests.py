"""By which tests the coverage of `core/` is measured.

The tracer of coverage makes code slower, in core twice as slow. So it rests during tests of the window and during
faults, which see core from far away: what only they reach counts as not covered, and needs a test nearer to it.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest
from coverage import Coverage

TESTS = Path(__file__).resolve().parents[1]
UNMEASURED = ("faults", "unit/gui")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Around the fixtures of the test as well. All modules of core are loaded by then, under the tracer."""
    coverage = Coverage.current()
    if coverage is None or is_measured(item.path):
        return (yield)
    coverage.stop()
    try:
        return (yield)
    finally:
        coverage.start()


def is_measured(test_file: Path) -> bool:
    return not any(test_file.is_relative_to(TESTS / folder) for folder in UNMEASURED)
