"""What a failed try becomes: later, or failed."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import InvalidWorkoutError, UndecodableBodyError

RETRY_DELAYS_S = (5, 30)

# A body that breaks a rule breaks it for ever, and so does a fault in our code. The machine's own troubles pass.
PASSING_ERRORS = (OSError, MemoryError)


@dataclass(frozen=True, slots=True)
class Later:
    delay_s: int
    reason: str


@dataclass(frozen=True, slots=True)
class GiveUp:
    reason: str
    error_type: str


def judge(error: BaseException, attempts: int, delays_s: tuple[int, ...] = RETRY_DELAYS_S) -> Later | GiveUp:
    """`attempts`: earlier tries of this delivery. Reasons are sentences without bodies or tracebacks."""
    if isinstance(error, UndecodableBodyError):
        return GiveUp(str(error), "undecodable")
    if isinstance(error, InvalidWorkoutError):
        return GiveUp(str(error), "invalid")
    kind = type(error).__name__
    if isinstance(error, PASSING_ERRORS) and attempts < len(delays_s):
        return Later(delays_s[attempts], f"{kind} while storing; try {attempts + 1} of {len(delays_s) + 1}.")
    return GiveUp(f"{kind} while storing it; the log of the worker has the details.", kind)
