"""Every error that Paceline raises on purpose; the text of each is one sentence for its user."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class PacelineError(Exception):
    """Base of all. `str(error)` never holds a password, a traceback or a raw body."""


def unexpected_error_text(error: BaseException) -> str:
    """What is said of an error that is a fault of ours; the log has the rest."""
    return f"Something unexpected went wrong: {type(error).__name__}."


class ProblemKind(Enum):
    """In which way a field is wrong; the value completes `Distance ...`. Lists group by it."""

    MISSING = "missing"
    RANGE = "out of range"
    FUTURE = "in the future"
    PAST = "before 2000"
    LENGTH = "of wrong length"
    WRONG = "not understood"
    MISNAMED = "misnamed"


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field, by the name the message body uses (`duration`, `avgHeartRate`, `sets.0.reps`)."""

    field: str
    problem: str
    kind: ProblemKind = ProblemKind.WRONG


class BoundError(ValueError):
    """A value outside what its field may hold; `str(error)` completes a sentence that begins with the field."""

    def __init__(self, problem: str, kind: ProblemKind) -> None:
        super().__init__(problem)
        self.kind = kind


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


class BrokerUnavailableError(PacelineError):
    """The broker cannot be reached just now; trying again later is right."""


class QueueInUseError(BrokerUnavailableError):
    """Another program has a queue for itself, and may let go of it."""


class AckTimeoutError(BrokerUnavailableError):
    """The broker closed the channel, since a delivery was not acknowledged within `timeout_s`; 0 where it said no time.

    https://www.rabbitmq.com/docs/consumers#acknowledgement-timeout
    """

    def __init__(self, sentence: str, timeout_s: float = 0.0) -> None:
        super().__init__(sentence)
        self.timeout_s = timeout_s


class BrokerRefusedError(PacelineError):
    """The broker answered no (password, vhost, permission, other arguments): somebody must change something."""


class StoreUnavailableError(PacelineError):
    """The results database or the outbox cannot be used just now (locked, full, unreachable)."""


class StoreFileReplacedError(StoreUnavailableError):
    """What is open is not the file that the path names: it was moved or deleted. To be opened again."""


class StoreValueError(PacelineError):
    """The database is there and does not take this: a value out of its bounds, a rule of a table that is broken."""


class StoreAccessError(StoreUnavailableError):
    """The database server answered no (password, database, rights): somebody must change something."""


class StoreDamagedError(PacelineError):
    """A database file that is no database of ours, or is damaged."""


class NotOurDatabaseError(StoreDamagedError):
    """A sound database that is not ours, or a newer program's: it is left where it is."""


class EntryError(PacelineError):
    """What a person typed into a field cannot be understood; one short sentence for beside the field."""
