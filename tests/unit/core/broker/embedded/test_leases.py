"""Which holders are gone: by silence, and by what the system says of their processes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.broker.embedded.leases import LeaseHolder, LeaseMonitor
from core.broker.embedded.process_identity import is_known_dead, own_identity


def fake_proc(folder: Path, *, boot: str = "boot-1", namespace: str = "pid:[1]", **starts: str) -> Path:
    (folder / "sys/kernel/random").mkdir(parents=True)
    (folder / "sys/kernel/random/boot_id").write_text(f"{boot}\n")
    (folder / "self/ns").mkdir(parents=True)
    (folder / "self/ns/pid").symlink_to(namespace)
    for name, state_and_start in starts.items():
        state, start = state_and_start.split()
        (folder / name[1:]).mkdir()
        between = " ".join(["0"] * 18)
        (folder / name[1:] / "stat").write_text(f"{name[1:]} (odd) name) {state} {between} {start} 0 0\n")
    return folder


@pytest.mark.skipif(sys.platform != "linux", reason="known on Linux only")
def test_that_a_process_knows_itself_and_sees_another_end() -> None:
    assert not is_known_dead(own_identity())
    boot_and_namespace = own_identity().split()[:2]
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    start = Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()[19]
    identity = " ".join([*boot_and_namespace, str(child.pid), start])
    assert not is_known_dead(identity)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # ended, not yet collected
    assert is_known_dead(identity)
    child.communicate()
    assert is_known_dead(identity)


def test_that_only_a_process_of_this_very_system_can_be_known_dead(tmp_path: Path) -> None:
    proc = fake_proc(tmp_path, p7="S 500", p8="Z 600")
    assert not is_known_dead("boot-1 pid:[1] 7 500", proc)
    assert is_known_dead("boot-1 pid:[1] 7 499", proc)  # the number went to another process
    assert is_known_dead("boot-1 pid:[1] 8 600", proc)
    assert is_known_dead("boot-1 pid:[1] 9 600", proc)
    assert not is_known_dead("boot-0 pid:[1] 9 600", proc)
    assert not is_known_dead("boot-1 pid:[2] 9 600", proc)
    assert not is_known_dead("", proc)


def test_that_without_proc_nothing_is_known(tmp_path: Path) -> None:
    assert own_identity(tmp_path) == ""
    assert not is_known_dead("boot-1 pid:[1] 7 500", tmp_path)


def test_that_a_holder_is_gone_after_a_whole_lease_without_a_beat() -> None:
    now_s = 0.0
    watch = LeaseMonitor(30.0, lambda: now_s, lambda _process: False)
    assert watch.expired([LeaseHolder(1, "", 5), LeaseHolder(2, "", 0)]) == []
    now_s = 20.0
    assert watch.expired([LeaseHolder(1, "", 6), LeaseHolder(2, "", 0)]) == []
    now_s = 31.0
    assert watch.expired([LeaseHolder(1, "", 6), LeaseHolder(2, "", 0)]) == [LeaseHolder(2, "", 0)]
    now_s = 51.0
    assert watch.expired([LeaseHolder(1, "", 6)]) == [LeaseHolder(1, "", 6)]


def test_that_a_watcher_that_has_just_come_waits_a_whole_lease() -> None:
    watch = LeaseMonitor(30.0, lambda: 1e9, lambda _process: False)
    assert watch.expired([LeaseHolder(1, "", 5)]) == []


def test_that_a_holder_known_dead_is_gone_at_once() -> None:
    watch = LeaseMonitor(30.0, lambda: 0.0, lambda process: process == "dead")
    assert watch.expired([LeaseHolder(1, "dead", 0), LeaseHolder(2, "alive", 0)]) == [LeaseHolder(1, "dead", 0)]
