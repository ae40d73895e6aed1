"""A database that fails at any call, once or for good; a locked, read-only or damaged one: nothing is lost."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from core.sqlite.connection import connect
from tests.faults.short_pipeline import ShortPipeline, hurry, running_short_pipeline
from tests.support import faulty_sqlite
from tests.support.faulty_sqlite import BUSY, DAMAGED, FULL, INPUT_OUTPUT, READ_ONLY, Faults, is_write
from tests.support.figures import Report

pytestmark = pytest.mark.expects_warnings

COUNT = 6
CODES = (FULL, INPUT_OUTPUT, BUSY)
ONCE, FOR_GOOD, AFTER_COMMIT = "once", "for good", "after the commit"
slow = pytest.mark.slow


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> Faults:
    hurry(monkeypatch)
    return faulty_sqlite.install(monkeypatch)


def _go(line: ShortPipeline, faults: Faults, *, for_good: bool) -> None:
    """Everything arrives, in one that fails for good once it is mended; which is after it has said what is wrong."""
    with running_short_pipeline(line):
        line.submit(COUNT)
        if for_good:
            line.wait_for(line.problems)
            faults.clear()
        line.wait_settled()
    faults.clear()
    line.account()


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("way", "numbers"),
    [
        pytest.param(ONCE, range(1, 201, 5), id="once-40"),
        pytest.param(FOR_GOOD, range(1, 201, 5), id="for-good-40"),
        pytest.param(AFTER_COMMIT, range(1, 19), id="after-the-commit-18"),
        pytest.param(ONCE, range(1, 201), id="once-200", marks=slow),
        pytest.param(FOR_GOOD, range(1, 201), id="for-good-200", marks=slow),
        pytest.param(AFTER_COMMIT, [*range(1, 19)] * 6, id="after-the-commit-108", marks=slow),
    ],
)
def test_that_the_nth_call_that_fails_loses_nothing(
    tmp_path: Path, faults: Faults, report: Report, way: str, numbers: Sequence[int]
) -> None:
    """Started on empty folders, so that making the files is among the calls."""
    said: Counter[str] = Counter()
    raised = duplicates = 0
    for run, n in enumerate(numbers):
        faults.plan(CODES[run % 3], at=n, for_good=way == FOR_GOOD, after_commit=way == AFTER_COMMIT)
        line = ShortPipeline(tmp_path / "line")
        _go(line, faults, for_good=way == FOR_GOOD)
        raised += faults.raised
        duplicates += line.account().duplicates
        said.update(set(line.problems()))
        shutil.rmtree(line.folder)
    assert raised >= len(numbers) // 2
    report(
        runs=len(numbers),
        calls_that_failed=raised,
        stored=COUNT * len(numbers),
        duplicates_absorbed=duplicates,
        sentences_said=len(said),
    )


def _is(name: str) -> Callable[[Path, str], bool]:
    return lambda path, sql: path.name == name and is_write(sql)


@pytest.mark.parametrize("name", ["outbox.db", "queue.db", "results.db"])
@pytest.mark.parametrize(
    ("code", "says"),
    [
        (FULL, "The disk that holds {name} is full."),
        (INPUT_OUTPUT, "The disk that holds {name} reports a read or write error."),
        (READ_ONLY, "The file {name} cannot be written: it, or its folder, is read-only."),
        (DAMAGED, "The file {name} is damaged, or is not a database."),
        (BUSY, "The file {name} is locked by another program for too long."),
    ],
    ids=["full", "error", "read-only", "damaged", "locked"],
)
def test_that_each_file_in_trouble_is_named_and_work_goes_on_when_it_is_mended(
    tmp_path: Path, faults: Faults, name: str, code: int, says: str
) -> None:
    line = ShortPipeline(tmp_path / "line")
    with running_short_pipeline(line):
        line.submit(COUNT)
        line.wait_settled()
        faults.plan(code, for_good=True, picks=_is(name))
        line.submit(COUNT)
        line.wait_problem(says.format(name=name))
        faults.clear()
        line.outbox_threads.sender.retry_now()  # a refusal is asked again only every five seconds
        line.wait_settled()
    account = line.account()
    assert sum(account.stored.values()) == 2 * COUNT


@pytest.mark.parametrize("name", ["outbox.db", "queue.db", "results.db"])
def test_that_a_file_another_program_locks_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    hurry(monkeypatch)
    line = ShortPipeline(tmp_path / "line")
    with running_short_pipeline(line):
        line.submit(COUNT)
        line.wait_settled()
        with closing(connect(line.folder / name)) as other:
            other.execute("BEGIN EXCLUSIVE")
            line.submit(COUNT)
            line.wait_problem(f"{name} is locked")
        line.wait_settled()
    assert sum(line.account().stored.values()) == 2 * COUNT


def test_that_results_overwritten_with_rubbish_stop_the_worker_and_wait_for_their_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurry(monkeypatch)
    line = ShortPipeline(tmp_path / "line")
    with running_short_pipeline(line):
        line.submit(COUNT)
        line.wait_settled()
        line.workers[0].stop()
        assert line.workers[0].join(60)
        copy = line.results.read_bytes()
        line.results.write_bytes(os.urandom(len(copy)))
        line.submit(COUNT)
        line.workers[0].start()
        line.wait_problem("results.db is damaged")
        line.results.write_bytes(copy)
        line.wait_settled()
    assert sum(line.account().stored.values()) == 2 * COUNT
