"""The command line: what is wrong is one sentence that names it, exit code 2, and no window."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gui import app
from gui.startup.preflight import Preflight


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--size", "1280"], "--size must be WIDTHxHEIGHT"),
        (["--size", "10x10"], "--size must be between 200 and 8192"),
        (["--theme", "blue"], "--theme must be system, dark or light"),
        (["--workspace", "moon"], "--workspace must be one of console"),
        (["--after", "-1"], "--after must be between 0 and 3600"),
        (["--after", "nan"], "--after must be between"),
        (["--demo", "--broker", "amqp://localhost/"], "virtual host of its own"),
        (["--demo", "--broker", "amqp://localhost/team"], "begins with 'demo'"),
        (["--demo", "--database", "sqlite:////tmp/a.db"], "--demo has results of its own"),
        (["--demo", "--data-dir", "/usr"], "is not the folder of a demonstration"),
        (["--screenshot", "/no/such/folder/a.png"], "--screenshot: the folder /no/such/folder does not exist"),
    ],
)
def test_a_wrong_option_is_named(arguments: list[str], sentence: str) -> None:
    done = CliRunner().invoke(app.cli, arguments)
    assert done.exit_code == 2
    assert done.stderr.startswith("paceline: ")
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--broker", "http://localhost"], "must begin with amqp://, amqps:// or sqlite:///"),
        (["--broker", "amqp://guest:secret@host:port/"], "The port is not a number"),
        (["--broker", "sqlite:////no/such/folder/queue.db"], "does not exist"),
    ],
)
def test_a_wrong_address_ends_the_program_before_a_window(arguments: list[str], sentence: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gui", "--data-dir", str(tmp_path), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "secret" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_what_qt_misses_is_told_with_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "check", lambda _environ: Preflight("Install it with:\n  sudo apt-get install libegl1"))
    done = CliRunner().invoke(app.cli, [])
    assert done.exit_code == 2
    assert "sudo apt-get install libegl1" in done.stderr


def test_without_a_display_a_status_line_tells_that_it_works(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "gui", "--data-dir", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("No display found")
        line = next(line for line in process.stdout if " connecting" not in line)  # on a busy machine it says so first
        assert "Embedded queue at this computer online: 0 accepted = 0 stored" in line
        process.terminate()
        assert process.wait(timeout=30) == 0
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_that_what_writes_the_log_is_loaded_before_what_draws_the_charts() -> None:
    """Both load colorama. While a thread of the pipeline was loading it for a first record, the charts did not come."""
    program = """
import sys
from gui.workspaces.console.workspace import ConsoleWorkspace
class Watch:
    def find_spec(self, name, path=None, target=None):
        if name == "pyqtgraph":
            print("structlog.dev" in sys.modules)
            raise SystemExit
assert "structlog" not in sys.modules and "pyqtgraph" not in sys.modules
sys.meta_path.insert(0, Watch())
ConsoleWorkspace.add_charts(None, None, None, None)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout.strip(), done.returncode) == ("True", 0), done.stderr
