"""Causes of failures: a code to group by, a title and advice. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from core.errors import InvalidWorkoutError, ProblemKind, StoreUnavailableError, StoreValueError, UndecodableBodyError

UNDECODABLE, INVALID, CONFLICT = "undecodable", "invalid", "conflict"  # error types; others are names of exceptions
WORKER_DIED, HANGS, BROKER, ACK_TIMEOUT = "WorkerDied", "Hangs", "Broker", "AckTimeout"
MAX_CODE = 128

# By the name in the message body.
FIELD_LABELS: Mapping[str, str] = {
    "id": "Id",
    "revision": "Revision",
    "userId": "Athlete",
    "type": "Sport",
    "timestamp": "Start",
    "duration": "Duration",
    "distance": "Distance",
    "elevationGain": "Ascent",
    "avgHeartRate": "Heart rate",
    "maxHeartRate": "Max heart rate",
    "avgPower": "Power",
    "cadence": "Cadence",
    "rpe": "Effort",
    "weightKg": "Body weight",
    "title": "Title",
    "notes": "Notes",
    "sets": "Sets",
}


class Advice(Enum):
    """What may help; the value is the text shown."""

    EDIT = "Needs an edit"
    EDIT_RAW = "Edit the raw body"
    RETRY = "A retry may work"


@dataclass(frozen=True, slots=True)
class Cause:
    """One group of the failed list. `field` is the wrong body field, empty where it is none."""

    code: str
    title: str
    advice: Advice
    field: str = ""


@dataclass(frozen=True, slots=True)
class FailureCode:
    """An error as stored with a failure: a stable kind, and a code to group by."""

    error_type: str
    code: str


_BODY_TITLES = {
    "json": "Body is not JSON",
    "text": "Body is not text",
    "size": "Body is too large",
    "shape": "Body is malformed",
    "type": "Unknown message type",
    "encoding": "Body is encoded",
}
_ERROR_TITLES = {
    StoreUnavailableError.__name__: "Database did not answer",
    StoreValueError.__name__: "Database did not take it",
    WORKER_DIED: "The worker died with it",
    HANGS: "Took too long",
    ACK_TIMEOUT: "Not acknowledged in time",
    BROKER: "Given up by the broker",
}
_KINDS = {kind.name.lower(): kind for kind in ProblemKind}


def classify_error(error: BaseException) -> FailureCode:
    """For several bad fields, the first one."""
    if isinstance(error, UndecodableBodyError):
        return FailureCode(UNDECODABLE, f"{UNDECODABLE}/{error.kind}")
    if isinstance(error, InvalidWorkoutError):
        first = error.problems[0]
        return FailureCode(INVALID, f"{INVALID}/{first.field.partition('.')[0]}/{first.kind.name.lower()}"[:MAX_CODE])
    return failure_code_for(type(error).__name__)


def failure_code_for(error_type: str) -> FailureCode:
    """For a known kind alone: of a conflict, an exception, or a message that another program dead-lettered."""
    return FailureCode(error_type, error_type if error_type == CONFLICT else f"error/{error_type}"[:MAX_CODE])


def is_misnamed(code: str) -> bool:
    """Whether the cause is a known field under another spelling."""
    return code.startswith(f"{INVALID}/") and code.endswith(f"/{ProblemKind.MISNAMED.name.lower()}")


def cause_of(code: str) -> Cause:
    """Never raises: a code of another version has a title too."""
    head, _, rest = code.partition("/")
    if head == UNDECODABLE:
        return Cause(code, _BODY_TITLES.get(rest, "Body cannot be read"), Advice.EDIT_RAW)
    if head == INVALID:
        field, _, kind = rest.partition("/")
        label = FIELD_LABELS.get(field, field.capitalize() or "A field")
        return Cause(code, f"{label} {_KINDS.get(kind, ProblemKind.WRONG).value}", Advice.EDIT, field)
    if head == CONFLICT:
        return Cause(code, "Stored with other content", Advice.EDIT, "revision")
    return Cause(code, _ERROR_TITLES.get(rest) or f"{rest or code} while storing", Advice.RETRY)
