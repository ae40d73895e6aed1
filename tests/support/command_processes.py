"""The commands as processes: their input, their ends and what they stored."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

SAMPLE = {
    "userId": "user-123",
    "type": "Running",
    "duration": 45,
    "distance": 5.2,
    "timestamp": "2025-12-10T10:00:00Z",
}

TIMEOUT_S = 60

Commands = Callable[..., "subprocess.Popen[str]"]


def finish(process: subprocess.Popen[str], text: str | None = None) -> tuple[int, str, str]:
    out, err = process.communicate(text, timeout=TIMEOUT_S)
    return process.returncode, out, err


def lines(count: int) -> str:
    rows = (SAMPLE | {"userId": f"athlete-{number % 7}", "duration": 20 + number / 10} for number in range(count))
    return "".join(json.dumps(row) + "\n" for row in rows)


def table(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "results.db")) as connection:
        return connection.execute(sql).fetchall()


def wait_for_line(process: subprocess.Popen[str], word: str) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        if word in line:
            return
    raise AssertionError(f"the process ended without saying {word!r}")
