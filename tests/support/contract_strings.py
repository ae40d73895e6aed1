"""The strings that other programs, files and databases rely on, as text to compare with `tests/golden/`.

Each function returns one file. After a change that is meant: `python -m tests.support.contract_strings`.
"""

from __future__ import annotations

import json
import re
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, replace
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import UUID

import typer.main
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from core.broker import topology
from core.broker.delivery_headers import failed_headers, resend_headers, retry_headers
from core.broker.embedded import EmbeddedBroker
from core.broker.origin import Origin
from core.broker.ports import Delivery, FailedDelivery, Message, RetryRequest
from core.broker.rabbitmq.queue_arguments import QueueType, jobs_arguments, retry_arguments
from core.codec.event_codec import encode_events
from core.codec.workout_codec import encode, id_from_content
from core.config.settings import StoredSettings
from core.errors import (
    FieldProblem,
    InvalidWorkoutError,
    ProblemKind,
    StoreUnavailableError,
    StoreValueError,
    UndecodableBodyError,
)
from core.events import (
    BatchProcessed,
    CurrentJob,
    EarnedBadge,
    LedgerSnapshot,
    OutcomeKind,
    PickedUp,
    WorkerHeartbeat,
    WorkerInfo,
    WorkerState,
    WorkoutOutcome,
)
from core.failures import causes
from core.failures.causes import cause_of, classify_error, failure_code_for
from core.failures.failed_json import message_fields
from core.failures.models import FailedMessage, FailedRow, FailedState, FailedTry
from core.live.ledger import BalanceStatus, LedgerView
from core.outbox.outbox import Outbox
from core.processing.deduplication import Disposition
from core.store.database.schema import SCHEMA_VERSION, metadata
from core.store.writer import ResultsStore
from core.workouts.model import BODY_FIELDS, SET_ATTRIBUTE_BY_BODY_FIELD, Workout, WorkoutSet
from worker.cli.ledger import view_fields

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
_NOW_MS = 1_767_225_600_000
_WORKOUT = Workout(
    id=UUID("7d9f2c1e-0000-4000-8000-000000000001"),
    revision=2,
    athlete="Ada",
    sport="Running",
    started_at=datetime(2025, 12, 10, 9, 30, tzinfo=UTC),
    duration_min=42.5,
    distance_km=9.25,
    elevation_gain_m=120.0,
    avg_heart_rate_bpm=141.0,
    max_heart_rate_bpm=172.0,
    avg_power_w=210.0,
    cadence_rpm=86.0,
    rpe=6.0,
    weight_kg=61.5,
    title="Morning",
    notes="Easy",
    sets=(WorkoutSet(reps=5, weight_kg=40.0, duration_s=30.0, distance_m=400.0),),
    extra={"shoes": "blue"},
)
_JOB = CurrentJob("id", "Ada", "Running", 42.5)
_OUTCOME = WorkoutOutcome(
    "id",
    "Ada",
    "Running",
    OutcomeKind.STORED,
    1.5,
    0.25,
    400.0,
    (EarnedBadge("code", "Name"),),
    "",
    42.5,
    9.25,
    "start",
)
_COUNTS = LedgerSnapshot(0, 0, 6, 2, 0, 3, 0, 7, 10, 0, 11, 12, 13, 14, 0, 15, 16, 17, 18)
_VIEW = LedgerView(
    **asdict(_COUNTS), accepted=1, waiting=4, running=5, verdict=BalanceStatus.BALANCES, off_by=8, as_of_ms=9
)
_EVENTS = (
    PickedUp(_NOW_MS, "worker", ("id",), _JOB),
    BatchProcessed(_NOW_MS, "worker", tuple(replace(_OUTCOME, kind=kind) for kind in OutcomeKind)),
    WorkerHeartbeat(_NOW_MS, "worker", WorkerState.RUNNING, "", WorkerInfo("host", 1, "0.1", 500, 3, 2, _JOB)),
)
_ROW = FailedRow("key", cause_of("conflict"), _NOW_MS, "reason", 3, "worker", "message", "Ada", "Running", 42.5, 9.25)
_TRY = FailedTry(3, _NOW_MS, "worker", "reason", 1.5)
_FAILED = FailedMessage(_ROW, FailedState.OPEN, 1, "conflict", "id", "parent", Message(b"{}"), 2, (_TRY,))


def broker() -> str:
    """Queues, headers, message types and queue arguments. Of constants the values: their names in Python may change."""
    constants = [value for name, value in vars(topology).items() if name.isupper()]
    lines = [
        *sorted(str(value) for value in constants),
        *[
            name(delay)
            for delay in topology.RETRY_DELAYS_S
            for name in (topology.retry_queue, topology.own_retry_queue)
        ],
    ]
    for queue_type in QueueType:
        lines += [f"{queue_type.value} jobs {jobs_arguments(queue_type)}"]
        lines += [f"{queue_type.value} retry {retry_arguments(1, queue_type)}"]
    return "\n".join(lines)


def messages() -> str:
    """Bodies, properties and headers as they are sent, and the events of workers."""
    message = encode(_WORKOUT, submitted_at_ms=_NOW_MS)
    delivery = Delivery(message, 1, 1, 2, True)
    failed = FailedDelivery(delivery, "reason", "error type", "worker", _NOW_MS, "cause")
    retried = RetryRequest(delivery, 10, 7_000, "reason")
    lines = [
        f"fields {' '.join(sorted(BODY_FIELDS))}",
        f"fields of a set {' '.join(SET_ATTRIBUTE_BY_BODY_FIELD)}",
        f"body {message.body.decode()}",
        f"id from content {id_from_content(replace(message, message_id=None, body=b'{}'))}",
        f"properties {message.message_id} {message.type} {message.content_type} {message.app_id} {message.timestamp_s}",
        f"headers {_sorted(message.headers)}",
        f"origin {Origin('outbox', 1, 2).text}",
        f"failed {_sorted(failed_headers(failed))}",
        f"retry {_sorted(retry_headers(retried))}",
        f"resend {_sorted(resend_headers(message.headers, 'key', 2))}",
        f"events {encode_events('instance', _EVENTS, 7).decode()}",
        f"ledger {json.dumps(view_fields(_VIEW))}",
        f"failure {json.dumps(message_fields(_FAILED))}",
    ]
    return "\n".join(lines)


def codes() -> str:
    """Words that are stored, or that another version of the program reads."""
    kinds: tuple[type[Enum], ...] = (FailedState, Disposition, OutcomeKind, WorkerState)
    errors = [StoreUnavailableError("x"), StoreValueError("x"), UndecodableBodyError("x", "json")]
    errors += [InvalidWorkoutError((FieldProblem("userId", "x", kind),)) for kind in ProblemKind]
    named = [value for name, value in vars(causes).items() if name.isupper() and isinstance(value, str)]
    lines = [f"stored as {member.value}" for kind in kinds for member in kind]
    lines += [f"error type {name}" for name in sorted({*named, *(classify_error(each).error_type for each in errors)})]
    lines += [f"cause {code}" for code in sorted({classify_error(each).code for each in errors})]
    lines += [f"cause {failure_code_for(name).code}" for name in sorted(named)]
    return "\n".join(lines)


def settings() -> str:
    """Keys, defaults and bounds of the settings file."""
    properties = StoredSettings.model_json_schema()["properties"]
    return "\n".join(f"{name} {_sorted(schema)}" for name, schema in sorted(properties.items()))


def databases() -> str:
    """The schemas of the results, the outbox and the embedded queue, as the files have them once they are made."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parts = (
            ResultsStore(f"sqlite:///{folder / 'results.db'}", now_ms=lambda: _NOW_MS),
            Outbox(folder / "outbox.db", now_ms=lambda: _NOW_MS),
            EmbeddedBroker(folder / "queue.db").publisher(),
        )
        for part in parts:
            part.open()
            part.close()
        files = sorted(path for path in folder.iterdir() if path.suffix == ".db")
        lines = [f"-- {path.name}\n{_schema_of(path)}" for path in files]
    tables = metadata.sorted_tables
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    made = [str(CreateTable(table).compile(dialect=dialect)).strip() for table in tables]
    made += sorted(str(CreateIndex(index).compile(dialect=dialect)) for table in tables for index in table.indexes)
    lines += [f"-- PostgreSQL, version {SCHEMA_VERSION}", *[re.sub(r"\s+", " ", text) for text in made]]
    return "\n".join(lines)


def commands() -> str:
    """Every option and argument of the commands with its default. What the help says of them may change."""
    from gui.app import cli as console  # here, since core and worker have the rest
    from worker.cli import data, failed, ingest, ledger, recording, submit, worker

    programs: dict[str, typer.Typer] = {"paceline": console}
    modules = (worker, submit, ingest, failed, ledger, data, recording)
    programs |= {f"paceline-{module.__name__.split('.')[-1]}": module.cli for module in modules}
    return "\n".join(line for name, app in programs.items() for line in _options(name, typer.main.get_command(app)))


def _options(name: str, command: Any) -> Iterator[str]:
    yield name
    yield from (f"  {'/'.join(parameter.opts)} {parameter.default!r}" for parameter in command.params)
    for inner, each in getattr(command, "commands", {}).items():
        yield from _options(f"{name} {inner}", each)


def _schema_of(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(
            "SELECT sql FROM sqlite_master WHERE sql NOT NULL ORDER BY type DESC, name"
        ).fetchall()
        pragmas = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
    return "\n".join(
        [*(re.sub(r"\s+", " ", row[0]) for row in rows), f"application_id {pragmas[0]}, version {pragmas[1]}"]
    )


def _sorted(headers: Mapping[str, object]) -> str:
    return json.dumps(headers, sort_keys=True)


GOLDEN_FILES: Mapping[str, Callable[[], str]] = {
    each.__name__: each for each in (broker, messages, codes, settings, databases, commands)
}


if __name__ == "__main__":
    for name, text_of in GOLDEN_FILES.items():
        (GOLDEN / f"{name}.txt").write_text(text_of() + "\n", encoding="utf-8")
