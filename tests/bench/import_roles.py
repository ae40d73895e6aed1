"""Processes of the import benchmark: `paceline-submit` beside a running worker, and the least that does its work."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, process_time
from uuid import uuid4

from core.broker.connect import open_broker
from core.sqlite.connection import connect
from tests.bench.queue_roles import check_stored
from tests.support.broker_rigs import until
from worker.cli.submit import GROUP

ATHLETES = 500
FIRST = datetime(2025, 1, 1, 6, tzinfo=UTC)
HEADER = "Athlete,Sport,Start,Duration,Distance (km),Avg HR,Notes"
STORED_S = 240.0


def make(file: str, rows: int) -> dict[str, float]:
    """As a spreadsheet saves a season: each row another workout."""
    with Path(file).open("w", encoding="utf-8") as out:
        out.write(f"{HEADER}\n")
        for number in range(rows):
            start = FIRST + timedelta(minutes=number)
            out.write(
                f"athlete-{number % ATHLETES},Running,{start:%Y-%m-%d %H:%M},0:{30 + number % 30}:{number % 60:02},"
                f"{5 + number % 6}.{number % 10},{120 + number % 50},run {number} along the river\n"
            )
    return {"rows": rows}


def ours(file: str, rows: int, folder: str) -> dict[str, float]:
    """`paceline-submit`, while `paceline-worker` stores what comes; then until all is stored."""
    place = [
        f"--broker=sqlite:///{folder}/queue.db",
        f"--database=sqlite:///{folder}/results.db",
        f"--data-dir={folder}",
    ]
    worker = subprocess.Popen(
        [sys.executable, "-m", "worker.cli.worker", *place], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until(lambda: Path(folder, "results.db").exists(), 60)
        began_s = monotonic()
        with Path(folder, "verdicts.txt").open("w", encoding="utf-8") as verdicts:
            submit = subprocess.Popen([sys.executable, "-m", "worker.cli.submit", file, *place], stdout=verdicts)
            _pid, status, usage = os.wait4(submit.pid, 0)
        submitted_s = monotonic() - began_s
        if status:
            raise RuntimeError(f"paceline-submit ended with {os.waitstatus_to_exitcode(status)}")
        inspector = open_broker(f"sqlite:///{folder}/queue.db").inspector()
        inspector.open()
        until(lambda: (depth := inspector.depth()).ready + (depth.running or 0) == 0, STORED_S)
        inspector.close()
        stored_s = monotonic() - began_s
    finally:
        worker.terminate()
        worker.wait()
    check_stored(Path(folder, "results.db"), rows)
    return {"cpu_s": usage.ru_utime + usage.ru_stime, "submitted_s": submitted_s, "stored_s": stored_s}


def bare(file: str, rows: int, folder: str) -> dict[str, float]:
    """Reads with csv and checks nothing; each row is kept as JSON, then sent: two commits a group, as ours."""
    kept, queue = connect(Path(folder, "kept.db")), connect(Path(folder, "sent.db"))
    for connection in (kept, queue):
        connection.execute("CREATE TABLE workouts (id TEXT PRIMARY KEY, body BLOB)")
    began_s, began_cpu_s = monotonic(), process_time()
    with Path(file).open(encoding="utf-8", newline="") as text:
        group: list[tuple[str, bytes]] = []
        for number, row in enumerate(csv.DictReader(text), 1):
            minutes = sum(
                int(part) * unit for part, unit in zip(row["Duration"].split(":"), (60, 1, 1 / 60), strict=True)
            )
            body = {**row, "Start": datetime.fromisoformat(row["Start"]).isoformat(), "Duration": minutes}
            body["Distance (km)"] = float(row["Distance (km)"])
            group.append((str(uuid4()), json.dumps(body).encode()))
            if len(group) == GROUP or number == rows:
                for connection in (kept, queue):
                    connection.execute("BEGIN IMMEDIATE")
                    connection.executemany("INSERT INTO workouts VALUES (?, ?)", group)
                    connection.execute("COMMIT")
                group = []
    return {"cpu_s": process_time() - began_cpu_s, "submitted_s": monotonic() - began_s}


def main(role: str, file: str, rows: str, *folder: str) -> None:
    roles = {"ours": ours, "bare": bare}
    figures = make(file, int(rows)) if role == "make" else roles[role](file, int(rows), *folder)
    print(json.dumps(figures))


if __name__ == "__main__":
    main(*sys.argv[1:])
