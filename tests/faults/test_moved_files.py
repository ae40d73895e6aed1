"""A file is moved, deleted or replaced under a running program: said, and all goes on in the file of that name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.short_pipeline import ShortPipeline, hurry, running_short_pipeline
from tests.support.invariants import read_account

pytestmark = pytest.mark.expects_warnings

COUNT = 40


def _move(path: Path) -> None:
    path.rename(path.with_name("moved.db"))


def _delete(path: Path) -> None:
    """As people do: with its companions."""
    for each in path.parent.glob(f"{path.name}*"):
        each.unlink()


def _empty(path: Path) -> None:
    path.with_name("empty.db").touch()
    path.with_name("empty.db").replace(path)


@pytest.mark.parametrize("name", ["outbox.db", "queue.db"])
@pytest.mark.parametrize("happens", [_move, _delete, _empty])
def test_that_work_goes_on_in_the_file_of_that_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, happens: Callable[[Path], None], name: str
) -> None:
    hurry(monkeypatch)
    line = ShortPipeline(tmp_path / "line")
    with running_short_pipeline(line):
        line.submit(COUNT)
        line.wait_settled()
        happens(line.folder / name)
        line.submit(COUNT)
        line.wait_settled()
        assert any(f"{name} was moved or deleted" in problem for problem in line.problems())
    assert sum(line.account().stored.values()) == 2 * COUNT


@pytest.mark.parametrize("happens", [_move, _delete, _empty])
def test_that_what_is_acknowledged_is_in_the_results_of_that_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, happens: Callable[[Path], None]
) -> None:
    hurry(monkeypatch)
    line = ShortPipeline(tmp_path / "line")
    with running_short_pipeline(line):
        line.submit(COUNT)
        line.wait_settled()
        before = set(line.accepted)
        happens(line.results)
        line.submit(COUNT)
        line.wait_settled()
        assert any("results.db was moved or deleted" in problem for problem in line.problems())
    account = read_account(line.results)
    assert account.stored.keys() == line.accepted - before
    assert account.failed.keys() == set()
    if happens is _move:
        assert read_account(line.folder / "moved.db").stored.keys() == before
