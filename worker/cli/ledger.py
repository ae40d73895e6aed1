"""`paceline-ledger`: whether every accepted workout is accounted for, from durable facts."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from dataclasses import replace
from threading import Event
from time import monotonic
from typing import Annotated

import typer

from core.broker.connect import open_broker
from core.broker.ports import Depth, EventSubscriber
from core.codec.event_codec import WorkerEvent, decode_events
from core.config.settings import Settings
from core.errors import BrokerRefusedError
from core.events import LedgerSnapshot, PickedUp, WorkerHeartbeat
from core.live.ledger import (
    GRACE_MS,
    SETTLE_MS,
    BalanceStatus,
    Ledger,
    LedgerView,
    QueueSample,
    discrepancy,
    expected_in_queue,
)
from core.outbox.destination import destination_of
from core.outbox.outbox import Outbox
from core.store.reader import ResultsReader
from worker.cli.common import BROKER, DATA_DIR, DATABASE, NOT_ALL, run_command
from worker.cli.version_option import VERSION_OPTION
from worker.consumer.options import HEARTBEAT_INTERVAL_S
from worker.monitoring.ledger_counts import build_ledger_snapshot
from worker.runtime.clock import now_ms

PROGRAM = "paceline-ledger"
LOOK_S = 0.25
LOOK_MS = max(SETTLE_MS, round(HEARTBEAT_INTERVAL_S * 1000)) + GRACE_MS  # long enough to hear every worker

cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def wait_for_balance(settings: Settings) -> LedgerView:
    """Counts until the counts agree, or have disagreed for LOOK_MS, longer than a workout takes between two places."""
    looked_at = destination_of(settings.broker_url, settings.database_url, settings.folder.path)
    with ExitStack() as stack:
        outbox = Outbox(settings.folder.outbox_file, now_ms=now_ms)
        reader = ResultsReader(settings.database_url, now_ms=now_ms)
        broker = open_broker(settings.broker_url)
        inspector, in_flight = broker.inspector(), InFlightTracker(broker.event_subscriber())
        for part in (outbox, reader, inspector):
            part.open()
            stack.callback(part.close)
        stack.callback(in_flight.close)
        ledger, until_ms = Ledger(), now_ms() + LOOK_MS
        while True:
            totals = reader.ledger_counts(outbox.origin)
            counts = build_ledger_snapshot(totals, outbox.ledger(), looked_at, now_ms(), reader.missing_rows())
            queue = in_flight.count(inspector.depth(), counts)
            ledger.count(counts)
            ledger.sample(queue)
            if not discrepancy(counts, queue) or now_ms() > until_ms:
                view = ledger.view(now_ms(), live=True)
                is_guess = view.verdict is BalanceStatus.MISSING and not in_flight.is_complete
                return replace(view, verdict=BalanceStatus.CHECKING) if is_guess else view
            in_flight.watch(LOOK_S)


class InFlightTracker:
    """In-flight messages for a broker that does not count them: what the ledger misses, if a worker is seen to work."""

    def __init__(self, subscriber: EventSubscriber) -> None:
        self._subscriber = subscriber
        self._is_open = self._may_not_listen = self._is_working = False
        self._in_flight: dict[str, int] = {}  # by worker, of those that announced something
        self._consumers = 0
        self._first: tuple[int, ...] | None = None

    @property
    def is_complete(self) -> bool:
        """Every worker announced something, or the broker counts by itself."""
        return len(self._in_flight) >= self._consumers

    def count(self, depth: Depth, counts: LedgerSnapshot) -> QueueSample:
        waiting, running = depth.ready + depth.retrying, depth.running
        if running is None:
            self._consumers = depth.consumers or 0
            seen = (waiting, counts.stored, counts.failed, counts.discarded)
            self._first = self._first or seen
            is_working = self._is_working or seen != self._first
            running = max(0, expected_in_queue(counts) - waiting) if self._consumers and is_working else 0
        return QueueSample(now_ms(), waiting, running, exact=True)

    def watch(self, wait_s: float) -> None:
        """Follow the workers' events for that long; where the broker does not permit it, only wait."""
        if self._may_not_listen:
            Event().wait(wait_s)
            return
        if not self._is_open:
            try:
                self._subscriber.open()
            except BrokerRefusedError:
                self._may_not_listen = True
                return
            self._is_open = True
        until_s = monotonic() + wait_s
        while (left_s := until_s - monotonic()) > 0:
            for payload in self._subscriber.poll(left_s):
                for event in decode_events(payload).events:
                    self._note(event)

    def close(self) -> None:
        if self._is_open:
            self._subscriber.close()

    def _note(self, event: WorkerEvent) -> None:
        if isinstance(event, WorkerHeartbeat):
            self._in_flight[event.worker] = 0 if event.info is None else event.info.in_flight
        elif isinstance(event, PickedUp):
            self._in_flight[event.worker] = len(event.workout_ids)
        else:
            self._in_flight[event.worker] = max(0, self._in_flight.get(event.worker, 0) - len(event.outcomes))
        self._is_working = any(self._in_flight.values())


@cli.command()
def ledger(
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
    broker: BROKER = None,
    database: DATABASE = None,
    data_dir: DATA_DIR = None,
    version: VERSION_OPTION = False,
) -> None:
    """Whether every accepted workout is accounted for. Exit code: 0 it balances, 1 it does not, 2 could not look."""
    with run_command(PROGRAM, broker, database, data_dir) as settings:
        view = wait_for_balance(settings)
    sys.stdout.write((json.dumps(view_fields(view)) if as_json else _text(view)) + "\n")
    if view.verdict is not BalanceStatus.BALANCES:
        raise SystemExit(NOT_ALL)


def view_fields(view: LedgerView) -> dict[str, object]:
    """The JSON object of `--json`. Its names are part of the contract; those of LedgerView are not."""
    return {
        "accepted": view.accepted,
        "stored": view.stored,
        "failed": view.failed,
        "waiting": view.waiting,
        "running": view.running,
        "kept": view.pending,
        "duplicates": view.duplicates,
        "verdict": view.verdict.value,
        "off_by": view.off_by,
        "as_of_ms": view.as_of_ms,
        "discarded": view.discarded,
        "corrections": view.corrections,
        "deletions": view.deletions,
        "overtaken": view.superseded,
        "conflicts": view.conflicts,
        "elsewhere": view.in_other_queue,
        "other_results": view.other_results,
        "rejected": view.rejected,
        "still_queued": view.still_queued,
    }


def _text(view: LedgerView) -> str:
    terms = [
        (view.stored, "stored"),
        (view.failed, "failed"),
        (view.discarded, "discarded"),
        (view.waiting, "waiting"),
        (view.running, "running"),
        (view.pending, "kept here"),
    ]
    if view.in_other_queue:
        terms.append((view.in_other_queue, "in another queue"))
    apart = [
        (view.duplicates, "duplicates absorbed"),
        (view.corrections, "corrections"),
        (view.deletions, "deletions"),
        (view.superseded, "overtaken by a newer revision"),
        (view.conflicts, "conflicts among the failed"),
    ]
    equation = " + ".join(f"{n:,} {words}" for n, words in terms)
    if view.other_results:
        apart.append((view.other_results, "sent from here beside another results database"))
    if view.still_queued:
        apart.append((view.still_queued, "counted already and still in the queue"))
    if view.rejected:
        apart.append((view.rejected, "refused by the broker among the kept"))
    counted_apart = ", ".join(f"{n:,} {words}" for n, words in apart)
    return f"{view.accepted:,} accepted = {equation}: {view.verdict_text}\ncounted apart: {counted_apart}"


if __name__ == "__main__":
    cli()
