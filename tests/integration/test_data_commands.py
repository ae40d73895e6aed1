"""`paceline-data` as a process: what it prints, and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.care_rig import CareRig
from tests.support.incoming import make_workout

TIMEOUT_S = 60


def run(rig: CareRig, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    named = {"--broker": rig.places.broker_url, "--data-dir": str(rig.folder), **more}
    command = [sys.executable, "-m", "worker.cli.data", *arguments, *(part for pair in named.items() for part in pair)]
    return subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)


@pytest.fixture
def rig(tmp_path: Path) -> CareRig:
    rig = CareRig(tmp_path / "data")
    rig.store(make_workout(1, athlete="Zoë", km=5.2), make_workout(2, athlete="Ana"))
    rig.send(make_workout(3, athlete="Zoë"))
    return rig


def test_that_an_athlete_is_exported(rig: CareRig, tmp_path: Path) -> None:
    file = tmp_path / "zoe.json"
    done = run(rig, "export-athlete", "  Zoe\u0308 ", str(file), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {"workouts": 1, "failed": 0, "sent": 2, "queued": 1}
    assert json.loads(file.read_text(encoding="utf-8"))["athlete"] == "Zoë"

    again = run(rig, "export-athlete", "Zoë", str(file))
    assert (again.returncode, again.stdout) == (2, "")
    assert again.stderr == "paceline-data: zoe.json is there already: choose another name.\n"


def test_that_what_is_not_in_an_export_is_said(rig: CareRig, tmp_path: Path) -> None:
    done = run(rig, "export-athlete", "Ana", str(tmp_path / "ana.json"), **{"--broker": "amqp://localhost/"})
    assert (done.returncode, done.stdout) == (
        0,
        "1 workouts, 0 failed messages, 1 sent from here, 0 in the queue\n",
    )
    assert "messages that wait on RabbitMQ are not in it" in done.stderr


def test_that_an_argument_which_is_no_text_is_one_sentence(rig: CareRig, tmp_path: Path) -> None:
    done = run(rig, "export-athlete", "\udcff", str(tmp_path / "x.json"))
    assert (done.returncode, done.stderr) == (2, "paceline-data: What was asked for is not valid text.\n")
