"""One of every event, with something in each of its fields, and recordings of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.events import (
    Accepted,
    AthleteErased,
    BatchProcessed,
    Confirmed,
    ConnectionChanged,
    ConnectionState,
    CurrentJob,
    DepthSampled,
    EarnedBadge,
    Event,
    EventsLost,
    LedgerSnapshot,
    OutboxSampled,
    OutcomeKind,
    PickedUp,
    ProblemRaised,
    Refused,
    WorkerHeartbeat,
    WorkerInfo,
    WorkerState,
    WorkoutOutcome,
)
from core.recording.records import Record, RecordedAccount, RecordedBatch, RecordedNote, RecordingHeader
from worker.recording.recorder import Recorder

T0 = 1_764_500_000_000
ID = "3f2b8c1e-5d47-4a90-9c55-0d6f1e2a7b34"
ATHLETE, HOST, PLACE = "Zoë Ångström", "rosas-laptop", "/home/rosa/queue.db"
OUTBOX = "8f14e45f-ceea-467f-a0e6-3d2b8c1e5d47"
JOB = CurrentJob(ID, ATHLETE, "Rowing", 30.0)
INFO = WorkerInfo(HOST, 4_711, "0.1.0", 5, 12, 3, JOB)
OUTCOME = WorkoutOutcome(
    workout_id=ID,
    athlete=ATHLETE,
    sport="Rowing",
    kind=OutcomeKind.STORED,
    wait_ms=12.5,
    run_ms=3.25,
    calories_kcal=210.0,
    badges=(EarnedBadge("first_row", "First Row"),),
    reason=f"{ATHLETE} rowed too far",
    duration_min=30.0,
    distance_km=7.5,
    started_at="2025-11-30T10:00:00+01:00",
    revision=2,
    conflict_of=OUTBOX,
    cause="invalid/distance/range",
)
EVENTS: tuple[Event, ...] = (
    ConnectionChanged(T0, ConnectionState.ONLINE, "RabbitMQ", PLACE, f"{HOST} was away", T0 + 5),
    Accepted(
        T0 + 1,
        ID,
        ATHLETE,
        "Rowing",
        30.0,
        7.5,
        "2025-11-30T10:00:00+01:00",
        revision=2,
        kind="correction",
        outbox=OUTBOX,
        source="http",
    ),
    Confirmed(T0 + 2, (ID, "message of Zoë Ångström")),
    Refused(T0 + 3, ID, f"{HOST} is full", rejected=True),
    PickedUp(T0 + 4, f"{HOST}-4711-0", (ID,), JOB),
    BatchProcessed(T0 + 5, f"{HOST}-4711-0", (OUTCOME,)),
    WorkerHeartbeat(T0 + 6, f"{HOST}-4711-0", WorkerState.ON_HOLD, f"{PLACE} is locked", INFO),
    EventsLost(T0 + 7, 3),
    DepthSampled(T0 + 8, 5, 2, 1, 4, 1, 12.5),
    OutboxSampled(T0 + 9, 6, 1),
    LedgerSnapshot(T0 + 10, 20, 6, 9, 8, 4, 3, 2, 1, 1, 2, 1, 1, 1, -1, 2, 3, 1, 1),
    AthleteErased(T0 + 11, ATHLETE),
    ProblemRaised(T0 + 12, "disk", f"The disk of {PLACE} is full."),
)
RECORDS: tuple[Record, ...] = (
    RecordedBatch(T0 + 20, EVENTS[:5]),
    RecordedNote(T0 + 30, "Kill a worker"),
    RecordedBatch(T0 + 40, EVENTS[5:]),
    RecordedAccount(T0 + 50, 7, (f"{ATHLETE}, Rowing", ""), (f"{ATHLETE}, Running",), (("Load", 5), ("HTTP", 2))),
)
SECRETS = (ATHLETE, "Ångström", HOST, "rosa", OUTBOX, "4711")


def header(*, names: bool = True, demo: bool = False) -> RecordingHeader:
    return RecordingHeader("0.1.0", T0, names=names, demo=demo, utc_offset_min=60)


def record_to(path: Path, records: Sequence[Record] = RECORDS, *, names: bool = True) -> Path:
    """A whole recording."""
    problems: list[str] = []
    recorder = Recorder(path, header(names=names), now_ms=lambda: T0 + 60, on_problem=problems.append)
    recorder.start()
    for record in records:
        recorder.take(record)
    recorder.stop()
    assert recorder.join(60)
    assert problems == []
    return path
