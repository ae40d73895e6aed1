"""Actions on the failed list: send again, repair, discard, and import what only the failed queue has.

The list is in the results database. The broker confirms a message before its failure is marked as sent there: after a
crash in between a message that was sent is still on the list, and the worker that stores it closes the failure; no
message is lost. The copies in `workout_jobs.failed` are removed last.
"""

from __future__ import annotations

import getpass
import platform
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TypeVar

from core.broker.delivery_headers import next_count, read_resend_count, resend_headers
from core.broker.extras import CONTENT_ENCODING
from core.broker.origin import read_origin
from core.broker.ports import Broker, Inspector, Message, Publisher, PublishStatus
from core.broker.topology import TYPE_SUBMITTED
from core.codec.workout_codec import MessageKind, decode, id_from_content
from core.errors import BrokerError, BrokerUnavailableError, InvalidWorkoutError, UndecodableBodyError
from core.failures.corrections import FieldCorrection, changed_body
from core.failures.failure_key import failure_key
from core.failures.models import FailedConflict, FailedMessage, FailedState
from core.logs import get_log
from core.store.failure_actions import FailureActions, FailureMark
from core.store.reader import ResultsReader
from worker.failed.queue_import import QueueImport

MESSAGES_PER_STEP = 200
STOPPED = "Stopped."
LONG_QUEUE = 10_000  # messages; a longer queue is scanned only to remove at least one in SCANNED_PER_REMOVED
SCANNED_PER_REMOVED = 20
QUEUE_TOO_LONG = (
    f"The failed queue holds over {LONG_QUEUE:,} messages, so their copies were left there; "
    "run `paceline-failed read-in` to remove them."
)
KEPT = "{kept:,} could not be put on the list and stay in the failed queue; the log has the details."

_log = get_log(__name__)

ItemT = TypeVar("ItemT")
Pair = tuple[FailedMessage, Message]  # a failed message, and what to send for it
Progress = Callable[[int, int], None]  # messages done, of how many


@dataclass(frozen=True, slots=True)
class ActionResult:
    """Counts are messages. `skipped`: no longer on the list, or changed since the user saw them.

    `problem`: why the action ended early, else empty. `remark`: a sentence about copies that stay in the failed queue.
    `sent`: the ids in the outcomes of the messages that were sent.
    """

    done: int
    skipped: int = 0
    problem: str = ""
    remark: str = ""
    sent: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class AnsweredConflict:
    """What an outbox sent of a workout up to this revision, and corrected again since it was in conflict."""

    workout_id: str
    revision: int
    outbox: str

    def includes(self, conflict: FailedConflict) -> bool:
        return conflict.revision <= self.revision and read_origin(conflict.origin).outbox == self.outbox


def current_user() -> str:
    """`user@host`, stored with a failure as who settled it; at most 255 characters."""
    with suppress(OSError, KeyError, ImportError):
        return f"{getpass.getuser()}@{platform.node()}"[:255]
    return platform.node()[:255] or "unknown"


class FailedMessageService:
    """Use it in the thread that called `open`.

    An unreachable or refusing broker ends an action early, as `problem` of its result; `count_unlisted` and
    `import_queue` raise instead. Errors of the results database are raised.
    """

    def __init__(
        self, broker: Broker, reader: ResultsReader, actions: FailureActions, *, now_ms: Callable[[], int]
    ) -> None:
        self._broker = broker
        self._reader = reader
        self._actions = actions
        self._now_ms = now_ms
        self._publisher: Publisher | None = None
        self._inspector: Inspector | None = None

    def open(self) -> None:
        """Open the database. The broker is connected when an action first needs it."""
        self._actions.open()  # creates the file if it is missing
        self._reader.open()

    def close(self) -> None:
        self._close_connections()
        self._reader.close()
        self._actions.close()

    def retry(
        self,
        keys: Sequence[str],
        *,
        progress: Progress = lambda done, total: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> ActionResult:
        """Send these again unchanged; their attempts are counted from 1 again."""

        def messages_for(part: Sequence[str]) -> list[Pair]:
            found = [one for one in map(self._on_list, part) if one is not None and one.is_whole]
            return [(one, _as_resend(one, one.message)) for one in found]

        return self._send_many(keys, messages_for, FailedState.RETRIED, progress, stopped)

    def resend_changed(
        self,
        changes: Sequence[FieldCorrection],
        *,
        progress: Progress = lambda done, total: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> ActionResult:
        """Send each message with one field changed, linked to the original.

        Skipped: messages no longer on the list, sent again since the user saw them, or that would fail again.
        """

        def messages_for(part: Sequence[FieldCorrection]) -> list[Pair]:
            now_ms = self._now_ms()
            change_of = {change.key: change for change in part}
            known = self._reader.failed.messages(tuple(change_of))
            made = ((one, _changed(one, change_of[one.row.key], now_ms)) for one in known)
            return [(one, message) for one, message in made if message is not None]

        return self._send_many(changes, messages_for, FailedState.RESENT, progress, stopped)

    def resend(self, key: str, body: bytes) -> ActionResult:
        """Send the message with another body, linked to the original.

        Raises InvalidWorkoutError or UndecodableBodyError if that body would fail again; nothing is sent then.
        """
        one = self._on_list(key)
        if one is None:
            return ActionResult(0, 1)
        message = with_body(one, body)
        decode(message, now_ms=self._now_ms())
        return self._send_many([one], lambda _: [(one, message)], FailedState.RESENT)

    def discard(
        self,
        keys: Sequence[str],
        *,
        progress: Progress = lambda done, total: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> ActionResult:
        """Remove these from the list for good; the failure keeps who did it and when."""
        discarded: list[FailureMark] = []
        done, problem = 0, ""
        for part in _parts(keys):
            if stopped():
                problem = STOPPED
                break
            states = self._actions.states(part)
            marks = [FailureMark(key, retries) for key, (state, retries) in states.items() if state is FailedState.OPEN]
            done += self._actions.mark(marks, FailedState.DISCARDED)
            discarded += marks
            progress(done, len(keys))
        return ActionResult(done, len(discarded) - done, problem, self._remove_copies(discarded))

    def settle_conflicts(self, answered: AnsweredConflict) -> ActionResult:
        """Discard the conflicts that a newer revision answers, as soon as that is stored; nothing before.

        It was accepted by itself, and counts by itself: what did not get in is discarded, not stored after all.
        """
        newest = self._reader.past.newest(answered.workout_id)
        if newest is None or newest.revision <= answered.revision:
            return ActionResult(0)
        known = self._reader.failed.conflicts((answered.workout_id,))
        return self.discard([one.key for one in known if answered.includes(one)])

    def count_unlisted(self) -> int:
        """How many messages the failed queue has beyond those on the list; 0 where it has fewer."""
        return max(0, self._opened_inspector().depth().failed - self._actions.open_count())

    def import_queue(self) -> ActionResult:
        """Add to the list what only the failed queue has; remove from the queue what is no longer on the list.

        `done`: how many were added. Messages that cannot be added stay in the queue and are counted in `remark`.
        """
        queue_import = QueueImport(self._actions, self._now_ms)
        self._opened_inspector().scan_failed(queue_import.should_remove)
        remark = KEPT.format(kept=queue_import.kept) if queue_import.kept else ""
        return ActionResult(queue_import.new, remark=remark)

    def _on_list(self, key: str) -> FailedMessage | None:
        one = self._reader.failed.message(key)
        return one if one is not None and one.state is FailedState.OPEN else None

    def _send_many(
        self,
        items: Sequence[ItemT],
        messages_for: Callable[[Sequence[ItemT]], list[Pair]],
        state: FailedState,
        progress: Progress = lambda done, total: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> ActionResult:
        """In steps: each is confirmed by the broker, then marked in the database, so that a crash loses nothing."""
        marks: list[FailureMark] = []
        ids: list[str] = []
        skipped, problem = 0, ""
        for part in _parts(items):
            if stopped():
                problem = STOPPED
                break
            pairs = messages_for(part)
            skipped += len(part) - len(pairs)
            confirmed, problem = self._send(pairs)
            now_marked = [FailureMark(one.row.key, one.retries) for one, _ in confirmed]
            # Changes nothing if a worker has stored the message already and closed its failure.
            self._actions.mark(now_marked, state)
            marks += now_marked
            ids += [_outcome_id(message, self._now_ms()) for _, message in confirmed]
            progress(len(marks), len(items))
            if problem:
                break
        return ActionResult(len(marks), skipped, problem, self._remove_copies(marks), tuple(ids))

    def _send(self, pairs: Sequence[Pair]) -> tuple[list[Pair], str]:
        """The confirmed messages, and why the broker did not accept the others."""
        if not pairs:
            return [], ""
        try:
            results = self._opened_publisher().publish([message for _, message in pairs])
        except BrokerError as error:
            self._close_connections()
            return [], str(error)
        confirmed = [
            pair for pair, result in zip(pairs, results, strict=True) if result.verdict is PublishStatus.CONFIRMED
        ]
        problem = next((result.reason for result in results if result.verdict is not PublishStatus.CONFIRMED), "")
        return confirmed, problem or ("" if len(confirmed) == len(pairs) else "The broker did not take it.")

    def _remove_copies(self, marks: Sequence[FailureMark]) -> str:
        """Remove the copies of these from the failed queue; returns a sentence if they stay there, else "".

        A message sent again may have failed again since: the copy with the higher resend count stays.
        """
        retries_by_key = {mark.key: mark.retries for mark in marks}
        if not retries_by_key:
            return ""
        try:
            inspector = self._opened_inspector()
            # Scanning 100,000 messages takes half a minute, and the user waits for it.
            if inspector.depth().failed > max(LONG_QUEUE, len(retries_by_key) * SCANNED_PER_REMOVED):
                return QUEUE_TOO_LONG
            inspector.scan_failed(
                lambda part: [
                    read_resend_count(one.headers) <= retries_by_key.get(failure_key(one), -1) for one in part
                ]
            )
        except BrokerError as error:
            self._close_connections()
            _log.info("copies left in the failed queue", copies=len(retries_by_key), problem=str(error))
            return f"Copies stay in the failed queue. {error}"
        return ""

    def _opened_publisher(self) -> Publisher:
        if self._publisher is None:
            publisher = self._broker.publisher()
            publisher.open()
            self._publisher = publisher
        try:
            self._publisher.keep_alive()
        except BrokerUnavailableError:
            self._publisher.open()
        return self._publisher

    def _opened_inspector(self) -> Inspector:
        # A new one each time: the connection may have died unnoticed since the previous action.
        if self._inspector is not None:
            self._inspector.close()
        self._inspector = self._broker.inspector()
        self._inspector.open()
        return self._inspector

    def _close_connections(self) -> None:
        publisher, self._publisher = self._publisher, None
        inspector, self._inspector = self._inspector, None
        for part in (publisher, inspector):
            if part is not None:
                part.close()


def with_body(one: FailedMessage, body: bytes) -> Message:
    """The message with another body and the id of the original, as a resend of it."""
    original = one.message
    known = original.type is None or any(original.type == kind.value for kind in MessageKind)
    return _as_resend(
        one,
        replace(
            original,
            body=body,
            message_id=original.message_id or str(id_from_content(original)),
            type=original.type if known else TYPE_SUBMITTED,
            extras=None if original.extras is None else original.extras.without(CONTENT_ENCODING),  # the user typed it
        ),
    )


def _changed(one: FailedMessage, change: FieldCorrection, now_ms: int) -> Message | None:
    """None if the failure is not as the user saw it, or the message would fail again."""
    if one.state is not FailedState.OPEN or one.retries != change.retries or not one.is_whole:
        return None
    try:
        message = with_body(one, changed_body(one.message.body, change.field, change.value))
        decode(message, now_ms=now_ms)
    except (InvalidWorkoutError, UndecodableBodyError, KeyError):
        return None
    return message


def _outcome_id(message: Message, now_ms: int) -> str:
    """The id that the outcome of this message will have."""
    try:
        return decode(message, now_ms=now_ms).workout_id
    except (InvalidWorkoutError, UndecodableBodyError):
        return (message.message_id or "")[:64]


def _as_resend(one: FailedMessage, message: Message) -> Message:
    return replace(message, headers=resend_headers(one.message.headers, one.row.key, next_count(one.retries)))


def _parts(items: Sequence[ItemT]) -> Iterator[Sequence[ItemT]]:
    return (items[start : start + MESSAGES_PER_STEP] for start in range(0, len(items), MESSAGES_PER_STEP))
