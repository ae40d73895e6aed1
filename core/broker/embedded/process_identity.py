"""Is the process that holds messages still alive? Known on Linux; elsewhere its lease has to run out."""

from __future__ import annotations

import os
from pathlib import Path

PROC = Path("/proc")
_STATE_FIELD, _START_FIELD = 0, 19  # of /proc/PID/stat, counted behind the command name
_GONE_STATES = "ZX"  # ended, but nobody has collected it yet


def own_identity(proc: Path = PROC) -> str:
    """This process: `boot namespace pid start`; empty where that cannot be told.

    The start time keeps a reused pid apart, the boot a pid from before a restart, the namespace one of a container.
    """
    return _identity(os.getpid(), proc)


def is_known_dead(identity: str, proc: Path = PROC) -> bool:
    """True only when that process ran under this very system and has ended."""
    parts = identity.split()
    if len(parts) != 4 or parts[:2] != _place(proc):
        return False
    pid, start = parts[2:]
    return _start_of(pid, proc) != start


def _identity(pid: int, proc: Path) -> str:
    place, start = _place(proc), _start_of(str(pid), proc)
    return " ".join([*place, str(pid), start]) if place and start else ""


def _place(proc: Path) -> list[str]:
    try:
        boot = (proc / "sys/kernel/random/boot_id").read_text().strip()
        return [boot, str((proc / "self/ns/pid").readlink())]
    except OSError:
        return []


def _start_of(pid: str, proc: Path) -> str:
    """In clock ticks since the boot; empty when there is no such process any more (proc_pid_stat(5))."""
    try:
        # A command name may itself hold spaces and brackets.
        fields = (proc / pid / "stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[_STATE_FIELD] in _GONE_STATES else fields[_START_FIELD]
