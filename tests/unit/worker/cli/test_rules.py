"""`paceline-data rules`."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from core.achievements.rules import shipped_text
from core.store.rules import recompute
from core.store.writer import ResultsStore
from tests.support.incoming import submitted
from worker.cli.data import cli

RULE = (
    '[[achievement]]\ncode = "first"\nname = "First"\ndescription = "d"\nicon = "mdi6.run"\n'
    'kind = "count"\ntarget = 1\n'
)

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    with closing(ResultsStore(f"sqlite:///{tmp_path / 'results.db'}", now_ms=lambda: 1_750_000_000_000)) as store:
        store.open()
        store.apply([submitted(1), submitted(2, athlete="Ben")], worker="w", picked_up_at_ms=1_750_000_000_000)
    (tmp_path / "mine.toml").write_text(RULE, encoding="utf-8")

    def invoke(*arguments: str) -> Result:
        place = [] if arguments[0] == "check" else ["--data-dir", str(tmp_path)]
        return CliRunner().invoke(cli, ["rules", *arguments, *place])

    return invoke


def test_that_a_rule_file_comes_into_force_and_goes(run: Run, tmp_path: Path) -> None:
    mine = str(tmp_path / "mine.toml")
    shown = run("show")
    assert (shown.exit_code, shown.stdout) == (0, shipped_text())
    assert run("check", mine).stdout == "1 rules\n"
    used = run("use", mine)
    assert (used.exit_code, used.stdout.splitlines()[0]) == (0, "added: First")
    assert "2 athletes earned First" in used.stdout
    assert (run("show").stdout, "changed by" in run("show").stderr) == (RULE, True)
    assert run("compute").stdout == "no athlete has earned or lost a badge\n"
    back = json.loads(run("shipped", "--json").stdout)
    assert (back["removed"], back["lost"], back["finished"]) == (["First"], {"first": 2}, True)


def test_that_a_wrong_one_is_named_with_its_line(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(RULE.replace("target = 1", "target = 0"), encoding="utf-8")
    words = "paceline-data: achievements.toml, line 7: rule 'first': target: Input should be greater than 0.\n"
    for command in ("check", "use"):
        done = run(command, str(path))
        assert (done.exit_code, done.stderr) == (2, words)
    assert run("show").stdout == shipped_text()


def test_that_it_is_stopped_and_goes_on(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recompute, "_ATHLETES_AT_ONCE", 1)
    next_chunk = recompute.Recomputation._next_chunk

    def interrupted(computation: recompute.Recomputation) -> recompute.Computed | None:
        signal.raise_signal(signal.SIGINT)
        return next_chunk(computation)

    monkeypatch.setattr(recompute.Recomputation, "_next_chunk", interrupted)
    stopped = run("use", str(tmp_path / "mine.toml"))
    assert (stopped.exit_code, "not all is computed" in stopped.stderr) == (1, True)
    shown = run("show")
    assert (shown.exit_code, "computed for 1 of 2 athletes" in shown.stderr) == (1, True)
    monkeypatch.undo()
    done = run("compute")
    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, "1 athlete earned First")
