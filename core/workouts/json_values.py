"""Which values survive a round trip through a JSON body."""

from __future__ import annotations

import math

MAX_DEPTH = 32  # the body's own object is the first level
MIN_INTEGER = -(2**63)
MAX_INTEGER = 2**64 - 1


def json_problem(value: object, *, depth: int = 1) -> str | None:
    """Why `value`, a container at this depth of a body, does not survive; None if it does.

    Walks without recursion, since the value is untrusted.
    """
    waiting: list[tuple[object, int]] = [(value, depth)]
    while waiting:
        item, level = waiting.pop()
        if isinstance(item, dict):
            problem = _level_problem(level) or next(filter(None, map(_key_problem, item)), None)
            waiting.extend((inner, level + 1) for inner in item.values())
        elif isinstance(item, list):
            problem = _level_problem(level)
            waiting.extend((inner, level + 1) for inner in item)
        else:
            problem = _scalar_problem(item)
        if problem is not None:
            return problem
    return None


def _level_problem(level: int) -> str | None:
    return f"is nested deeper than {MAX_DEPTH} levels" if level > MAX_DEPTH else None


def _key_problem(key: object) -> str | None:
    return _scalar_problem(key) if isinstance(key, str) else "has a name that is not text"


def _scalar_problem(value: object) -> str | None:
    if isinstance(value, str):
        return _text_problem(value)
    if value is None:
        return None
    if isinstance(value, int):
        return None if MIN_INTEGER <= value <= MAX_INTEGER else "holds an integer of more than 64 bits"
    if isinstance(value, float):
        return None if math.isfinite(value) else "holds NaN or infinity, which are not JSON"
    return "holds something that JSON cannot carry"


def _text_problem(text: str) -> str | None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return "holds half of a surrogate pair, which is not valid text"
    return None


def depth_of(value: object) -> int:
    """Levels of objects and lists, counted without recursion; 0 for a plain value."""
    deepest = 0
    waiting: list[tuple[object, int]] = [(value, 1)]
    while waiting:
        item, level = waiting.pop()
        if isinstance(item, (dict, list)):
            deepest = max(deepest, level)
            inner = item.values() if isinstance(item, dict) else item
            waiting.extend((child, level + 1) for child in inner)
    return deepest
