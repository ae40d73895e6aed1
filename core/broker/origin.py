"""Identifies the submission a message belongs to, for the ledger; travels in a header."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Origin:
    """`destination`: number of the queue and results database the outbox was sending to. `epoch`: sequence // 50,000.
    Entries are pruned after 50,000, so the same workout accepted again later has another epoch and is a new
    submission."""

    outbox: str
    destination: int = 0
    epoch: int | None = None  # None from a version that had no epochs

    @property
    def text(self) -> str:
        return f"{self.outbox}.{self.destination}.{self.epoch or 0}"

    def is_same_submission(self, other: Origin) -> bool:
        """Whether messages of both may be one accepted submission, published twice."""
        return self.outbox == other.outbox and (self.epoch is None or other.epoch is None or self.epoch == other.epoch)


@lru_cache(maxsize=256)
def read_origin(text: str) -> Origin:
    """Accepts any text, since another program may have set the header."""
    outbox, *rest = text.split(".")
    if len(rest) == 2 and all(number.isascii() and number.isdigit() for number in rest):
        return Origin(outbox, int(rest[0]), int(rest[1]))
    return Origin(text)
