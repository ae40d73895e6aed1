"""`paceline-data` as a process: what it prints, and how it ends."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.support.care_rig import CareRig
from tests.support.command_processes import run_command
from tests.support.incoming import make_workout


def run(rig: CareRig, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    named = {"--broker": rig.places.broker_url, "--data-dir": str(rig.folder), **more}
    return plain_run(*arguments, *(part for pair in named.items() for part in pair))


def plain_run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return run_command("worker.cli.data", *arguments)


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


def test_that_a_backup_is_made_checked_and_restored_elsewhere(rig: CareRig, tmp_path: Path) -> None:
    made = run(rig, "backup", str(tmp_path / "usb"))
    assert (made.returncode, made.stderr) == (0, "")
    backup = made.stdout.strip()
    checked = plain_run("verify", backup)
    assert checked.returncode == 0, checked.stderr
    assert "2 workouts" in checked.stdout
    restored = plain_run("restore", backup, "--data-dir", str(tmp_path / "new"), "--json")
    assert restored.returncode == 0, restored.stderr
    assert json.loads(restored.stdout)["kept"] is None
    there = run(CareRig(tmp_path / "new"), "export-athlete", "Zoë", str(tmp_path / "zoe.json"), "--json")
    assert json.loads(there.stdout) == {"workouts": 1, "failed": 0, "sent": 2, "queued": 1}
    again = plain_run("restore", backup, "--data-dir", str(tmp_path / "new"))
    assert "; what was there is kept in " in again.stdout


def test_that_an_athlete_is_erased_only_when_that_is_meant(rig: CareRig, tmp_path: Path) -> None:
    asked = run(rig, "erase-athlete", "Zoë")
    assert (asked.returncode, asked.stderr) == (2, "paceline-data: This would erase an athlete for good: say --yes.\n")
    done = run(rig, "erase-athlete", "Zoë", "--yes", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {
        "workouts": 1,
        "failures": 0,
        "sent": 2,
        "queued": 1,
        "held": 0,
        "templates": 0,
        "leftovers": [],
        "not_overwritten": [],
    }
    assert [path for path in rig.folder.rglob("*") if path.is_file() and "Zoë".encode() in path.read_bytes()] == []
    again = run(rig, "erase-athlete", "Zoë", "--yes")
    assert again.stderr == "paceline-data: Nothing is kept of an athlete called Zoë.\n"


def test_that_a_merge_is_accepted_whole(rig: CareRig) -> None:
    done = run(rig, "merge-athletes", "Zoë", "Ana", "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, {"accepted": 1})
    undone = run(rig, "unmerge")
    assert (undone.returncode, undone.stdout) == (0, "1 corrections accepted\n")
    again = run(rig, "unmerge")
    assert (again.returncode, again.stderr) == (2, "paceline-data: There is no merge that could be undone.\n")
    none = run(rig, "merge-athletes", "Zoë", "Bob")
    assert (none.returncode, none.stderr) == (2, "paceline-data: No athlete is called Bob.\n")


def test_that_a_file_which_still_spells_the_name_is_said(rig: CareRig) -> None:
    (rig.folder / "notes.txt").write_text("Zoë", encoding="utf-8")
    done = run(rig, "erase-athlete", "Zoë", "--yes")
    assert (done.returncode, done.stdout[:7]) == (1, "erased:")
    assert done.stderr == "paceline-data: notes.txt still spells the name: remove it, or keep it knowingly.\n"


def test_that_a_backup_which_is_none_or_not_whole_is_said(rig: CareRig, tmp_path: Path) -> None:
    none = plain_run("verify", str(tmp_path))
    assert (none.returncode, none.stdout) == (2, "")
    assert none.stderr == f"paceline-data: {tmp_path.name} is no backup: it has no manifest.json.\n"
    part = run(rig, "backup", str(tmp_path / "usb"), "--json", **{"--broker": "amqp://localhost/"})
    assert part.returncode == 1
    (sentence,) = json.loads(part.stdout)["leftOut"]
    assert part.stderr == f"paceline-data: {sentence}\n"
