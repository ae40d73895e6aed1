"""Decides which messages take effect: detects redeliveries, older revisions and conflicts. Pure.

Revisions of a workout are ranked by (revision, deleted): a deletion beats the content of its own revision, and a higher
revision beats both. The highest known rank counts, in whatever order they arrive.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from core.codec.workout_codec import DecodedMessage, MessageKind
from core.workouts.limits import REVISION

Rank = tuple[int, bool]  # revision, deleted
ERASED: Rank = (int(REVISION.high), True)  # nothing can follow it; see core/care/erase.py
KnownRevisions = dict[str, dict[Rank, bytes]]  # workout id -> digest by rank


class Disposition(Enum):
    """What becomes of one message; the value is its kind in the ledger. All but the last three take effect."""

    STORED = "stored"
    CORRECTED = "corrected"
    DELETED = "deleted"
    SUPERSEDED = "superseded"  # new, but a newer revision is known
    DUPLICATE = "duplicate"
    CONFLICT = "failed"  # this revision is known with other content


_EFFECTIVE = (Disposition.STORED, Disposition.CORRECTED, Disposition.DELETED)


@dataclass(slots=True)
class DedupResult:
    """Dispositions of a batch."""

    dispositions: list[Disposition]
    final: dict[str, int]  # workout id -> index in the batch of the message that takes effect

    def new_positions(self) -> Iterable[int]:
        """Indexes of messages to be added to the inbox."""
        return (
            i
            for i, disposition in enumerate(self.dispositions)
            if disposition not in (Disposition.DUPLICATE, Disposition.CONFLICT)
        )


def revision_rank(incoming: DecodedMessage) -> Rank:
    return incoming.revision, incoming.kind is MessageKind.DELETED


def deduplicate(batch: Sequence[DecodedMessage], known: KnownRevisions) -> DedupResult:
    """`known` is the inbox content for these workouts; the batch is added to it."""
    result = DedupResult([], {})
    for position, incoming in enumerate(batch):
        ranks = known.get(incoming.workout_id)
        if ranks is None:
            ranks = known[incoming.workout_id] = {}
        disposition = _disposition(incoming, ranks)
        result.dispositions.append(disposition)
        if disposition in _EFFECTIVE:
            result.final[incoming.workout_id] = position
    return result


def _disposition(incoming: DecodedMessage, ranks: dict[Rank, bytes]) -> Disposition:
    rank = revision, deleted = revision_rank(incoming)
    if ranks:
        if rank in ranks:
            same = deleted or incoming.has_digest(ranks[rank])
            return Disposition.DUPLICATE if same else Disposition.CONFLICT
        newest = max(ranks)
        ranks[rank] = incoming.digest
        if rank < newest:
            return Disposition.SUPERSEDED
    else:
        ranks[rank] = incoming.digest
    if deleted:
        return Disposition.DELETED
    return Disposition.STORED if revision == 1 and incoming.kind is MessageKind.SUBMITTED else Disposition.CORRECTED
