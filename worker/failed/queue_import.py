"""A message of the failed queue as a record of the list: for those that no worker of this database gave up."""

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
from core.errors import InvalidWorkoutError, StoreDamagedError, StoreUnavailableError, UndecodableBodyError
from core.failures.causes import BROKER, MAX_CODE, FailureCode, failure_code_for
from core.failures.failure_key import failure_key
from core.failures.models import SENT_AGAIN, FailedState
from core.logs import get_log
from core.store.failure_actions import FailureActions
from core.store.failure_record import MAX_REASON, FailureRecord

MAX_NAME = 255
UNKNOWN_REASON = "Nobody said why; it was put into the failed queue by the broker or by another program."

_log = get_log(__name__)


class QueueImport:
    """One walk through the failed queue: puts on the list what only the queue has; says what is to go from the queue.

    `new`: put on the list. `kept`: could not be put there and stay in the queue.
    """

    def __init__(self, marks: FailureActions, now_ms: Callable[[], int]) -> None:
        self._marks, self._now_ms = marks, now_ms
        self._here: set[str] = set()
        self.new = self.kept = 0

    def should_remove(self, messages: Sequence[Message]) -> list[bool]:
        """True: off the list, or a second copy of one. StoreUnavailableError or StoreDamagedError ends the walk."""
        keys = [failure_key(message) for message in messages]
        known = self._marks.states(keys)
        open_ones: list[Message] = []
        for key, message in zip(keys, messages, strict=True):
            state, retries = known.get(key, (FailedState.OPEN, 0))
            # What was sent again was given up, and nobody could write that down: not what was dealt with. What is on
            # the list is no news there, but it may have been accepted for itself.
            if state is FailedState.OPEN or (state in SENT_AGAIN and read_resend_count(message.headers) >= retries):
                open_ones.append(message)
        news = self._adopt(open_ones)
        now = self._marks.states(keys)
        self.new += sum(now[key][0] is FailedState.OPEN for key in news)  # or another copy of it was stored
        return [self._is_to_go(key, now) for key in keys]

    def _is_to_go(self, key: str, now: dict[str, tuple[FailedState, int]]) -> bool:
        if key not in now:
            return False
        # A second copy: by a walk that broke off, or of one that two people sent again at once.
        is_second = key in self._here
        self._here.add(key)
        return is_second or now[key][0] is not FailedState.OPEN

    def _adopt(self, messages: Sequence[Message]) -> Sequence[str]:
        """The keys of those that were news."""
        try:
            return self._marks.import_failures(
                [record_from_queue(message, now_ms=self._now_ms()) for message in messages]
            )
        except (StoreUnavailableError, StoreDamagedError):
            raise
        except Exception:  # noqa: BLE001 - whatever it is, one message must not stop the others
            if len(messages) > 1:
                return [key for message in messages for key in self._adopt([message])]
            _log.exception("a message of the failed queue could not be read in", message_id=messages[0].message_id)
            self.kept += 1
            return []


def record_from_queue(message: Message, *, now_ms: int) -> FailureRecord:
    """What its headers say of the failure, where they say anything that makes sense."""
    headers = message.headers
    error_type = _text(headers.get(HEADER_FAILED_TYPE), MAX_NAME)
    code = _text(headers.get(HEADER_FAILED_CAUSE), MAX_CODE)
    blame = failure_code_for(error_type or BROKER)
    at_ms = headers.get(HEADER_FAILED_AT)
    return FailureRecord(
        key=failure_key(message),
        message=replace(message, headers=strip_attempt_headers(headers)),
        workout_id=None,
        reason=_text(headers.get(HEADER_FAILED_REASON), MAX_REASON) or UNKNOWN_REASON,
        blame=FailureCode(blame.error_type, code) if code else blame,
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
