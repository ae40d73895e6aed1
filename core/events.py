"""Events as frozen values: the only things that cross from threads to screens."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum


class Producer(StrEnum):
    """What a workout came by into the outbox of this program."""

    FORM = "form"  # or the roster grid, a correction, a deletion
    FILE = "file"
    HTTP = "http"
    LOAD = "load"  # of a demonstration


@dataclass(frozen=True, slots=True)
class Accepted:
    """A workout is committed to the outbox. Times are milliseconds since the epoch everywhere in this module.

    Only `started_at`, here and below, is ISO 8601 with the offset of the workout's own local time; empty: not known.
    """

    at_ms: int
    workout_id: str
    athlete: str
    sport: str
    duration_min: float
    distance_km: float | None
    started_at: str = ""
    revision: int = 1
    kind: str = ""  # the type of its message, empty: submitted; of a deletion the rest says what is deleted
    outbox: str = ""  # which one accepted it; empty: not known
    source: str = ""  # a Producer; empty: not known


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The broker has these on disk."""

    at_ms: int
    workout_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """The broker refused this one; it stays in the outbox and is retried, unless `rejected`.

    `rejected`: it will never be taken as it is. The receipt shows that, and it is retried only after the next program
    start.
    """

    at_ms: int
    workout_id: str
    reason: str
    rejected: bool = False


@dataclass(frozen=True, slots=True)
class CurrentJob:
    """The first workout of a batch in flight, as far as its body could be read."""

    workout_id: str
    athlete: str = ""
    sport: str = ""
    duration_min: float | None = None


@dataclass(frozen=True, slots=True)
class PickedUp:
    """A worker has started to process these."""

    at_ms: int
    worker: str
    workout_ids: tuple[str, ...]
    job: CurrentJob | None = None


class OutcomeKind(Enum):
    STORED = "stored"
    DUPLICATE = "duplicate"  # known already, not stored again
    FAILED = "failed"
    RETRYING = "retrying"


@dataclass(frozen=True, slots=True)
class EarnedBadge:
    """An achievement earned by a workout."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class WorkoutOutcome:
    """The outcome of one delivery. `wait_ms` is None where the time of submission is not known."""

    workout_id: str
    athlete: str
    sport: str
    kind: OutcomeKind
    wait_ms: float | None  # submission to pick-up
    run_ms: float  # pick-up to commit of its batch; 0: not known
    calories_kcal: float | None = None
    badges: tuple[EarnedBadge, ...] = ()
    reason: str = ""
    duration_min: float | None = None
    distance_km: float | None = None
    started_at: str = ""
    revision: int = 0  # 0: not known
    conflict_of: str = ""  # a conflict with what is stored: which outbox sent this one; else empty
    cause: str = ""  # the code of why it was not stored; empty: not known


@dataclass(frozen=True, slots=True)
class BatchProcessed:
    """One committed batch of one worker."""

    at_ms: int
    worker: str
    outcomes: tuple[WorkoutOutcome, ...]


class WorkerState(Enum):
    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    DRAINING = "draining"
    ON_HOLD = "on hold"  # the broker or the database is unavailable
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class WorkerInfo:
    """A worker's metadata. `done` counts outcomes since it started, so that lost events can be made up for."""

    host: str = ""
    pid: int = 0
    version: str = ""
    prefetch: int = 0
    done: int = 0
    in_flight: int = 0
    job: CurrentJob | None = None


@dataclass(frozen=True, slots=True)
class WorkerHeartbeat:
    """A worker's state, sent when it changes and every few seconds. `info`: None from a worker of an older version."""

    at_ms: int
    worker: str
    state: WorkerState
    problem: str = ""
    info: WorkerInfo | None = None


@dataclass(frozen=True, slots=True)
class EventsLost:
    """So many outcomes were published, or were queued for the screen, and did not arrive."""

    at_ms: int
    outcomes: int


@dataclass(frozen=True, slots=True)
class DepthSampled:
    """The whole queue, as the broker counts it."""

    at_ms: int
    ready: int
    running: int | None
    consumers: int | None
    failed: int
    retrying: int
    oldest_age_s: float | None


@dataclass(frozen=True, slots=True)
class OutboxSampled:
    at_ms: int
    pending: int  # accepted by this outbox, not yet confirmed by the broker
    rejected: int = 0  # of these, never to be taken as they are


class ConnectionState(Enum):
    CONNECTING = "connecting"
    ONLINE = "online"
    BLOCKED = "blocked"  # connected, but the broker takes no messages at present: an alarm
    OFFLINE = "offline"  # retried automatically
    REFUSED = "refused"  # by the broker: password, vhost, permission


@dataclass(frozen=True, slots=True)
class ConnectionChanged:
    at_ms: int
    state: ConnectionState
    kind: str  # `RabbitMQ` or `Embedded queue`
    place: str
    problem: str = ""
    next_try_at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class LedgerSnapshot:
    """Durable counts, read together; see LedgerTotals. `here`: sent from this outbox, with these results."""

    at_ms: int
    accepted_here: int
    pending: int
    stored: int
    stored_here: int
    failed: int
    failed_here: int
    duplicates: int
    discarded: int = 0
    discarded_here: int = 0
    corrections: int = 0  # these three are included in `stored`
    deletions: int = 0
    superseded: int = 0
    conflicts: int = 0  # included in `failed`
    missing_rows: int = 0  # stored once, and missing in the table now; below 0: in the table, and never stored
    in_other_queue: int = 0  # sent from this outbox to another queue, and not settled yet
    other_results: int = 0  # sent from this outbox while other results were in use; not in `accepted_here`
    rejected: int = 0  # by the broker, for good; included in `pending`
    still_queued: int = 0  # from any outbox: in the queue as far as is known, and settled or a second copy


@dataclass(frozen=True, slots=True)
class AthleteErased:
    """Everything of this athlete was erased by this program: whatever remembers the name forgets it. Never sent on."""

    at_ms: int
    athlete: str


@dataclass(frozen=True, slots=True)
class ProblemRaised:
    """A problem the user should know; shown as a banner and logged."""

    at_ms: int
    kind: str
    text: str


Event = (
    Accepted
    | Confirmed
    | Refused
    | PickedUp
    | BatchProcessed
    | WorkerHeartbeat
    | EventsLost
    | DepthSampled
    | OutboxSampled
    | ConnectionChanged
    | LedgerSnapshot
    | AthleteErased
    | ProblemRaised
)
