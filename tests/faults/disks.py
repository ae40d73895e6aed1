"""Disks that are full: a small one of memory where this system lets us mount it, else files that may not grow."""

from __future__ import annotations

import contextlib
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

DISK_BYTES = 64 * 1024 * 1024


class Disk(Protocol):
    """`folder` is on it. `says`: what the program must say of a file there while it is full."""

    folder: Path
    name: str
    says: str

    def fill(self, left_bytes: int) -> None:
        """Leave so little room."""

    def free(self) -> None: ...


class SmallDisk:
    """A mounted tmpfs, with ballast in it while it is full."""

    name, says = "a disk of its own", "is full."

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self, left_bytes: int) -> None:
        with self._ballast.open("wb", buffering=0) as ballast:
            with contextlib.suppress(OSError):
                while True:
                    ballast.write(bytes(1024 * 1024))
            with contextlib.suppress(OSError):
                while True:
                    ballast.write(bytes(4096))
            ballast.truncate(max(0, ballast.tell() - left_bytes))

    def free(self) -> None:
        self._ballast.unlink(missing_ok=True)


class GrowthLimit:
    """No file of this process may become larger. Each has that much room for itself; SQLite takes it for a bad disk."""

    name, says = "a limit on files", "reports a read or write error."

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill(self, left_bytes: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (left_bytes, self._before[1]))

    def free(self) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, self._before)


@contextmanager
def growth_limit(folder: Path) -> Iterator[Disk]:
    disk = GrowthLimit(folder)
    try:
        yield disk
    finally:
        disk.free()


@contextmanager
def small_disk(folder: Path) -> Iterator[Disk]:
    """Where nothing may be mounted, a GrowthLimit."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    if not mounted:
        with growth_limit(folder) as limited:
            yield limited
        return
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", str(folder)], check=True)
