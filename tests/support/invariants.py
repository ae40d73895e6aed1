"""The invariant of every fault: accepted = stored + failed, each once, and the database is whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from core.broker.connect import open_broker
from core.broker.ports import Depth
from core.outbox.outbox import Outbox
from core.sqlite.connection import sqlite_module
from tests.support.broker_rigs import until
from tests.support.databases import Place
from worker.runtime.clock import now_ms

SETTLE_S = 30.0


@dataclass(frozen=True)
class Account:
    """What became of the workouts, read from the results database past every port."""

    stored: Counter[str]  # by workout id; each once, or something is wrong
    failed: Counter[str]  # open failures by workout or message id
    duplicates: int
    integrity: str
    totals_agree: bool  # the athletes' totals are those of the workouts


def read_account(results: Path) -> Account:
    with closing(sqlite_module().connect(results)) as connection:
        ask = connection.execute
        return Account(
            Counter(row[0] for row in ask("SELECT id FROM workouts")),
            Counter(
                row[0] for row in ask("SELECT coalesce(workout_id, message_id, key) FROM failures WHERE state = 'open'")
            ),
            ask("SELECT coalesce(sum(n), 0) FROM ledger_counts WHERE kind = 'duplicate'").fetchone()[0],
            ask("PRAGMA integrity_check").fetchone()[0],
            ask("SELECT coalesce(sum(workouts), 0) FROM athletes").fetchone()[0]
            == ask("SELECT count(*) FROM workouts").fetchone()[0],
        )


def read_place(place: Place) -> Account:
    """The same of a database of any kind; only SQLite can say that it is whole."""
    ask = place.rows
    return Account(
        Counter(str(row[0]) for row in ask("SELECT id FROM workouts")),
        Counter(
            str(row[0])
            for row in ask("SELECT coalesce(workout_id, message_id, key) FROM failures WHERE state = 'open'")
        ),
        int(ask("SELECT coalesce(sum(n), 0) FROM ledger_counts WHERE kind = 'duplicate'")[0][0]),
        "ok",
        int(ask("SELECT coalesce(sum(workouts), 0) FROM athletes")[0][0])
        == int(ask("SELECT count(*) FROM workouts")[0][0]),
    )


def assert_accounted(results: Path, accepted: Collection[str], *, failed: Iterable[str] = ()) -> Account:
    """Every accepted workout is stored once, or on the failed list once; `failed` are those that must be there."""
    return assert_balanced(read_account(results), accepted, failed=failed)


def assert_balanced(account: Account, accepted: Collection[str], *, failed: Iterable[str] = ()) -> Account:
    wanted_failed = set(failed)
    assert account.integrity == "ok"
    assert account.totals_agree
    assert {key: n for key, n in account.stored.items() if n != 1} == {}
    assert {key: n for key, n in account.failed.items() if n != 1} == {}
    assert not account.stored.keys() & account.failed.keys()
    missing = set(accepted) - account.stored.keys() - account.failed.keys()
    assert not missing, f"{len(missing)} of {len(accepted)} are neither stored nor failed"
    assert wanted_failed <= account.failed.keys()
    assert account.failed.keys() <= wanted_failed, (
        f"failed without a reason to: {account.failed.keys() - wanted_failed}"
    )
    return account


def queue_depth(url: str) -> Depth:
    inspector = open_broker(url).inspector()
    inspector.open()
    try:
        return inspector.depth()
    finally:
        inspector.close()


def is_empty(url: str) -> bool:
    """Nothing waits, is being worked on, or is to be retried."""
    depth = queue_depth(url)
    return not depth.ready and not depth.running and not depth.retrying


def wait_until_empty(url: str, bound_s: float = SETTLE_S) -> None:
    until(lambda: is_empty(url), bound_s)


def read_counts(results: Path) -> tuple[int, int]:
    """(stored, failed) so far."""
    with closing(sqlite_module().connect(results)) as connection:
        ask = "SELECT (SELECT count(*) FROM workouts), (SELECT count(*) FROM failures WHERE state = 'open')"
        stored, failed = connection.execute(ask).fetchone()
        return int(stored), int(failed)


def outbox_counts(folder: Path) -> tuple[int, int]:
    """(accepted ever, not confirmed by the broker)."""
    outbox = Outbox(folder / "outbox.db", now_ms=now_ms)
    outbox.open()
    try:
        counts = outbox.counts()
    finally:
        outbox.close()
    return counts.accepted, counts.pending
