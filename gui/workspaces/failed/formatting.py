"""What the failed list writes: times, numbers, what was done, notices. Qt-free."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Literal, TypeGuard

from core.broker.ports import HeaderValue, Message
from core.broker.topology import HEADER_ORIGIN, HEADER_RETRIES, HEADER_RETRY_OF, HEADER_SUBMITTED_AT
from core.errors import FieldProblem, ProblemKind
from core.failures.causes import FIELD_LABELS
from core.failures.corrections import LATEST_MS
from core.failures.models import FailedMessage
from core.live.resends import FOLLOWED_MS, ResendCounts
from gui.formatting import weekday_clock
from gui.forms import formatting as values
from gui.forms.reasons import reason_in_units

READ_IN, DONE, PROBLEM, CONVERT = "read in", "done", "problem", "convert"
_DONE = {
    "retry": "retried",
    "resend": "sent repaired",
    "convert": "converted and sent",
    "discard": "discarded",
    "read in": "fetched",
}
_DOING = {"retry": "Retrying", "convert": "Converting", "discard": "Discarding"}
MOST_MIN = 60_000.0  # minutes; longer durations are written as a plain number


@dataclass(frozen=True, slots=True)
class Notice:
    """What the strip over the list shows. `key` comes back with the button; without `button` there is none.

    `short`: where the text has no room.
    """

    key: str
    kind: Literal["offer", "suggestion", "waiting", "done", "problem"]
    text: str
    button: str = ""
    short: str = ""
    can_be_closed: bool = True


def messages(count: int) -> str:
    """`1 message`, `1,204 messages`."""
    return f"{count:,} message{'' if count == 1 else 's'}"


def last_text(at_ms: int, now_ms: int, zone: tzinfo | None) -> str:
    """`last at 18:24`, `last on Wed 18:24`."""
    text = weekday_clock(at_ms, now_ms, zone)
    return f"last at {text[:5]}" if text[2] == ":" else f"last on {text}"


def whole_seconds_text(duration_min: float) -> str:
    """A duration such as `58:10`, without fractions of seconds."""
    if not 0 <= duration_min < MOST_MIN:
        return f"{duration_min:,.6g} min"
    return values.whole_seconds_text(duration_min)


def progress_text(act: str, done: int, total: int) -> str:
    return f"{_DOING.get(act, act.capitalize())}: {done:,} of {total:,}"


def done_text(act: str, done: int) -> str:
    """`16 retried`."""
    return f"{done:,} {_DONE.get(act, act)}"


def skipped_text(act: str, skipped: int) -> str:
    """A sentence about messages that were left out; empty if there are none."""
    if not skipped:
        return ""
    if act == "convert":
        return f"{skipped:,} had been settled by someone else."
    return f"{skipped:,} {'was' if skipped == 1 else 'were'} no longer on the list."


def followed_text(counts: ResendCounts) -> str:
    """`2 retried, 2 waiting`, `2 retried: 1 stored, 1 waiting`, in the end `1 stored, 1 failed again`."""
    named = (
        (counts.failed, "failed again"),
        (counts.stored, "stored"),
        (counts.known, "stored before"),
        (counts.waiting, f"without a result for {FOLLOWED_MS // 60_000} min" if counts.overdue else "waiting"),
    )
    outcomes = ", ".join(f"{number:,} {words}" for number, words in named if number)
    if not counts.waiting:
        return outcomes
    return f"{done_text(counts.act, counts.sent)}{',' if counts.waiting == counts.sent else ':'} {outcomes}"


def beside_field(problem: FieldProblem) -> str:
    """Like `problem_sentence`, without the value, which is visible in the field above."""
    sentence = problem_sentence(problem)
    return sentence.rpartition(", not ")[0] or sentence if problem.kind is ProblemKind.RANGE else sentence


def problem_sentence(problem: FieldProblem) -> str:
    """`Distance must be from 0 to 1,000 km, not 5200`: the field's name and what is wrong with it."""
    head, _, rest = problem.field.partition(".")
    label = FIELD_LABELS.get(head, head or "The body")
    place = f" ({rest})" if rest else ""
    text = problem.problem
    if problem.kind is ProblemKind.MISNAMED:  # its text names the field already
        return text[:1].upper() + text[1:]
    # The form's own messages are whole sentences.
    return text if text[:1].isupper() else f"{label}{place} {text}"


def header_rows(one: FailedMessage, now_ms: int, zone: tzinfo | None, units: values.Units) -> list[tuple[str, str]]:
    """Properties and headers of a message to show, the most useful first."""
    rows = [("Reason", reason_in_units(one.row.reason, one.row, units)), ("Error type", one.error_type)]
    if one.parent_key:
        rows.append(("Repair of", one.parent_key))
    if one.retries:
        rows.append(("Retries", f"{one.retries:,} by a person"))
    return rows + message_rows(one.message, one.body_bytes, now_ms, zone)


def message_rows(message: Message, body_bytes: int, now_ms: int, zone: tzinfo | None) -> list[tuple[str, str]]:
    """Properties, then headers, ours first. `body_bytes`: length of the whole body, which may be cut here."""
    rows = [
        ("Sent", _sent_text(message, now_ms, zone)),
        ("Message id", message.message_id or "none"),
        ("Type", message.type or "new workout (none given)"),
        ("Size", f"{body_bytes:,} bytes"),
    ]
    rows += [
        (name, text)
        for name, text in (("Content type", message.content_type), ("Program", message.app_id))
        if text is not None
    ]
    if message.extras is not None:
        rows += message.extras.shown(besides=message.headers)
    return rows + [(name, _header_text(name, value, now_ms, zone)) for name, value in _in_order(message.headers)]


def _sent_text(message: Message, now_ms: int, zone: tzinfo | None) -> str:
    """When it was submitted, or when its producer says that it sent it."""
    at_ms = message.headers.get(HEADER_SUBMITTED_AT)
    if not _is_time(at_ms):
        at_ms = None if message.timestamp_s is None else message.timestamp_s * 1_000
    return weekday_clock(at_ms, now_ms, zone) if _is_time(at_ms) else "no sent time"


def _is_time(value: HeaderValue | None) -> TypeGuard[int]:
    """Whether it is in milliseconds since the epoch, of a year that can be written."""
    return type(value) is int and 0 < value < LATEST_MS


def _in_order(headers: Mapping[str, HeaderValue]) -> list[tuple[str, HeaderValue]]:
    ours = (HEADER_SUBMITTED_AT, HEADER_ORIGIN, HEADER_RETRY_OF, HEADER_RETRIES)
    return sorted(headers.items(), key=lambda item: (item[0] not in ours, item[0]))


def _header_text(name: str, value: HeaderValue, now_ms: int, zone: tzinfo | None) -> str:
    if name == HEADER_SUBMITTED_AT and _is_time(value):
        return weekday_clock(value, now_ms, zone)
    return str(value)
