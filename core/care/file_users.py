"""Which programs have a file open, as far as the system tells: on Linux, those of the same user."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

PROCESSES = Path("/proc")


def programs_with(path: Path, *, processes: Path = PROCESSES) -> tuple[str, ...]:
    """`paceline-worker (process 4711)`, without this one itself; empty where nothing is known."""
    wanted = os.path.realpath(path)
    found = []
    with suppress(OSError):
        for folder in sorted(processes.iterdir()):
            if folder.name.isdigit() and int(folder.name) != os.getpid() and _has_open(folder / "fd", wanted):
                found.append(f"{_name_of(folder)} (process {folder.name})")
    return tuple(found)


def in_use_text(path: Path) -> str:
    """Who is to be ended first."""
    programs = " and ".join(programs_with(path))
    if programs:
        return f"{path.name} is in use by {programs}: end it first."
    return f"{path.name} is in use: end every console and worker with this data folder first."


def _has_open(folder: Path, wanted: str) -> bool:
    with suppress(OSError):  # another user's, or it has ended
        return any(os.path.realpath(each) == wanted for each in folder.iterdir())
    return False


def _name_of(folder: Path) -> str:
    try:
        words = (folder / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
    except OSError:
        words = ["program"]
    program, *rest = (word for word in words if word not in ("-m", ""))
    if Path(program).name.startswith("python") and rest:
        program = rest[0]
    module = program.removeprefix("worker.cli.")
    return {"gui": "paceline"}.get(program, f"paceline-{module}" if module != program else Path(program).name)
