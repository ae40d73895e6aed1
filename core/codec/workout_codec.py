"""Decodes message bodies and headers to workouts, and encodes them: the only module that knows the JSON."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum
from typing import Annotated, Any
from uuid import UUID, uuid5

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.broker import topology
from core.broker.delivery_headers import origin_in
from core.broker.ports import Message
from core.codec.field_names import misnamed_fields
from core.codec.json_reader import MAX_BODY_BYTES, parse_object
from core.errors import FieldProblem, InvalidWorkoutError, ProblemKind, UndecodableBodyError
from core.workouts.limits import REVISION
from core.workouts.model import (
    ANONYMOUS,
    ATTRIBUTE_BY_BODY_FIELD,
    BODY_FIELDS,
    LATEST_START_AHEAD,
    SET_ATTRIBUTE_BY_BODY_FIELD,
    Workout,
    WorkoutSet,
    check_workout,
)
from core.workouts.validation_errors import field_problems, quoted

# Constant: ids for messages without one are derived in these namespaces.
_MESSAGE_ID_SPACE = UUID("6f0c8f6e-3d0b-5b8e-9a53-6f2d1c7be001")
_BODY_SPACE = UUID("6f0c8f6e-3d0b-5b8e-9a53-6f2d1c7be002")
_EARLIEST_MS = 946_684_800_000  # 2000-01-01
# Of every time zone since 1973.
_OFFSETS = [timezone(timedelta(minutes=minutes)) for minutes in range(-12 * 60, 14 * 60 + 1, 15)]
_AHEAD_MS = LATEST_START_AHEAD // timedelta(milliseconds=1)


class MessageKind(Enum):
    """What the message asks for; the value is its AMQP `type`."""

    SUBMITTED = topology.TYPE_SUBMITTED
    CORRECTED = topology.TYPE_CORRECTED
    DELETED = topology.TYPE_DELETED


@dataclass(frozen=True, slots=True)
class DecodedMessage:
    """A decoded message. `workout` is None only for a deletion, whose body needs nothing but id and revision."""

    workout_id: str  # canonical lower-case UUID text
    revision: int
    workout: Workout | None
    kind: MessageKind
    digest: bytes  # 32 bytes of SHA-256; equal for equal content, however it is spelled: see `_canonical_bytes`
    submitted_at_ms: int | None  # None where the message does not have it
    origin: str | None  # which outbox sent it; None without the header
    message: Message  # unchanged
    plain: bytes  # what `digest` is computed from
    legacy_digest: bytes = b""  # of the content as it was spelled, where that differs: older versions stored this one

    def has_digest(self, digest: bytes | None) -> bool:
        """Whether `digest` was stored for this content, by this version or an older one, or for the same with its start
        in another UTC offset: a file imported in another time zone is the same file."""
        return digest is not None and (digest in (self.digest, self.legacy_digest) or self._has_other_offset(digest))

    def _has_other_offset(self, digest: bytes) -> bool:
        if self.workout is None or "timestamp" not in (fields := orjson.loads(self.plain)):
            return False
        fields["timestamp"] = place = self.digest.hex()  # a hash of everything, so it cannot occur in it
        before, after = orjson.dumps(fields).split(orjson.dumps(place))  # sorted already
        starts = _starts_in_other_offsets(self.workout.started_at)
        return any(digest == hashlib.sha256(b"".join((before, start, after))).digest() for start in starts)


class _Deletion(BaseModel):
    model_config = ConfigDict(strict=True)

    id: Annotated[UUID, Field(strict=False)]
    revision: Annotated[int, REVISION.constraint()]


_KIND_BY_TYPE: Mapping[str | None, MessageKind] = {None: MessageKind.SUBMITTED, "": MessageKind.SUBMITTED} | {
    kind.value: kind for kind in MessageKind
}


# What some clients set for a body without an encoding.
_PLAIN_ENCODINGS = frozenset({"", "identity", "utf-8", "utf8", "us-ascii", "ascii"})


def decode(message: Message, *, now_ms: int) -> DecodedMessage:
    """UndecodableBodyError when the body cannot be read, InvalidWorkoutError when it breaks a bound."""
    kind = _KIND_BY_TYPE.get(message.type)
    if kind is None:
        raise UndecodableBodyError(f"The message type {quoted(message.type)} is none of ours.", "type")
    if (encoding := message.content_encoding) and encoding.strip().lower() not in _PLAIN_ENCODINGS:
        raise UndecodableBodyError(
            f"The content_encoding {quoted(encoding)} is not supported: send plain UTF-8.", "encoding"
        )
    fields, canonical = parse_object(message.body)
    submitted_at_ms = _submitted_at_ms(message, now_ms)
    misnamed = () if kind is MessageKind.DELETED else misnamed_fields(fields, id_is_known=bool(message.message_id))
    if fields.get("id") is None:
        fields["id"] = _missing_id(message, kind)
    workout: Workout | None = None
    if kind is MessageKind.DELETED:
        workout_id, revision = _deletion(fields)
        plain = canonical = b"deleted " + canonical
    else:
        start = _moment(submitted_at_ms) if submitted_at_ms is not None and fields.get("timestamp") is None else None
        workout = _checked(fields, misnamed, now=_moment(now_ms), default_start=start)
        workout_id, revision = _id_text(fields["id"], workout), workout.revision
        plain = _canonical_bytes(canonical, fields, workout_id)
    return DecodedMessage(
        workout_id,
        revision,
        workout,
        kind,
        hashlib.sha256(plain).digest(),
        submitted_at_ms,
        origin_in(message.headers),
        message,
        plain,
        b"" if plain is canonical else hashlib.sha256(canonical).digest(),
    )


def read_workout(message: Message, *, now_ms: int) -> Workout:
    """The workout of a body that was not sent yet; raises as `decode` does, whose digests cost a third of it."""
    fields, _canonical = parse_object(message.body)
    misnamed = misnamed_fields(fields)
    if fields.get("id") is None:
        fields["id"] = id_from_content(message)
    return _checked(fields, misnamed, now=_moment(now_ms), default_start=None)


def _checked(
    fields: Mapping[str, object], misnamed: tuple[FieldProblem, ...], *, now: datetime, default_start: datetime | None
) -> Workout:
    """As check_workout; misnamed fields are problems too, and come first."""
    named = {problem.field for problem in misnamed}
    try:
        workout = check_workout(fields, now=now, default_start=default_start)
    except InvalidWorkoutError as error:
        others = tuple(problem for problem in error.problems if problem.field not in named)
        raise InvalidWorkoutError(misnamed + others) from None
    if misnamed:
        raise InvalidWorkoutError(misnamed)
    return workout


def is_same_content(known: Message, again: Message, *, now_ms: int) -> bool:
    """Whether a consumer would take `again` for a redelivery of `known`, however each is spelled."""
    if known.body == again.body:
        return True
    try:
        return decode(again, now_ms=now_ms).has_digest(decode(known, now_ms=now_ms).digest)
    except (UndecodableBodyError, InvalidWorkoutError):
        return False


def encode(workout: Workout, *, kind: MessageKind = MessageKind.SUBMITTED, submitted_at_ms: int) -> Message:
    """The message for a workout; decoding it gives an equal one. InvalidWorkoutError when it is over 64 KiB.

    A deletion carries only id and revision; its revision must be higher than the one to delete.
    """
    if kind is MessageKind.DELETED:
        body = orjson.dumps({"id": workout.workout_id, "revision": workout.revision})
    else:
        body = dumps_workout(workout)
    if len(body) > MAX_BODY_BYTES:
        raise InvalidWorkoutError((FieldProblem("body", "must be at most 64 KiB in all"),))
    return Message(
        body=body,
        message_id=workout.workout_id,
        type=kind.value,
        content_type="application/json",
        app_id=topology.APP_ID,
        timestamp_s=submitted_at_ms // 1000,
        headers={topology.HEADER_SUBMITTED_AT: submitted_at_ms},
    )


def dumps_workout(workout: Workout) -> bytes:
    """The body of a workout: compact JSON without absent fields."""
    values = workout.__dict__
    fields: dict[str, Any] = {}
    for body_field, attribute in ATTRIBUTE_BY_BODY_FIELD.items():
        value = values[attribute]
        if value is not None and value != ():
            fields[body_field] = value
    if workout.athlete == ANONYMOUS:
        del fields["userId"]
    if workout.sets:
        fields["sets"] = [_set_fields(entry) for entry in workout.sets]
    fields.update(workout.extra)
    return orjson.dumps(fields, option=orjson.OPT_UTC_Z)


def _set_fields(entry: WorkoutSet) -> dict[str, Any]:
    known = ((name, getattr(entry, attribute)) for name, attribute in SET_ATTRIBUTE_BY_BODY_FIELD.items())
    return {name: value for name, value in known if value is not None} | (entry.model_extra or {})


def _id_text(given: object, workout: Workout) -> str:
    # A valid UUID of 36 characters has its dashes already; formatting it again costs as much as hashing.
    if isinstance(given, str) and len(given) == 36 and given == given.lower():
        return given
    return workout.workout_id


def _canonical_bytes(canonical: bytes, fields: Mapping[str, object], workout_id: str) -> bytes:
    """The canonical bytes as our own producers spell them: lower-case id, explicit revision, no null members."""
    if fields["id"] == workout_id and fields.get("revision") is not None and None not in fields.values():
        return canonical
    known = orjson.loads(canonical)
    spelt = {name: value for name, value in known.items() if value is not None or name not in BODY_FIELDS}
    return orjson.dumps({"revision": 1, **spelt, "id": workout_id}, option=orjson.OPT_SORT_KEYS)


def _starts_in_other_offsets(start: datetime) -> Iterator[bytes]:
    """As our producers write it; first with `Z`, as older versions did, which stored no offset."""
    yield orjson.dumps(start.astimezone(UTC), option=orjson.OPT_UTC_Z)
    for offset in _OFFSETS:
        yield orjson.dumps(start.astimezone(offset))


def _moment(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC)


def _submitted_at_ms(message: Message, now_ms: int) -> int | None:
    """From our header, else the AMQP timestamp; an impossible one counts as absent."""
    said = message.headers.get(topology.HEADER_SUBMITTED_AT)
    if isinstance(said, int) and _EARLIEST_MS <= said <= now_ms + _AHEAD_MS:
        return int(said)
    if message.timestamp_s is not None and _EARLIEST_MS <= message.timestamp_s * 1000 <= now_ms + _AHEAD_MS:
        return message.timestamp_s * 1000
    return None


def _missing_id(message: Message, kind: MessageKind) -> UUID:
    if message.message_id:
        try:
            return UUID(message.message_id)
        except ValueError:
            return uuid5(_MESSAGE_ID_SPACE, message.message_id)
    if kind is not MessageKind.SUBMITTED:
        raise InvalidWorkoutError(
            (FieldProblem("id", "is required to correct or delete a workout", ProblemKind.MISSING),)
        )
    return id_from_content(message)


def id_from_content(message: Message) -> UUID:
    """For a message without an id: from its bytes alone, which are the same in a redelivery.

    Not from its AMQP timestamp: many clients set it at each publish, so that a message published again because its
    confirm was lost would count twice.
    """
    digest = hashlib.sha1(_BODY_SPACE.bytes + message.body, usedforsecurity=False).digest()
    return UUID(bytes=digest[:16], version=5)


def _deletion(fields: Mapping[str, object]) -> tuple[str, int]:
    """Id and revision, all that a deletion needs; both must be present."""
    try:
        deletion = _Deletion.model_validate(fields)
    except ValidationError as error:
        raise InvalidWorkoutError(field_problems(error)) from None
    return str(deletion.id), deletion.revision
