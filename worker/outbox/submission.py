"""From a workout to an outbox entry, and from an entry to the event that says it is on the disk."""

from __future__ import annotations

from dataclasses import replace

from core.codec.workout_codec import MessageKind, encode
from core.events import Accepted
from core.outbox.outbox import Submission
from core.workouts.local_start import start_text_of
from core.workouts.model import Workout
from core.workouts.names import canonical_name


def submission_of(
    workout: Workout, *, kind: MessageKind, submitted_at_ms: int, body: bytes | None = None
) -> Submission:
    """InvalidWorkoutError when its body is over the bound. `body`: as another program wrote it, sent unchanged."""
    message = encode(workout, kind=kind, submitted_at_ms=submitted_at_ms)
    return Submission(
        message if body is None else replace(message, body=body),
        workout.workout_id,
        workout.revision,
        kind.value,
        workout.athlete,
        workout.sport,
        workout.duration_min,
        workout.distance_km,
        start_text_of(workout.started_at),
    )


def accepted(s: Submission, at_ms: int, outbox: str, source: str = "") -> Accepted:
    """The event for a submission that is on the disk of this outbox since `at_ms`."""
    # An older version wrote down names as they were sent.
    names = canonical_name(s.athlete), canonical_name(s.sport)
    return Accepted(
        at_ms, s.workout_id, *names, s.duration_min, s.distance_km, s.started_at, s.revision, s.kind, outbox, source
    )
