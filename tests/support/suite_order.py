"""In which order the files of a whole run come: those that start servers and processes early, others between them.

Such a file waits for most of its time, which the processor has for the others meanwhile; and the last ones to end are
short. Within its kind the order stays random.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, zip_longest
from pathlib import Path
from typing import Protocol, TypeVar

import pytest

WAITING = ("contract", "faults", "integration")
TESTS = Path(__file__).resolve().parents[1]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = waiting_first(items)


class Test(Protocol):
    @property
    def path(self) -> Path: ...


T = TypeVar("T", bound=Test)


def waiting_first(items: Sequence[T]) -> list[T]:
    """Each file that waits is followed by one that does not, as long as there are both."""
    files = [list(group) for _, group in groupby(items, lambda item: item.path)]
    waiting = [file for file in files if _waits(file[0].path)]
    others = [file for file in files if not _waits(file[0].path)]
    return [item for pair in zip_longest(waiting, others) for file in pair if file for item in file]


def _waits(path: Path) -> bool:
    return path.is_relative_to(TESTS) and path.relative_to(TESTS).parts[0] in WAITING
