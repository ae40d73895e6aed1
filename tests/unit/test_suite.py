"""How the whole suite is run: which files come when, and by which tests the coverage of core is measured."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.support.measured_tests import is_measured
from tests.support.suite_order import waiting_first

TESTS = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Item:
    file: str
    number: int

    @property
    def path(self) -> Path:
        return TESTS / self.file


def items(*files: str) -> list[Item]:
    return [Item(file, number) for file in files for number in (1, 2)]


def test_that_files_that_wait_come_early_and_each_stays_whole() -> None:
    shuffled = items("unit/gui/c.py", "unit/a.py", "faults/x.py", "unit/core/b.py", "contract/store/z.py", "unit/d.py")
    assert waiting_first(shuffled) == items(
        "faults/x.py", "unit/gui/c.py", "contract/store/z.py", "unit/a.py", "unit/core/b.py", "unit/d.py"
    )


def test_that_more_that_wait_than_others_are_all_there() -> None:
    assert waiting_first(items("integration/x.py", "faults/y.py", "unit/a.py")) == items(
        "integration/x.py", "unit/a.py", "faults/y.py"
    )
    assert waiting_first(items("unit/a.py")) == items("unit/a.py")


def test_that_what_only_the_window_or_a_fault_reaches_is_not_counted_as_covered() -> None:
    assert is_measured(TESTS / "unit/core/store/test_writer.py")
    assert is_measured(TESTS / "contract/broker/test_broker_delivery.py")
    assert not is_measured(TESTS / "unit/gui/test_app.py")
    assert not is_measured(TESTS / "faults/test_clock.py")
