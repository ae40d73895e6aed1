"""`paceline-ledger`: accepted = stored + failed + discarded + waiting + running + kept here, from durable facts."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from dataclasses import asdict
from threading import Event
from typing import Annotated

import typer

from core.broker.connect import open_broker
from core.broker.ports import Inspector
from core.errors import (
    BrokerRefusedError,
    BrokerUnavailableError,
    SettingError,
    StoreDamagedError,
    StoreUnavailableError,
)
from core.ledger import GRACE_MS, SETTLE_MS, Ledger, LedgerView, QueueCount, Verdict, discrepancy, sent_and_unsettled
from core.logs import set_up_logs
from core.settings import Settings, load_settings
from core.store.outbox import Outbox
from core.store.queries import ResultsReader
from worker.assembly import now_ms
from worker.command_line import BROKER, DATA_DIR, DATABASE, NOT_ALL, fail
from worker.counting import counted

PROGRAM = "paceline-ledger"
LOOK_S = 0.25

cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def take_ledger(settings: Settings) -> LedgerView:
    """Looks until what it sees is of one piece, or has stayed out of balance too long to be a matter of moments."""
    with ExitStack() as stack:
        outbox = Outbox(settings.folder.outbox_file, now_ms=now_ms)
        reader = ResultsReader(settings.database_url, now_ms=now_ms)
        inspector = open_broker(settings.broker_url).inspector()
        for part in (outbox, reader, inspector):
            part.open()
            stack.callback(part.close)
        ledger, pause = Ledger(), Event()
        until_ms = now_ms() + SETTLE_MS + GRACE_MS
        while True:
            counts = counted(reader.ledger_counts(outbox.origin), outbox.counts(), now_ms(), reader.rows_missing())
            queue = _queue_count(inspector, sent_and_unsettled(counts))
            ledger.count(counts)
            ledger.sample(queue)
            if not discrepancy(counts, queue) or now_ms() > until_ms + LOOK_S * 1000:
                return ledger.view(now_ms(), live=True)
            pause.wait(LOOK_S)


def _queue_count(inspector: Inspector, unsettled: int) -> QueueCount:
    """A broker that does not count what workers hold: where there are workers, they hold what is not in the queue."""
    depth = inspector.depth()
    waiting, running = depth.ready + depth.retrying, depth.running
    if running is None:
        running = max(0, unsettled - waiting) if depth.consumers else 0
    return QueueCount(now_ms(), waiting, running, exact=True)


@cli.command()
def ledger(
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
    broker: BROKER = None,
    database: DATABASE = None,
    data_dir: DATA_DIR = None,
) -> None:
    """Whether every accepted workout is accounted for. Exit code: 0 it balances, 1 it does not, 2 could not look."""
    try:
        settings = load_settings(broker=broker, database=database, data_dir=data_dir)
        logs = set_up_logs(PROGRAM, folder=settings.folder.logs, stderr=None)
        try:
            view = take_ledger(settings)
        finally:
            logs.close()
    except (
        SettingError,
        StoreUnavailableError,
        StoreDamagedError,
        BrokerUnavailableError,
        BrokerRefusedError,
    ) as error:
        fail(PROGRAM, str(error))
    sys.stdout.write((json.dumps(_fields(view)) if as_json else _text(view)) + "\n")
    if view.verdict is not Verdict.BALANCES:
        raise SystemExit(NOT_ALL)


def _fields(view: LedgerView) -> dict[str, object]:
    return {**asdict(view), "verdict": view.verdict.value}


def _text(view: LedgerView) -> str:
    terms = [
        (view.stored, "stored"),
        (view.failed, "failed"),
        (view.discarded, "discarded"),
        (view.waiting, "waiting"),
        (view.running, "running"),
        (view.kept, "kept here"),
    ]
    apart = [
        (view.duplicates, "duplicates absorbed"),
        (view.corrections, "corrections"),
        (view.deletions, "deletions"),
        (view.overtaken, "overtaken by a newer revision"),
        (view.conflicts, "conflicts among the failed"),
    ]
    equation = " + ".join(f"{n:,} {words}" for n, words in terms)
    counted_apart = ", ".join(f"{n:,} {words}" for n, words in apart)
    return f"{view.accepted:,} accepted = {equation}: {view.verdict_text}\ncounted apart: {counted_apart}"


def main() -> None:
    cli()


if __name__ == "__main__":
    main()
