"""Validation errors as one plain sentence a field, in the body's own spelling."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from core.errors import BoundError, BrokenLimit, FieldProblem, ProblemKind
from core.workouts.limits import BOUNDS

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

MAX_QUOTE_CHARACTERS = 40


def quoted(value: object) -> str:
    r"""A short piece of an untrusted value, safe for a log line or a screen: at most 40 characters, on one line.

    White space becomes a space, unprintable characters (control and format characters, half a surrogate pair) `�`, so
    that a text never holds an escape like `\xa0` and cannot reorder the text around it.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _shortened(_in_quotes(value[:MAX_QUOTE_CHARACTERS]))
    if isinstance(value, int) and value.bit_length() > 128:  # Python refuses to print thousands of digits
        return "an integer of many digits"
    if isinstance(value, (int, float)):
        text = repr(value)
        return _shortened(format(Decimal(text), "f") if "e" in text else text)  # 0.000000001, not 1e-09
    return {dict: "an object", list: "a list", type(None): "null"}.get(type(value), "something else")


def _in_quotes(text: str) -> str:
    shown = "".join(char if char.isprintable() else " " if char.isspace() else "�" for char in text)
    mark = '"' if "'" in shown and '"' not in shown else "'"
    return f"{mark}{shown}{mark}"


def field_problems(error: ValidationError) -> tuple[FieldProblem, ...]:
    """One problem a field, in the order of the fields."""
    first_of: dict[str, FieldProblem] = {}
    for details in error.errors(include_url=False):
        field = ".".join(map(str, details["loc"]))
        first_of.setdefault(field, FieldProblem(field, _sentence(details), _kind(details), _limit(details)))
    return tuple(first_of.values())


def bounds_problem(field: str, value: object) -> FieldProblem:
    """Of a number beyond the bounds of its field, which has some."""
    bounds = BOUNDS[field]
    sentence = f"{bounds.sentence()}, not {quoted(value)}"
    return FieldProblem(field, sentence, ProblemKind.RANGE, BrokenLimit(bounds.unit, bounds.high, bounds.low))


def problem_kind(error: Exception) -> ProblemKind:
    return error.kind if isinstance(error, BoundError) else ProblemKind.WRONG


def _kind(details: ErrorDetails) -> ProblemKind:
    kind = details["type"]
    if kind == "value_error":
        return problem_kind(details["ctx"]["error"])
    if kind in _KINDS:
        return _KINDS[kind]
    return ProblemKind.RANGE if _is_out_of_bounds(kind, details["input"]) else ProblemKind.WRONG


def _out_of_bounds(details: ErrorDetails) -> FieldProblem | None:
    field = str(details["loc"][-1])
    is_out = field in BOUNDS and _is_out_of_bounds(details["type"], details["input"])
    return bounds_problem(field, details["input"]) if is_out else None


def _limit(details: ErrorDetails) -> BrokenLimit | None:
    if details["type"] == "value_error":
        error = details["ctx"]["error"]
        return error.limit if isinstance(error, BoundError) else None
    found = _out_of_bounds(details)
    return None if found is None else found.limit


def _sentence(details: ErrorDetails) -> str:
    kind = details["type"]
    if kind == "value_error":
        return str(details["ctx"]["error"])
    if kind == "missing":
        return "is required"
    found = _out_of_bounds(details)
    if found is not None:
        return found.problem
    say = _SENTENCES.get(kind)
    return details["msg"] if say is None else say(details)


def _is_out_of_bounds(kind: str, value: object) -> bool:
    if kind in _BOUND_KINDS:
        return True
    # An integer too large for a float is reported as no number at all.
    return kind in ("float_type", "int_type") and isinstance(value, int) and not isinstance(value, bool)


def _not_this(wanted: str) -> Callable[[ErrorDetails], str]:
    return lambda details: f"must be {wanted}, not {quoted(details['input'])}"


def _plainly(sentence: str) -> Callable[[ErrorDetails], str]:
    return lambda _: sentence


def _too_long(details: ErrorDetails) -> str:
    return f"must have at most {details['ctx']['max_length']:,} characters"


_KINDS = {
    "missing": ProblemKind.MISSING,
    "string_too_short": ProblemKind.MISSING,
    "string_too_long": ProblemKind.LENGTH,
    "too_long": ProblemKind.LENGTH,
}
_BOUND_KINDS = frozenset({"greater_than", "greater_than_equal", "less_than", "less_than_equal"})
_UUID = _not_this("a UUID like 3f2b8c1e-5d47-4a90-9c55-0d6f1e2a7b34")
_WHOLE = _not_this("a whole number")
_SENTENCES: Mapping[str, Callable[[ErrorDetails], str]] = {
    "float_type": _not_this("a number"),
    "int_type": _WHOLE,
    "finite_number": _plainly("must be an ordinary number, not NaN or infinity"),
    "string_type": _not_this("text"),
    "string_too_short": _plainly("must not be empty"),
    "string_too_long": _too_long,
    "string_unicode": _plainly("holds half of a surrogate pair, which is not valid text"),
    "string_pattern_mismatch": _plainly("must not hold control characters"),
    "uuid_type": _UUID,
    "uuid_parsing": _UUID,
    "too_long": lambda details: f"must have at most {details['ctx']['max_length']:,} entries",
    "tuple_type": _not_this("a list"),
    "model_type": _not_this("an object"),
}


def _shortened(text: str) -> str:
    return text if len(text) <= MAX_QUOTE_CHARACTERS else text[: MAX_QUOTE_CHARACTERS - 1] + "…"
