"""Workouts that are long done, as a search finds them and as their story is told. Frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.broker.ports import Message
from core.events import EarnedBadge
from core.failures.models import FailedTry


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One line of what a search found. Times are milliseconds since the epoch; empty or None: not known."""

    workout_id: str
    at_ms: int  # when it was stored, or given up
    athlete: str
    sport: str
    duration_min: float | None
    distance_km: float | None
    wait_ms: float | None
    run_ms: float | None
    worker: str
    reason: str = ""  # why it was given up
    badges: tuple[EarnedBadge, ...] = ()
    started_at: str = ""  # as in events; empty for what was given up

    @property
    def failed(self) -> bool:
        return bool(self.reason)


@dataclass(frozen=True, slots=True)
class WeekChange:
    """What one workout added to its athlete's week. Ranks are by distance, None where there is none to tell."""

    iso_year: int
    iso_week: int
    distance_before_km: float
    distance_after_km: float
    energy_before_kcal: float
    energy_after_kcal: float
    rank_before: int | None
    rank_after: int | None


@dataclass(frozen=True, slots=True)
class StoredDetails:
    """What the results know of one workout's way."""

    workout_id: str
    athlete: str
    sport: str
    duration_min: float
    distance_km: float | None
    calories_kcal: float
    calories_estimate: bool
    revision: int
    submitted_at_ms: int | None
    picked_up_at_ms: int
    processed_at_ms: int
    worker: str
    badges: tuple[EarnedBadge, ...]
    week: WeekChange | None
    rounds: tuple[FailedTry, ...] = ()  # tries that gave up before, oldest first; `number` counts those of its round
    started_at: str = ""  # as in events


@dataclass(frozen=True, slots=True)
class FailedDetails:
    """Of one that was given up."""

    workout_id: str
    athlete: str
    sport: str
    duration_min: float | None
    distance_km: float | None
    failed_at_ms: int
    worker: str
    reason: str
    attempts: int
    rounds: tuple[FailedTry, ...] = ()  # as above; the last one is the end of it
    started_at: str = ""  # as far as its body says so


@dataclass(frozen=True, slots=True)
class MessageSnapshot:
    """A message as somebody still has it.

    `sent`: as this outbox sent it. `failed`: as a worker got it and gave it up. `stored`: its bytes are nowhere any
    more, this body is written anew from what is stored, and there are no headers.
    """

    source: Literal["sent", "failed", "stored"]
    message: Message
    body_bytes: int  # what is longer than `message` has it is cut there
    at_ms: int  # when it was accepted, given up, or stored
    revision: int | None = None
    confirmed_at_ms: int | None = None  # of one that was sent
    elsewhere: bool = False  # of one that was sent: over another connection than the one in use


WorkoutDetails = StoredDetails | FailedDetails


def pick_snapshot(sent: MessageSnapshot | None, kept: MessageSnapshot | None) -> MessageSnapshot | None:
    """What a worker gave up says most; what was sent is better than what is made of its results, if it is that."""
    if sent is None or kept is None:
        return sent or kept
    if kept.source == "failed":
        return kept
    return sent if sent.revision == kept.revision else kept
