"""Starting a console once another one has ended."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.support.source_tree import ROOT
from tests.support.waiting import wait_until

# A console that starts its successor and waits; the successor writes down what it was started with.
PARENT = """
import sys
from worker.demo import relaunch
waiting = relaunch.start_relauncher(["--demo", sys.argv[1]])
print(waiting.pid, flush=True)
sys.stdin.read()
"""
SUCCESSOR = """
import os, pathlib, sys
path = pathlib.Path(sys.argv[2])
path.with_suffix(".part").write_text(f"{os.getpid()} {sys.argv[1]}")
path.with_suffix(".part").rename(path)
"""


def test_that_another_console_starts_when_the_first_was_killed(tmp_path: Path) -> None:
    (tmp_path / "gui.py").write_text(SUCCESSOR)
    written = tmp_path / "started.txt"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}
    parent = subprocess.Popen(
        [sys.executable, "-P", "-c", PARENT, str(written)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=tmp_path,
    )
    with parent:
        assert parent.stdout is not None
        waiting = int(parent.stdout.readline())
        assert not written.exists()
        parent.kill()
        wait_until(written.exists, 20, "no console was started")
    assert written.read_text() == f"{waiting} --demo"
