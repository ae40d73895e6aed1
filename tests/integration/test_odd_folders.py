"""A data folder of any name: what is sent, stored and looked at is all in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command_processes import run_command


@pytest.mark.parametrize("name", ["team%20a", "what?", "a#b 'c' \"d\"", "Łukasz/100%"])
def test_that_the_commands_meet_in_a_folder_of_any_name(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name

    def run(program: str, *arguments: str, given: str = "") -> str:
        done = run_command(program, "--data-dir", str(folder), *arguments, text=given)
        assert done.returncode == 0, done.stderr
        return done.stdout

    row = json.dumps({"type": "Running", "duration": 45})
    assert "accepted" in run("worker.cli.submit", "-", given=row)
    run("worker.cli.worker", "--drain")
    view = json.loads(run("worker.cli.ledger", "--json"))
    assert (view["accepted"], view["stored"], view["verdict"]) == (1, 1, "balances")
    assert {"outbox.db", "queue.db", "results.db"} <= {path.name for path in folder.iterdir()}
    assert [path.name for path in tmp_path.iterdir()] == [Path(name).parts[0]]
