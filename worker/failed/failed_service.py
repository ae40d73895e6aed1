"""Acts on the failed list: sends again, repairs, discards, reads in what only the queue knows, writes it to a file.

The list itself is in the results database, where looking leaves no trace. Each act is confirmed by the broker before it
is noted there, so that a crash in between leaves a message on the list that went out already, never one that is gone;
the worker that gets it puts the list right. Copies in `workout_jobs.failed` go last.
"""

from __future__ import annotations

import getpass
import platform
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TypeVar

from core.broker.delivery_headers import next_count, read_resend_count, resend_headers
from core.broker.extras import CONTENT_ENCODING
from core.broker.ports import Broker, Inspector, Message, Publisher, PublishStatus
from core.broker.topology import TYPE_SUBMITTED
from core.codec.workout_codec import MessageKind, decode, id_from_content
from core.errors import (
    BrokerRefusedError,
    BrokerUnavailableError,
    InvalidWorkoutError,
    UndecodableBodyError,
)
from core.failures.corrections import FieldCorrection, changed_body
from core.failures.failure_key import failure_key
from core.failures.models import FailedMessage, FailedState
from core.logs import get_log
from core.store.failure_actions import FailureActions, FailureMark
from core.store.reader import ResultsReader
from worker.failed.queue_import import QueueImport

AT_ONCE = 200
STOPPED = "Stopped."
LONG_QUEUE, WORTH_A_WALK = 10_000, 20  # messages; of how many at most one is to be taken out
TOO_LONG = "Copies stay in the failed queue, which is long: reading in takes them out."
KEPT = "{kept:,} could not be put on the list and stay in the failed queue; the log has the details."

_log = get_log(__name__)

ItemT = TypeVar("ItemT")
Pair = tuple[FailedMessage, Message]  # what failed, and what to send for it
Progress = Callable[[int, int], None]  # done, of how many


@dataclass(frozen=True, slots=True)
class ActionResult:
    """`skipped`: no longer on the list, or changed since. `problem`: why it ended early, empty when it did not.

    `remark`: what else there is to know, such as copies that stay in the failed queue.
    """

    done: int
    skipped: int = 0
    problem: str = ""
    remark: str = ""


def current_user() -> str:
    """Who acts, for the record: user and host."""
    with suppress(OSError, KeyError, ImportError):
        return f"{getpass.getuser()}@{platform.node()}"[:255]
    return platform.node()[:255] or "somebody"


class FailedMessageService:
    """Of the thread that called `open`. Errors of broker and store pass, where they are not told in an Acted."""

    def __init__(
        self, broker: Broker, reader: ResultsReader, marks: FailureActions, *, now_ms: Callable[[], int]
    ) -> None:
        self._broker = broker
        self._reader = reader
        self._marks = marks
        self._now_ms = now_ms
        self._publisher: Publisher | None = None
        self._inspector: Inspector | None = None

    def open(self) -> None:
        """The database; the broker is connected to when it is needed."""
        self._marks.open()  # makes the file where it is missing
        self._reader.open()

    def close(self) -> None:
        self._hang_up()
        self._reader.close()
        self._marks.close()

    def retry(
        self,
        keys: Sequence[str],
        *,
        progress: Progress = lambda done, total: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> ActionResult:
        """Send these again as they are; attempts begin anew."""

        def made_of(part: Sequence[str]) -> list[Pair]:
            found = [one for one in map(self._on_list, part) if one is not None and one.is_whole]
            return [(one, _again(one, one.message)) for one in found]

        return self._send_many(keys, made_of, FailedState.RETRIED, progress, stopped)

    def resend_changed(
        self,
        changes: Sequence[FieldCorrection],
        *,
        progress: Progress = lambda done, total: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> ActionResult:
        """Send each message with one field changed, linked to the original.

        Skipped: what is no longer on the list, was sent again since the person looked, or would fail again.
        """

        def made_of(part: Sequence[FieldCorrection]) -> list[Pair]:
            now_ms = self._now_ms()
            change_of = {change.key: change for change in part}
            known = self._reader.failed.messages(tuple(change_of))
            made = ((one, _changed(one, change_of[one.row.key], now_ms)) for one in known)
            return [(one, message) for one, message in made if message is not None]

        return self._send_many(changes, made_of, FailedState.RESENT, progress, stopped)

    def resend(self, key: str, body: bytes) -> ActionResult:
        """Send the message with another body, linked to the original.

        InvalidWorkoutError or UndecodableBodyError when that body would fail again; nothing is sent then.
        """
        one = self._on_list(key)
        if one is None:
            return ActionResult(0, 1)
        message = repaired(one, body)
        decode(message, now_ms=self._now_ms())
        marks, problem = self._send([(one, message)])
        self._marks.mark(marks, FailedState.RESENT)
        return ActionResult(len(marks), 0, problem, self._tidy(marks))

    def discard(
        self,
        keys: Sequence[str],
        *,
        progress: Progress = lambda done, total: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> ActionResult:
        """Take these off the list for good; who did it and when is kept with them."""
        taken: list[FailureMark] = []
        done, problem = 0, ""
        for part in _parts(keys):
            if stopped():
                problem = STOPPED
                break
            states = self._marks.states(part)
            marks = [FailureMark(key, retries) for key, (state, retries) in states.items() if state is FailedState.OPEN]
            done += self._marks.mark(marks, FailedState.DISCARDED)
            taken += marks
            progress(done, len(keys))
        return ActionResult(done, len(taken) - done, problem, self._tidy(taken))

    def count_unlisted(self) -> int:
        """How many messages the failed queue has beyond those on the list; 0 where it has fewer."""
        return max(0, self._opened_inspector().depth().failed - self._marks.open_count())

    def import_queue(self) -> ActionResult:
        """Put on the list what only the queue has, take out of the queue what is off the list.

        `done`: how many are new. What cannot be put on the list stays in the queue, and is told in the remark.
        """
        walk = QueueImport(self._marks, self._now_ms)
        self._opened_inspector().scan_failed(walk.should_remove)
        return ActionResult(walk.new, remark=KEPT.format(kept=walk.kept) if walk.kept else "")

    def messages(self, keys: Iterable[str]) -> Iterator[FailedMessage]:
        """Those that are known, whole."""
        return (one for key in keys if (one := self._reader.failed.message(key)) is not None)

    def _on_list(self, key: str) -> FailedMessage | None:
        one = self._reader.failed.message(key)
        return one if one is not None and one.state is FailedState.OPEN else None

    def _send_many(
        self,
        items: Sequence[ItemT],
        made_of: Callable[[Sequence[ItemT]], list[Pair]],
        state: FailedState,
        progress: Progress,
        stopped: Callable[[], bool],
    ) -> ActionResult:
        """Part by part: confirmed by the broker, then noted, so that an end in between loses nothing."""
        sent: list[FailureMark] = []
        done, skipped, problem = 0, 0, ""
        for part in _parts(items):
            if stopped():
                problem = STOPPED
                break
            pairs = made_of(part)
            skipped += len(part) - len(pairs)
            marks, problem = self._send(pairs)
            # A worker that is quicker than this has put the list right itself.
            self._marks.mark(marks, state)
            done += len(marks)
            sent += marks
            progress(done, len(items))
            if problem:
                break
        return ActionResult(done, skipped, problem, self._tidy(sent))

    def _send(self, pairs: Sequence[Pair]) -> tuple[list[FailureMark], str]:
        """Marks for what the broker has confirmed, and why it did not take the rest."""
        if not pairs:
            return [], ""
        try:
            results = self._opened_publisher().publish([message for _, message in pairs])
        except (BrokerUnavailableError, BrokerRefusedError) as error:
            self._hang_up()
            return [], str(error)
        taken = [
            FailureMark(one.row.key, one.retries)
            for (one, _), result in zip(pairs, results, strict=True)
            if result.verdict is PublishStatus.CONFIRMED
        ]
        problem = next((result.reason for result in results if result.verdict is not PublishStatus.CONFIRMED), "")
        return taken, problem or ("" if len(taken) == len(pairs) else "The broker did not take it.")

    def _tidy(self, marks: Sequence[FailureMark]) -> str:
        """Take the copies of these out of the failed queue; returns why they stay there, or nothing.

        One that was sent again may have failed again by now: that copy stays.
        """
        gone = {mark.key: mark.retries for mark in marks}
        if not gone:
            return ""
        try:
            inspector = self._opened_inspector()
            # A walk through a hundred thousand takes half a minute, in which whoever acts waits.
            if inspector.depth().failed > max(LONG_QUEUE, len(gone) * WORTH_A_WALK):
                return TOO_LONG
            inspector.scan_failed(
                lambda part: [read_resend_count(one.headers) <= gone.get(failure_key(one), -1) for one in part]
            )
        except (BrokerUnavailableError, BrokerRefusedError) as error:
            self._hang_up()
            _log.info("copies stay in the failed queue", copies=len(gone), problem=str(error))
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
        # A new one each time: between two acts of a person a connection may have died unnoticed.
        if self._inspector is not None:
            self._inspector.close()
        self._inspector = self._broker.inspector()
        self._inspector.open()
        return self._inspector

    def _hang_up(self) -> None:
        publisher, self._publisher = self._publisher, None
        inspector, self._inspector = self._inspector, None
        for part in (publisher, inspector):
            if part is not None:
                part.close()


def repaired(one: FailedMessage, body: bytes) -> Message:
    """The message with another body, under the id of the original."""
    original = one.message
    known = original.type is None or any(original.type == kind.value for kind in MessageKind)
    return _again(
        one,
        replace(
            original,
            body=body,
            message_id=original.message_id or str(id_from_content(original)),
            type=original.type if known else TYPE_SUBMITTED,
            extras=None if original.extras is None else original.extras.without(CONTENT_ENCODING),  # it was typed
        ),
    )


def _changed(one: FailedMessage, change: FieldCorrection, now_ms: int) -> Message | None:
    """None where it is not what the person saw, or would fail again."""
    if one.state is not FailedState.OPEN or one.retries != change.retries or not one.is_whole:
        return None
    try:
        message = repaired(one, changed_body(one.message.body, change.field, change.value))
        decode(message, now_ms=now_ms)
    except (InvalidWorkoutError, UndecodableBodyError, KeyError):
        return None
    return message


def _again(one: FailedMessage, message: Message) -> Message:
    return replace(message, headers=resend_headers(one.message.headers, one.row.key, next_count(one.retries)))


def _parts(items: Sequence[ItemT]) -> Iterator[Sequence[ItemT]]:
    return (items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE))


__all__ = ["ActionResult", "FailedMessageService", "current_user", "repaired"]
