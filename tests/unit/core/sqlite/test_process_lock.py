"""A lock that one of several holders has, and that a killed process does not keep."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import StoreDamagedError, StoreUnavailableError
from core.sqlite.process_lock import ProcessLock

HOLD = (
    "import sys; from pathlib import Path; from core.sqlite.process_lock import ProcessLock\n"
    "lock = ProcessLock(Path(sys.argv[1])); print(lock.acquire(), flush=True); sys.stdin.read()"
)


@pytest.fixture
def locks(tmp_path: Path) -> Iterator[tuple[ProcessLock, ProcessLock]]:
    both = ProcessLock(tmp_path / "a.lock"), ProcessLock(tmp_path / "a.lock")
    yield both
    for lock in both:
        lock.close()


def test_that_one_has_it_until_it_is_released(locks: tuple[ProcessLock, ProcessLock]) -> None:
    one, other = locks
    assert one.acquire()
    assert one.acquire()
    assert not other.acquire()
    one.release()
    assert other.acquire()
    assert not one.acquire()


def test_that_closing_releases_it_and_it_can_be_had_again(locks: tuple[ProcessLock, ProcessLock]) -> None:
    one, other = locks
    assert one.acquire()
    one.close()
    assert other.acquire()
    other.close()
    assert one.acquire()


def test_that_what_is_not_held_may_be_released_and_closed(locks: tuple[ProcessLock, ProcessLock]) -> None:
    one, other = locks
    one.release()
    one.close()
    assert other.acquire()
    assert not one.acquire()
    one.release()
    assert not one.acquire()


def test_that_its_file_stays_empty_and_alone(locks: tuple[ProcessLock, ProcessLock], tmp_path: Path) -> None:
    for lock in locks:
        assert lock.acquire()
        assert [(each.name, each.stat().st_size) for each in tmp_path.iterdir()] == [("a.lock", 0)]
        lock.release()


def test_that_a_killed_process_does_not_keep_it(locks: tuple[ProcessLock, ProcessLock], tmp_path: Path) -> None:
    one, _ = locks
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "a.lock")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        assert not one.acquire()
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        assert one.acquire()


def test_that_a_folder_that_is_missing_is_told_in_our_words(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailableError, match=r"The file a\.lock cannot be opened"):
        ProcessLock(tmp_path / "none" / "a.lock").acquire()


def test_that_a_file_of_something_else_is_told_in_our_words(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    path.write_bytes(b"something else " * 100)
    lock = ProcessLock(path)
    try:
        with pytest.raises(StoreDamagedError):
            lock.acquire()
    finally:
        lock.close()
