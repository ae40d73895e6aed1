"""Reads a request's body within limits of size and time, and parses it into a workout."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from functools import cache
from http import HTTPStatus
from random import Random
from uuid import UUID

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse

from core.broker.ports import Message
from core.codec.field_names import misnamed_fields
from core.codec.json_reader import MAX_BODY_BYTES, parse_object
from core.codec.workout_codec import decode
from core.errors import FieldProblem, InvalidWorkoutError, UndecodableBodyError
from core.workouts.model import Workout

DISCARD_BYTES = 1_048_576  # of an oversized body are read and dropped, so that the client gets to read the answer
MAX_KEY = 255
INVALID = "Invalid workout data"
KEY_HEADER = "idempotency-key"
PLAIN = {"x-content-type-options": "nosniff", "cache-control": "no-store"}
NO_HEADERS: Mapping[str, str] = {}
NO_FIELDS: Mapping[str, object] = {}
_OTHER_ID = re.compile(rb'"(?!id")[_ -]*[Ii][_ -]*[Dd][_ -]*"')


class RequestError(Exception):
    """A request that is refused, and its answer. `kind` is one of metrics.REFUSALS; `problems` are its `errors`.

    `fields`: more fields of the answer. `close`: close the connection afterwards.
    """

    def __init__(
        self,
        status: int,
        kind: str,
        sentence: str,
        *,
        problems: Sequence[FieldProblem] = (),
        fields: Mapping[str, object] = NO_FIELDS,
        headers: Mapping[str, str] = NO_HEADERS,
        close: bool = False,
    ) -> None:
        super().__init__(sentence)
        self.kind = kind
        content: dict[str, object] = {"message": sentence, **fields}
        if problems or status == HTTPStatus.BAD_REQUEST:
            content["errors"] = [{"field": each.field, "problem": each.problem} for each in problems]
        closing = {"connection": "close"} if close else {}
        self.response = JSONResponse(content, status, {**PLAIN, **closing, **headers})


_TOO_LARGE = f"The body is larger than {MAX_BODY_BYTES:,} bytes."


def headers_of(request: Request) -> dict[str, str]:
    """Headers by name in lower case, the first value of each. Starlette's mapping searches all for every access."""
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in reversed(request.headers.raw)}


def check_media_type(headers: Mapping[str, str]) -> None:
    """Raises RequestError unless the body is JSON in UTF-8, not compressed. A missing Content-Type means JSON."""
    kind, *parameters = [part.strip().lower() for part in headers.get("content-type", "").split(";")]
    if kind and kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise RequestError(415, "media_type", "The body must be JSON: send Content-Type: application/json.")
    charsets = [part.partition("=")[2].strip('"') for part in parameters if part.startswith("charset=")]
    if any(charset not in ("utf-8", "utf8", "us-ascii") for charset in charsets):
        raise RequestError(415, "media_type", "The body must be JSON in UTF-8.")
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise RequestError(415, "media_type", "The body must not be compressed.")


async def read_body(request: Request, headers: Mapping[str, str], bound_s: float) -> bytes:
    """Raises RequestError when the body is too large or slow, or when the client has disconnected."""
    declared = headers.get("content-length", "0")
    if declared.isdecimal() and int(declared[:20]) > DISCARD_BYTES:
        raise RequestError(413, "too_large", _TOO_LARGE, close=True)
    try:
        async with asyncio.timeout(bound_s):
            return await _read_whole(request)
    except TimeoutError:
        raise RequestError(408, "timeout", f"The body did not come within {bound_s:g} seconds.", close=True) from None
    except ClientDisconnect:
        raise RequestError(400, "malformed", "The connection was closed before the body was whole.") from None


async def _read_whole(request: Request) -> bytes:
    body, size = bytearray(), 0
    async with aclosing(request.stream()) as stream:
        async for chunk in stream:
            size += len(chunk)
            if size <= MAX_BODY_BYTES:
                body += chunk
            elif size > DISCARD_BYTES:
                raise RequestError(413, "too_large", _TOO_LARGE, close=True)
    if size > MAX_BODY_BYTES:
        raise RequestError(413, "too_large", _TOO_LARGE)
    return bytes(body)


def _has_start(body: bytes) -> bool:
    # Checked first without parsing, which is faster; the field's name may be written with JSON escapes.
    if b"timestamp" not in body and b"\\" not in body:
        return False
    return parse_object(body)[0].get("timestamp") is not None


def _refuse_other_id(body: bytes) -> None:
    """InvalidWorkoutError for `Id` or `ID` without `id`: with a fresh id, a repeated request would be stored twice."""
    if _OTHER_ID.search(body) is not None:
        problems = tuple(problem for problem in misnamed_fields(parse_object(body)[0]) if problem.field == "id")
        if problems:
            raise InvalidWorkoutError(problems)


@cache
def _random() -> Random:
    return Random(os.urandom(32))


def _fresh_id() -> UUID:
    """Like uuid4, but without a system call for each, which would cost more than parsing the body."""
    return UUID(int=_random().getrandbits(128), version=4)


def workout_of(body: bytes, *, key: str | None, now_ms: int) -> Workout:
    """Parse a body. Raises InvalidWorkoutError with a problem for each invalid field.

    The id is the body's own, else derived from the `Idempotency-Key`, else from the body, so that a repeated request is
    recognized as a duplicate. A body without a start gets a random id: it means now, so an equal one is a new workout.
    """
    try:
        if key is not None and not 1 <= len(key) <= MAX_KEY:
            raise InvalidWorkoutError((FieldProblem("Idempotency-Key", f"must have 1 to {MAX_KEY} characters"),))
        if key is None and not _has_start(body):
            _refuse_other_id(body)
            key = str(_fresh_id())
        workout = decode(Message(body, key), now_ms=now_ms).workout
    except UndecodableBodyError as error:
        raise InvalidWorkoutError((FieldProblem("body", str(error)),)) from None
    if workout is None:  # only deletions have no workout, and a POST body is never one
        raise InvalidWorkoutError((FieldProblem("body", "must be a workout"),))
    return workout
