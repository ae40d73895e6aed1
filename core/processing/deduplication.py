"""Which messages take effect: redeliveries and older revisions are known again, conflicts are found. Pure.

Revisions of a workout are ranked by (revision, deleted): a deletion beats the content of its own revision, and a
higher revision beats both. The highest rank seen counts, whatever order they come in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from core.codec.workout_codec import Incoming, Kind

Rank = tuple[int, bool]  # revision, deleted
Seen = dict[str, dict[Rank, bytes]]  # what is known by workout id: each rank's digest


class Fate(Enum):
    """What becomes of one message; the value is its kind in the ledger. All but the last three take effect."""

    STORED = "stored"
    CORRECTED = "corrected"
    DELETED = "deleted"
    SUPERSEDED = "superseded"  # new, but something newer is there already
    DUPLICATE = "duplicate"
    CONFLICT = "failed"  # this revision is known with other content


_EFFECTIVE = (Fate.STORED, Fate.CORRECTED, Fate.DELETED)


@dataclass(slots=True)
class Settlement:
    """The batch held against what is known."""

    fates: list[Fate]
    final: dict[str, int]  # workout id -> position in the batch of what counts now

    def fresh(self) -> Iterable[int]:
        """Positions of the messages that the inbox has to learn."""
        return (i for i, fate in enumerate(self.fates) if fate not in (Fate.DUPLICATE, Fate.CONFLICT))


def rank_of(incoming: Incoming) -> Rank:
    return incoming.revision, incoming.kind is Kind.DELETED


def settle(batch: Sequence[Incoming], seen: Seen) -> Settlement:
    """`seen` is what the inbox knows of these workouts; it learns the batch on the way."""
    settlement = Settlement([], {})
    for position, incoming in enumerate(batch):
        ranks = seen.get(incoming.workout_id)
        if ranks is None:
            ranks = seen[incoming.workout_id] = {}
        fate = _fate(incoming, ranks)
        settlement.fates.append(fate)
        if fate in _EFFECTIVE:
            settlement.final[incoming.workout_id] = position
    return settlement


def _fate(incoming: Incoming, ranks: dict[Rank, bytes]) -> Fate:
    rank = revision, deleted = rank_of(incoming)
    if ranks:
        if rank in ranks:
            same = deleted or incoming.has_digest(ranks[rank])
            return Fate.DUPLICATE if same else Fate.CONFLICT
        newest = max(ranks)
        ranks[rank] = incoming.digest
        if rank < newest:
            return Fate.SUPERSEDED
    else:
        ranks[rank] = incoming.digest
    if deleted:
        return Fate.DELETED
    return Fate.STORED if revision == 1 and incoming.kind is Kind.SUBMITTED else Fate.CORRECTED
