"""Values of the failed list: groups by cause, rows, and one message in full. Frozen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from core.broker.ports import Message
from core.failures.causes import Cause


class FailedState(Enum):
    """State of a failure."""

    OPEN = "open"  # on the list
    RETRIED = "retried"  # a person sent it again unchanged
    RESENT = "resent"  # a person repaired it and sent that
    DISCARDED = "discarded"
    STORED = "stored"  # it was stored after all


SENT_AGAIN = frozenset({FailedState.RETRIED, FailedState.RESENT})


@dataclass(frozen=True, slots=True)
class FailedFilter:
    """Selects open failures. `cause`: a code, None for all. `text`: in the athlete, sport, id or reason."""

    cause: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class FailedGroup:
    """All open failures of one cause. `recent`: how many failed in each equal part of the last hour, oldest first."""

    cause: Cause
    count: int
    last_at_ms: int
    recent: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class FailedRow:
    """One row of the list. Times are milliseconds since the epoch; what the body does not have is empty or None."""

    key: str
    cause: Cause
    failed_at_ms: int
    reason: str
    attempts: int
    worker: str
    message_id: str
    athlete: str
    sport: str
    duration_min: float | None
    distance_km: float | None

    @property
    def says_nothing(self) -> bool:
        """Whether the body had no readable field."""
        return not self.athlete and not self.sport and self.duration_min is None and self.distance_km is None


@dataclass(frozen=True, slots=True)
class FailedTry:
    """One round of tries that gave up; `number` is that of its last try. `took_ms` None: not measured."""

    number: int
    at_ms: int
    worker: str
    reason: str
    took_ms: float | None


@dataclass(frozen=True, slots=True)
class FailedConflict:
    """A workout's revision that is on the list since it is stored with other content. `origin`: as in its header."""

    key: str
    workout_id: str
    revision: int
    origin: str
    at_ms: int
    worker: str
    reason: str


@dataclass(frozen=True, slots=True)
class FailedMessage:
    """One failure in full. `body_bytes` is its length; a body longer than `message` has is cut."""

    row: FailedRow
    state: FailedState
    retries: int
    error_type: str
    workout_id: str | None
    parent_key: str | None  # of the failure that this is a resend of
    message: Message
    body_bytes: int
    tries: tuple[FailedTry, ...]  # newest first

    @property
    def is_whole(self) -> bool:
        return len(self.message.body) == self.body_bytes
