"""Errors that Paceline raises on purpose; the text of each is one sentence for its user."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class PacelineError(Exception):
    """Base of all. `str(error)` never holds a password, a traceback or a raw body."""


def unexpected_error_text(error: BaseException) -> str:
    """Text for an unexpected exception, which is our bug; the log has the rest."""
    return f"Something unexpected went wrong: {type(error).__name__}."


class ProblemKind(Enum):
    """In which way a field is wrong; the value completes `Distance ...`. Failures are grouped by it."""

    MISSING = "missing"
    RANGE = "out of range"
    FUTURE = "in the future"
    PAST = "before 2000"
    LENGTH = "of wrong length"
    WRONG = "not understood"
    MISNAMED = "misnamed"


@dataclass(frozen=True, slots=True)
class BrokenLimit:
    """The bound that a number is beyond, in `unit` of the message body, for screens that say it in another unit.

    `low` None: only `high` is a bound. `value`: the number, where it is not the field's own (a speed).
    """

    unit: str
    high: float
    low: float | None = None
    value: float | None = None


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field, by the name the message body uses (`duration`, `avgHeartRate`, `sets.0.reps`)."""

    field: str
    problem: str
    kind: ProblemKind = ProblemKind.WRONG
    limit: BrokenLimit | None = None


class BoundError(ValueError):
    """A value outside what its field may hold; `str(error)` completes a sentence that begins with the field."""

    def __init__(self, problem: str, kind: ProblemKind, limit: BrokenLimit | None = None) -> None:
        super().__init__(problem)
        self.kind, self.limit = kind, limit


class InvalidWorkoutError(PacelineError):
    """A workout that could be read but breaks a bound."""

    def __init__(self, problems: tuple[FieldProblem, ...]) -> None:
        super().__init__("; ".join(f"{p.field}: {p.problem}" for p in problems))
        self.problems = problems


class UndecodableBodyError(PacelineError):
    """A body that is no JSON object of ours: bad UTF-8, bad JSON, too large, too deep, duplicate keys.

    `kind` is one word to group by: `json`, `text`, `size`, `shape`, `type`, `encoding`.
    """

    def __init__(self, sentence: str, kind: str = "json") -> None:
        super().__init__(sentence)
        self.kind = kind


class SettingError(PacelineError):
    """A wrong command line, environment, URL or settings value: one sentence, exit 2."""


class RuleFileError(SettingError):
    """The achievement rules are wrong. `line`: from 1, where it is known."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


class WrongFileError(SettingError):
    """A file that cannot hold what it is to hold: `results`, `queue` or `outbox`."""

    def __init__(self, sentence: str, holds: str) -> None:
        super().__init__(sentence)
        self.holds = holds


class BrokerError(PacelineError):
    """The broker cannot be used."""


class BrokerUnavailableError(BrokerError):
    """The broker cannot be reached at present; trying again later is right."""


class QueueInUseError(BrokerUnavailableError):
    """Another connection uses a queue exclusively, perhaps temporarily."""


class AckTimeoutError(BrokerUnavailableError):
    """The broker closed the channel because a delivery was not acked within `timeout_s`; 0 where it gave no time.

    https://www.rabbitmq.com/docs/consumers#acknowledgement-timeout
    """

    def __init__(self, sentence: str, timeout_s: float = 0.0) -> None:
        super().__init__(sentence)
        self.timeout_s = timeout_s


class BrokerRefusedError(BrokerError):
    """The broker refused (password, vhost, permission, other arguments): the user or an operator must change
    something."""


class StoreError(PacelineError):
    """The results database or the outbox cannot be used. Not of a single value: see StoreValueError."""


class StoreUnavailableError(StoreError):
    """The results database or the outbox cannot be used at present (locked, full, unreachable)."""


class StoreFileReplacedError(StoreUnavailableError):
    """The open file is not the one that the path names: it was moved, deleted or replaced. Open it again."""


class StoreValueError(PacelineError):
    """The database rejected a value: out of its bounds, or against a constraint."""


class StoreAccessError(StoreUnavailableError):
    """The database server refused (password, database, rights): the user or an operator must change something."""


class StoreDamagedError(StoreError):
    """A database file that is no database of ours, or is damaged."""


class NotOurDatabaseError(StoreDamagedError):
    """A sound database of another program, or of a newer version: it is left where it is."""


class EntryError(PacelineError):
    """A person typed something that cannot be understood; one short sentence to show beside the field."""
