"""What a recording holds, in the order in which it happened. Times are milliseconds since the epoch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from core.events import Event

_LATEST_MS = 253_402_300_799_000  # the last second of the year 9999


@dataclass(frozen=True, slots=True)
class RecordingHeader:
    """`version`: of the program that recorded. `names`: athletes, hosts and texts are as they were, else replaced."""

    version: str
    began_ms: int
    names: bool
    demo: bool  # of a demonstration, whose account names what was lost
    utc_offset_min: int  # of the time zone that the session was in when it began

    def local(self, at_ms: int) -> datetime:
        """On the clock of the session, as if that were UTC; what no calendar has is the nearest that one has."""
        local_ms = at_ms + self.utc_offset_min * 60_000
        return datetime.fromtimestamp(min(max(local_ms, 0), _LATEST_MS) / 1_000, UTC)


@dataclass(frozen=True, slots=True)
class RecordedBatch:
    """Events as they reached the screens together."""

    at_ms: int
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class RecordedAccount:
    """What a demonstration knows of each message by its id. `lost` and `doubled`: titles, oldest first.

    `producers`: what each is called, and how many it sent.
    """

    at_ms: int
    sent: int
    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    producers: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class RecordedNote:
    """What a person or an experiment did, such as `Kill a worker` or `Acknowledge before the work: on`."""

    at_ms: int
    text: str


Record = RecordedBatch | RecordedAccount | RecordedNote
