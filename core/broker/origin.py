"""Which sending a message belongs to: what the ledger counts by, in the header that goes with it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Origin:
    """`destination`: where the outbox was sending to, by its own numbers. `part`: how far its own numbering was; an
    outbox that has forgotten an entry, and accepts the same once more, is in another part by then."""

    outbox: str
    destination: int = 0
    epoch: int | None = None  # None from a version that did not tell them apart

    @property
    def text(self) -> str:
        return f"{self.outbox}.{self.destination}.{self.epoch or 0}"

    def is_same_submission(self, other: Origin) -> bool:
        """Whether one message of both may have been accepted once only, and published twice."""
        return self.outbox == other.outbox and (self.epoch is None or other.epoch is None or self.epoch == other.epoch)


@lru_cache(maxsize=256)
def read_origin(text: str) -> Origin:
    """Of anything that another program may have written there, too."""
    outbox, *rest = text.split(".")
    if len(rest) == 2 and all(number.isascii() and number.isdigit() for number in rest):
        return Origin(outbox, int(rest[0]), int(rest[1]))
    return Origin(text)
