"""`make bench ARGS="--only import"`: a CSV beside a running worker, and beside the least that does that work."""

from __future__ import annotations

import tempfile

from tests.bench.measure import Series, run_role, verdict

ROLES = "tests.bench.import_roles"


def bench_import(runs: int, rows: int) -> None:
    """On the embedded queue. Processor time is compared: what else the machine does hits the worker, too."""
    names = (
        "paceline-submit, processor",
        "bare csv and commits, processor",
        "paceline-submit, until sent",
        "until stored",
    )
    cpu, bare_cpu, sent, stored = (Series(name, "s") for name in names)
    with tempfile.TemporaryDirectory(prefix="paceline-bench-") as place:
        file = f"{place}/season.csv"
        run_role(ROLES, "make", file, str(rows))
        for _ in range(runs):
            with tempfile.TemporaryDirectory(dir=place) as folder:
                ours = run_role(ROLES, "ours", file, str(rows), folder)
            with tempfile.TemporaryDirectory(dir=place) as folder:
                bare = run_role(ROLES, "bare", file, str(rows), folder)
            cpu.values.append(ours["cpu_s"])
            bare_cpu.values.append(bare["cpu_s"])
            sent.values.append(ours["submitted_s"])
            stored.values.append(ours["stored_s"])
    print(f"\n{rows:,} rows of a CSV imported beside a running worker")
    for each in (cpu, bare_cpu, sent, stored):
        print(each.line())
    print(verdict("imported in s", sent.median, 60 * rows / 100_000, at_least=False))
    print(verdict("processor beside the bare reader", cpu.median / bare_cpu.median, 20, at_least=False))
