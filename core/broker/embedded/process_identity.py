"""Whether the process that holds messages is still alive. Known on Linux; on other systems its lease must expire."""

from __future__ import annotations

import os
from pathlib import Path

PROC = Path("/proc")
_STATE_FIELD, _START_FIELD = 0, 19  # of /proc/PID/stat, counted after the command name
_ENDED_STATES = "ZX"  # zombie: ended, not yet reaped by its parent


def own_identity(proc: Path = PROC) -> str:
    """This process: `boot namespace pid start`; empty where that is not available.

    The start time excludes a reused pid, the boot id a pid from before a restart, the namespace one of a container.
    """
    return _identity(os.getpid(), proc)


def is_known_dead(identity: str, proc: Path = PROC) -> bool:
    """True only when that process ran on this boot and in this namespace, and has ended."""
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
    """In clock ticks since boot; empty when there is no such process (proc_pid_stat(5))."""
    try:
        # A command name may itself contain spaces and parentheses.
        fields = (proc / pid / "stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[_STATE_FIELD] in _ENDED_STATES else fields[_START_FIELD]
