"""Corrections that answer a conflict: when one is stored, what did not get in leaves the failed list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.events import BatchProcessed, Event, OutcomeKind
from core.live.workout_log import WorkoutTrace
from gui.host.pipeline_host import PipelineHost

if TYPE_CHECKING:
    from core.outbox.changes import Change
    from worker.failed.failed_service import AnsweredConflict
    from worker.failed.failed_thread import FailedActed


class ConflictAnswers:
    """Main thread. Waits for the outcome; if this program ends before it, the conflict stays on the list."""

    def __init__(self, host: PipelineHost) -> None:
        self._host = host
        self._begun: AnsweredConflict | None = None  # in the form, not sent yet
        self._sent: dict[str, AnsweredConflict] = {}  # by workout id

    def begin(self, receipt: WorkoutTrace) -> None:
        """The form opens with the newest values, and with those of this receipt, which are in conflict with them."""
        from worker.failed.failed_service import AnsweredConflict

        self._begun = AnsweredConflict(receipt.workout_id, receipt.revision, receipt.outbox)

    def forget(self) -> None:
        """The form opens for something else."""
        self._begun = None

    def note_sent(self, change: Change) -> None:
        if self._begun is not None and self._begun.workout_id == change.workout.workout_id:
            self._sent[self._begun.workout_id] = self._begun
            self._begun = None

    def take(self, events: Sequence[Event]) -> None:
        if not self._sent:
            return
        for event in events:
            if isinstance(event, BatchProcessed):
                for outcome in event.outcomes:
                    answered = self._sent.get(outcome.workout_id)
                    is_stored = outcome.kind is OutcomeKind.STORED and not outcome.conflict_of
                    if answered is not None and is_stored and outcome.revision > answered.revision:
                        self._settle(self._sent.pop(outcome.workout_id))

    def _settle(self, answered: AnsweredConflict) -> None:
        self._host.act_on_failed(lambda failed: failed.settle_conflicts(answered, self._on_settled))

    def _on_settled(self, over: FailedActed) -> None:
        """The failed list shows by itself what has changed; what could not be done is to be done there."""
