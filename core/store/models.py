"""Finished workouts, as a search and the details view return them. Frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.broker.ports import Message
from core.broker.topology import TYPE_DELETED
from core.events import EarnedBadge
from core.failures.models import FailedTry


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One line of a search result. Times are milliseconds since the epoch; empty or None: not known."""

    workout_id: str
    at_ms: int  # when it was stored, or given up
    athlete: str
    sport: str
    duration_min: float | None
    distance_km: float | None
    wait_ms: float | None
    run_ms: float | None
    worker: str
    reason: str = ""  # why it was given up; empty if it was not
    badges: tuple[EarnedBadge, ...] = ()
    started_at: str = ""  # as in events; empty for what was given up
    cause: str = ""  # the code of why it was given up

    @property
    def failed(self) -> bool:
        return bool(self.reason)


@dataclass(frozen=True, slots=True)
class WeekChange:
    """What one workout added to its athlete's week. Ranks are by distance, None without one."""

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
    """What the results know of one stored workout."""

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
    rounds: tuple[FailedTry, ...] = ()  # given up before, oldest first; `number` counts their tries
    started_at: str = ""  # as in events


@dataclass(frozen=True, slots=True)
class FailedDetails:
    """What the results know of one workout that was given up."""

    workout_id: str
    athlete: str
    sport: str
    duration_min: float | None
    distance_km: float | None
    failed_at_ms: int
    worker: str
    reason: str
    attempts: int
    rounds: tuple[FailedTry, ...] = ()  # as above; the last round is the one that gave up
    started_at: str = ""  # as far as the body could be read
    cause: str = ""  # the code of the reason


@dataclass(frozen=True, slots=True)
class MessageSnapshot:
    """A message as far as it is still available.

    `sent`: as this outbox sent it. `failed`: as a worker received it before giving it up. `stored`: rebuilt from the
    stored row, since the original bytes are not stored; without headers.
    """

    source: Literal["sent", "failed", "stored"]
    message: Message
    body_bytes: int  # `message` has this body cut at a limit
    at_ms: int  # when it was accepted, given up, or stored
    revision: int | None = None
    confirmed_at_ms: int | None = None  # of one that was sent
    in_other_queue: bool = False  # of one that was sent: to a destination other than the current one


@dataclass(frozen=True, slots=True)
class NewestRevision:
    """The newest revision of a workout that is known. `body` as in MessageSnapshot; None: that revision deletes it."""

    revision: int
    body: bytes | None
    at_ms: int = 0  # when it was stored, or accepted


WorkoutDetails = StoredDetails | FailedDetails


def newest_known(stored: NewestRevision | None, sent: MessageSnapshot | None) -> NewestRevision | None:
    """Of what is stored and what was sent from here, which may still be on its way, the one that counts in the end."""
    if sent is None or sent.revision is None:
        return stored
    body = None if sent.message.type == TYPE_DELETED else sent.message.body
    found = NewestRevision(sent.revision, body, sent.at_ms)
    if stored is not None and (stored.revision, stored.body is None) >= (found.revision, body is None):
        return stored
    return found


def pick_snapshot(sent: MessageSnapshot | None, kept: MessageSnapshot | None) -> MessageSnapshot | None:
    """Prefers the given-up message, then the sent one if it has this content, then the rebuilt one."""
    if sent is None or kept is None:
        return sent or kept
    if kept.source == "failed":
        return kept
    return sent if sent.revision == kept.revision else kept
