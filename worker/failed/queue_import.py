"""Imports messages of the failed queue into the failed list: those that no worker of this database put there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from core.broker.delivery_headers import read_attempts, read_resend_count, strip_attempt_headers
from core.broker.ports import HeaderValue, Message
from core.broker.topology import (
    HEADER_FAILED_AT,
    HEADER_FAILED_CAUSE,
    HEADER_FAILED_REASON,
    HEADER_FAILED_TYPE,
    HEADER_FAILED_WORKER,
)
from core.codec.workout_codec import DecodedMessage, decode
from core.errors import InvalidWorkoutError, StoreError, UndecodableBodyError
from core.failures.causes import BROKER, MAX_CODE, FailureCode, failure_code_for
from core.failures.failure_key import failure_key
from core.failures.models import SENT_AGAIN, FailedState
from core.logs import get_log
from core.store.failure_actions import FailureActions
from core.store.failure_record import MAX_REASON, FailureRecord

MAX_NAME = 255
UNKNOWN_REASON = "No reason recorded: RabbitMQ or another program moved it to the failed queue."

_log = get_log(__name__)


class QueueImport:
    """One scan of the failed queue: adds to the list what only the queue has, and selects what to remove from it.

    `new`: how many were added to the list. `kept`: how many could not be added and stay in the queue.
    """

    def __init__(self, actions: FailureActions, now_ms: Callable[[], int]) -> None:
        self._actions, self._now_ms = actions, now_ms
        self._seen: set[str] = set()
        self.new = self.kept = 0

    def should_remove(self, messages: Sequence[Message]) -> list[bool]:
        """True for a message that is no longer open on the list, and for a second copy of one.

        Raises StoreError, which end the scan.
        """
        keys = [failure_key(message) for message in messages]
        known = self._actions.states(keys)
        open_ones: list[Message] = []
        for key, message in zip(keys, messages, strict=True):
            state, retries = known.get(key, (FailedState.OPEN, 0))
            # Open on the list: imported again all the same, as this copy may be another accepted submission. Sent again
            # with this resend count or a higher one: it failed again, and its worker could not record that.
            if state is FailedState.OPEN or (state in SENT_AGAIN and read_resend_count(message.headers) >= retries):
                open_ones.append(message)
        added = self._import(open_ones)
        now = self._actions.states(keys)
        self.new += sum(now[key][0] is FailedState.OPEN for key in added)  # not open: another copy was stored
        return [self._should_remove(key, now) for key in keys]

    def _should_remove(self, key: str, now: dict[str, tuple[FailedState, int]]) -> bool:
        if key not in now:
            return False
        # A second copy: left by an interrupted scan, or of a message that two people sent again at the same time.
        is_second = key in self._seen
        self._seen.add(key)
        return is_second or now[key][0] is not FailedState.OPEN

    def _import(self, messages: Sequence[Message]) -> Sequence[str]:
        """The keys of the messages that were not on the list."""
        try:
            return self._actions.import_failures(
                [record_from_queue(message, now_ms=self._now_ms()) for message in messages]
            )
        except StoreError:
            raise
        except Exception:  # noqa: BLE001 - one unreadable message must not stop the import of the others
            if len(messages) > 1:
                return [key for message in messages for key in self._import([message])]
            _log.exception("failed-queue message not imported", message_id=messages[0].message_id)
            self.kept += 1
            return []


def record_from_queue(message: Message, *, now_ms: int) -> FailureRecord:
    """A failure record from the message and its headers; a missing or invalid header gets a default."""
    headers = message.headers
    error_type = _text(headers.get(HEADER_FAILED_TYPE), MAX_NAME)
    code = _text(headers.get(HEADER_FAILED_CAUSE), MAX_CODE)
    failure_code = failure_code_for(error_type or BROKER)
    at_ms = headers.get(HEADER_FAILED_AT)
    return FailureRecord(
        key=failure_key(message),
        message=replace(message, headers=strip_attempt_headers(headers)),
        workout_id=None,
        reason=_text(headers.get(HEADER_FAILED_REASON), MAX_REASON) or UNKNOWN_REASON,
        failure_code=FailureCode(failure_code.error_type, code) if code else failure_code,
        attempts=max(1, read_attempts(headers)),
        at_ms=at_ms if type(at_ms) is int and 0 < at_ms <= now_ms else now_ms,
        worker=_text(headers.get(HEADER_FAILED_WORKER), MAX_NAME) or "unknown",
        incoming=_read(message, now_ms),
    )


def _read(message: Message, now_ms: int) -> DecodedMessage | None:
    try:
        return decode(message, now_ms=now_ms)
    except (UndecodableBodyError, InvalidWorkoutError):
        return None


def _text(value: HeaderValue, longest: int) -> str:
    return value[:longest] if isinstance(value, str) and value.isprintable() else ""
