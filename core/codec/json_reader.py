"""Parses an untrusted JSON body: bounded and strict, with a fast path for ordinary ones."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, NoReturn

import orjson

from core.errors import UndecodableBodyError
from core.workouts.json_values import MAX_DEPTH, MAX_INTEGER, MIN_INTEGER, depth_of
from core.workouts.validation_errors import quoted

MAX_BODY_BYTES = 65_536
_BOM = b"\xef\xbb\xbf"


def parse_object(body: bytes) -> tuple[dict[str, Any], bytes]:
    """The fields, and their canonical bytes: keys sorted, no whitespace, whole floats as integers.

    UndecodableBodyError in one sentence: too large, no UTF-8, no JSON object, nested deeper than 32 levels,
    a name given twice, an integer of more than 64 bits, NaN, a lone surrogate. A byte order mark is skipped.
    """
    if len(body) > MAX_BODY_BYTES:
        raise UndecodableBodyError(
            f"The body has {len(body):,} bytes; at most {MAX_BODY_BYTES:,} are accepted.", "size"
        )
    if body.startswith(_BOM):
        body = body[len(_BOM) :]
    try:
        fields = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        _refuse_unreadable(body, error)
    if not isinstance(fields, dict):
        raise UndecodableBodyError(f"The body must be a JSON object, not {quoted(fields)}.", "shape")
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH and depth_of(fields) > MAX_DEPTH:
        raise UndecodableBodyError(f"The body is nested deeper than {MAX_DEPTH} levels.", "shape")
    canonical = orjson.dumps(fields, option=orjson.OPT_SORT_KEYS)
    if _may_hide_something(body, canonical):
        fields = _parse_exactly(body)
    if b".0" in canonical or b"e+" in canonical:
        canonical = orjson.dumps(_whole_as_integers(fields), option=orjson.OPT_SORT_KEYS)
    return fields, canonical


def _may_hide_something(body: bytes, canonical: bytes) -> bool:
    """Whether the fast parser may have dropped a repeated name or rounded a large integer.

    Each member has one colon of its own, besides those inside texts. So a dropped member shows in the count, unless a
    colon is written as an escape. Integers of more than 64 bits become floats that print an exponent.
    """
    if body.count(b":") != canonical.count(b":"):
        return True
    # Single bytes are found several times faster than pairs, and are rare.
    return (b"\\" in body and b"\\u003" in body) or (b"+" in canonical and b"e+" in canonical)


def _parse_exactly(body: bytes) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(body, object_pairs_hook=_unique, parse_int=_bounded_integer)
    return fields


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        (name, _), *_ = Counter(name for name, _ in pairs).most_common(1)
        raise UndecodableBodyError(f"The body names {quoted(name)} twice in one object.", "shape")
    return members


def _bounded_integer(digits: str) -> int:
    # Of 309 digits at most: orjson has refused more, as too large for a double.
    if MIN_INTEGER <= (value := int(digits)) <= MAX_INTEGER:
        return value
    raise UndecodableBodyError("The body holds an integer of more than 64 bits.", "shape")


def _whole_as_integers(value: Any) -> Any:
    """45.0 as 45: some producers spell the same number so. Recursive, for values at most 32 deep."""
    if isinstance(value, dict):
        return {name: _whole_as_integers(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_whole_as_integers(inner) for inner in value]
    if isinstance(value, float) and value.is_integer() and MIN_INTEGER <= value <= MAX_INTEGER:
        return int(value)
    return value


def _refuse_unreadable(body: bytes, error: orjson.JSONDecodeError) -> NoReturn:
    try:
        text = body.decode()
    except UnicodeDecodeError as undecodable:
        raise UndecodableBodyError(f"The body is not UTF-8 text (at byte {undecodable.start + 1}).", "text") from None
    if not text.strip():
        raise UndecodableBodyError("The body is empty.", "text") from None
    where = f"line {error.lineno}, column {error.colno}"
    if text.startswith(("NaN", "Infinity", "-Infinity"), error.pos):
        raise UndecodableBodyError(f"NaN and infinity are not JSON numbers ({where}).") from None
    reason = error.msg.partition(":")[0]
    raise UndecodableBodyError(f"The body is not JSON: {reason} ({where}).") from None
