"""What an outbox still knows when a program starts: receipts, workouts to send again, the unfinished form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from core.broker.origin import read_origin
from core.codec.json_reader import parse_object
from core.codec.workout_codec import MessageKind, decode
from core.errors import PacelineError
from core.events import BatchProcessed, Confirmed, Event, OutcomeKind, Refused, WorkoutOutcome
from core.failures.causes import CONFLICT
from core.failures.models import FailedConflict
from core.live.receipt_ends import ReceiptEnd, as_seen, read_ends
from core.live.receipts import MAX_RECEIPTS
from core.outbox.outbox import Outbox, OutboxEntry
from core.processing.apply_batch import DELETED_REASON
from core.store.models import FailedDetails, MessageSnapshot, StoredDetails
from core.store.reader import ResultsReader
from core.workouts.model import Workout
from worker.outbox.submission import accepted

RECENT_RECEIPTS = 200
RECENT_WORKOUTS = 3
NO_ENDS: Mapping[str, ReceiptEnd] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class RestoredConsole:
    """`receipts`: the events that made them, oldest first. `workouts`: the last ones sent, newest first."""

    receipts: tuple[Event, ...]
    confirmed_ids: tuple[str, ...]  # their outcomes are in the results, if anywhere
    workouts: tuple[Workout, ...]
    draft: str
    roster_draft: str
    in_other_queue: tuple[str, ...]  # ids of workouts that are in another queue than the one in use
    outbox: str  # its origin, as messages and revisions name it
    ends: Mapping[str, ReceiptEnd]  # by workout id: what was seen of the receipts


def restore_console(outbox: Outbox, *, now_ms: int) -> RestoredConsole:
    """StoreError."""
    recent = {entry.seq: entry for entry in (*outbox.rejected(RECENT_RECEIPTS), *outbox.recent(RECENT_RECEIPTS))}
    newest_first = [recent[seq] for seq in sorted(recent, reverse=True)]
    receipts = tuple(event for entry in reversed(newest_first) for event in _events_of(entry, outbox.origin))
    newest: dict[str, OutboxEntry] = {}
    for entry in newest_first:
        newest.setdefault(entry.submission.workout_id, entry)
    confirmed = tuple(one for one, entry in newest.items() if entry.confirmed_at_ms is not None)
    sent = [entry for entry in newest.values() if entry.submission.kind != MessageKind.DELETED.value]
    workouts = [workout for e in sent[:RECENT_WORKOUTS] if (workout := _workout_of(e, now_ms)) is not None]
    in_other_queue = tuple(outbox.ids_in_other_queue(MAX_RECEIPTS))
    ends = read_ends(outbox.load_draft("ends") or "[]")
    drafts = (outbox.load_draft() or "", outbox.load_draft("roster") or "")
    return RestoredConsole(receipts, confirmed, tuple(workouts), *drafts, in_other_queue, outbox.origin, ends)


def fields_to_repair(outbox: Outbox, workout_id: str) -> dict[str, object]:
    """The body fields of a workout sent from here, also of one deleted since; empty when it is no longer kept."""
    entry = outbox.find(workout_id, but=MessageKind.DELETED.value)
    return {} if entry is None else parse_object(entry.submission.message.body)[0]


def sent_copy(outbox: Outbox, workout_id: str) -> MessageSnapshot | None:
    """The message of a workout sent from here, as long as it is kept; StoreError."""
    entry = outbox.find(workout_id)
    if entry is None:
        return None
    message, revision = entry.submission.message, entry.submission.revision
    in_other_queue = outbox.is_in_other_queue(entry)
    accepted_at_ms, confirmed_at_ms = entry.accepted_at_ms, entry.confirmed_at_ms
    return MessageSnapshot(
        "sent", message, len(message.body), accepted_at_ms, revision, confirmed_at_ms, in_other_queue
    )


def load_outcomes(
    reader: ResultsReader, workout_ids: Sequence[str], ends: Mapping[str, ReceiptEnd] = NO_ENDS
) -> tuple[Event, ...]:
    """The events that the worker published at the time; nothing for workouts still on their way."""
    past = [event for workout_id in workout_ids if (event := _past_outcome(reader, workout_id)) is not None]
    past += map(_past_conflict, reader.failed.conflicts(workout_ids))
    return tuple(as_seen(event, ends) for event in past)


def _events_of(entry: OutboxEntry, outbox: str) -> list[Event]:
    s = entry.submission
    events: list[Event] = [accepted(s, entry.accepted_at_ms, outbox)]
    if entry.confirmed_at_ms is not None:
        events.append(Confirmed(entry.confirmed_at_ms, (s.workout_id,)))
    elif entry.refused_at_ms is not None:
        events.append(Refused(entry.refused_at_ms, s.workout_id, entry.refused_reason, entry.rejected))
    return events


def _workout_of(entry: OutboxEntry, now_ms: int) -> Workout | None:
    try:
        return decode(entry.submission.message, now_ms=now_ms).workout
    except PacelineError:  # written by another version with other bounds
        return None


def _past_conflict(failed: FailedConflict) -> BatchProcessed:
    outcome = WorkoutOutcome(
        failed.workout_id,
        "",
        "",
        OutcomeKind.FAILED,
        None,
        0.0,
        reason=failed.reason,
        revision=failed.revision,
        conflict_of=read_origin(failed.origin).outbox,
        cause=CONFLICT,
    )
    return BatchProcessed(failed.at_ms, failed.worker, (outcome,))


def _past_outcome(reader: ResultsReader, workout_id: str) -> BatchProcessed | None:
    past = reader.past.story(workout_id, brief=True)
    if not isinstance(past, StoredDetails) and (newest := reader.past.newest(workout_id)) is not None:
        kind, revision = OutcomeKind.STORED, newest.revision
        outcome = WorkoutOutcome(workout_id, "", "", kind, None, 0.0, reason=DELETED_REASON, revision=revision)
        return BatchProcessed(newest.at_ms, "", (outcome,))
    if past is None:
        return None
    if isinstance(past, FailedDetails):
        kind = OutcomeKind.FAILED
        outcome = WorkoutOutcome(
            workout_id, past.athlete, past.sport, kind, None, 0.0, reason=past.reason, cause=past.cause
        )
        return BatchProcessed(past.failed_at_ms, past.worker, (outcome,))
    wait_ms = None if past.submitted_at_ms is None else float(past.picked_up_at_ms - past.submitted_at_ms)
    outcome = WorkoutOutcome(
        workout_id,
        past.athlete,
        past.sport,
        OutcomeKind.STORED,
        wait_ms,
        float(past.processed_at_ms - past.picked_up_at_ms),
        past.calories_kcal,
        past.badges,
        duration_min=past.duration_min,
        distance_km=past.distance_km,
        started_at=past.started_at,
        revision=past.revision,
    )
    return BatchProcessed(past.processed_at_ms, past.worker, (outcome,))
