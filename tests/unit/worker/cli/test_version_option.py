"""`--version` of every program."""

from __future__ import annotations

import pytest
import typer
from typer.testing import CliRunner

from core.version import VERSION
from gui.app import cli as console
from worker.cli import failed, ingest, ledger, submit, worker


@pytest.mark.parametrize("cli", [console, failed.cli, ingest.cli, ledger.cli, submit.cli, worker.cli])
def test_that_each_program_tells_its_version_and_does_nothing_else(cli: typer.Typer) -> None:
    done = CliRunner().invoke(cli, ["--version"], prog_name="program")
    assert (done.stdout, done.exit_code) == (f"program {VERSION}\n", 0)


def test_that_the_failed_list_without_a_command_shows_its_help() -> None:
    assert "discard" in CliRunner().invoke(failed.cli, []).output
