"""The stages of a receipt, which is the row of a workout that was sent from this outbox."""

from __future__ import annotations

from enum import Enum

MAX_RECEIPTS = 2_000
NODES = 5  # accepted, confirmed, waiting, running, stored


class Stage(Enum):
    """How far a workout has come; the value is the label shown."""

    ACCEPTED = "accepted"
    PENDING = "kept here"  # accepted, and the broker is not connected
    REFUSED = "refused"  # still in the outbox: the broker refused it and is retried
    REJECTED = "rejected"  # still in the outbox, but the broker will never take it as it is
    WAITING = "waiting"
    OTHER_QUEUE = "not here"  # sent to a queue other than the one in use
    RUNNING = "running"
    RETRYING = "retrying"
    FAILED = "failed"
    DUPLICATE = "duplicate"
    STORED = "stored"

    @property
    def is_pending(self) -> bool:
        return self is Stage.PENDING or self is Stage.REFUSED

    @property
    def is_failure(self) -> bool:
        """Needs a repair: it goes no further as it is."""
        return self is Stage.REJECTED or self is Stage.FAILED

    @property
    def is_finished(self) -> bool:
        return self.is_failure or self is Stage.DUPLICATE or self is Stage.STORED

    @property
    def node(self) -> int:
        """Which of the five steps it is on, from 0."""
        return _NODE[self]


_NODE = {
    Stage.ACCEPTED: 0,
    Stage.PENDING: 0,
    Stage.REFUSED: 0,
    Stage.REJECTED: 1,
    Stage.WAITING: 2,
    Stage.OTHER_QUEUE: 2,
    Stage.RETRYING: 2,
    Stage.RUNNING: 3,
    Stage.FAILED: 3,
    Stage.DUPLICATE: 4,
    Stage.STORED: 4,
}


class CountGroup(Enum):
    """The groups to which the list can be filtered; the value is the label shown."""

    ALL = "All"
    IN_FLIGHT = "In flight"
    FAILED = "Failed"
    PENDING = "Kept here"

    @property
    def stages(self) -> frozenset[Stage]:
        return _STAGES[self]


_STAGES = {
    CountGroup.ALL: frozenset(Stage),
    CountGroup.IN_FLIGHT: frozenset({Stage.ACCEPTED, Stage.WAITING, Stage.RUNNING, Stage.RETRYING}),
    CountGroup.FAILED: frozenset(stage for stage in Stage if stage.is_failure),
    CountGroup.PENDING: frozenset(stage for stage in Stage if stage.is_pending),
}
