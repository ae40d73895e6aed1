"""The disk is full at any write: said of the file, nothing accepted is lost, and all goes on once there is room."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.faults.disks import Disk, growth_limit, small_disk
from tests.faults.short_pipeline import ShortPipeline, hurry, running_short_pipeline
from tests.support.figures import Report

pytestmark = pytest.mark.expects_warnings

COUNT = 40
PAGE_BYTES = 4096
UP_TO_PAGES = 280  # the files and journals of such a run need less
MakeDisk = Callable[[Path], AbstractContextManager[Disk]]


@pytest.fixture(params=[small_disk, growth_limit])
def disk(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    hurry(monkeypatch)
    make: MakeDisk = request.param
    folder = tmp_path / "disk"
    folder.mkdir()
    with make(folder) as disk:
        yield disk


@pytest.mark.timeout(900)
@pytest.mark.parametrize("step", [10, pytest.param(1, marks=pytest.mark.slow)])
def test_that_a_disk_that_is_full_at_any_write_loses_nothing(disk: Disk, report: Report, step: int) -> None:
    """From no room at all, page by page, up to more than it needs."""
    full = runs = 0
    said: Counter[str] = Counter()
    for pages in range(0, UP_TO_PAGES, step):
        disk.fill(pages * PAGE_BYTES)
        line = ShortPipeline(disk.folder / "line")
        line.folder.mkdir(exist_ok=True)
        with running_short_pipeline(line):
            line.submit(COUNT)
            line.wait_settled_or_problem()
            problems = line.problems()
            disk.free()
            line.wait_settled()
        line.account()
        runs += 1
        is_full = any(problem.endswith(disk.says) for problem in problems)
        full += is_full
        said.update({problem.removeprefix("Workouts cannot be accepted just now. ") for problem in problems})
        shutil.rmtree(line.folder)
    assert full >= 3
    assert not is_full, "the last of these had room enough"
    assert any(words.endswith(disk.says) for words in said), said
    report(way=disk.name, runs=runs, found_it_full=full, stored=COUNT * runs, sentences_said=len(said))


@pytest.mark.parametrize("count", [300, pytest.param(20_000, marks=pytest.mark.slow)])
def test_that_a_disk_that_fills_up_under_load_is_named_and_loses_nothing(
    disk: Disk, report: Report, count: int
) -> None:
    rounds = fills = 0
    line = ShortPipeline(disk.folder / "line")
    with running_short_pipeline(line):
        while line.submitted < count:
            line.submit(300)
            line.wait_settled(120.0)
            rounds += 1
            if rounds % 7 == 1:
                before = len(line.told)
                disk.fill(0 if disk.says == "is full." else PAGE_BYTES)
                # Files have room in them that was used before, so it may take a while until one has to grow.
                while not any(problem.endswith(disk.says) for problem in line.problems(before)):
                    line.submit(100)
                    line.wait_settled_or_problem(before)
                fills += 1
                disk.free()
        line.wait_settled(120.0)
    account = line.account()
    report(way=disk.name, times_full=fills, stored=sum(account.stored.values()), duplicates_absorbed=account.duplicates)
