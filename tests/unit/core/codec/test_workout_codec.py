"""Message bodies and headers, both ways."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.broker.extras import CONTENT_ENCODING, Extras
from core.broker.ports import HeaderValue, Message
from core.codec.json_reader import MAX_BODY_BYTES, parse_object
from core.codec.workout_codec import (
    DecodedMessage,
    MessageKind,
    decode,
    dumps_workout,
    encode,
    is_same_content,
    read_workout,
)
from core.errors import InvalidWorkoutError, PacelineError, UndecodableBodyError
from core.workouts.model import Workout, WorkoutSet
from tests.support.workout_strategies import JSON_VALUES, WORKOUTS

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
NOW_MS = round(NOW.timestamp() * 1000)
SMALLEST = b'{"type": "Running", "duration": 45}'
ID = "3f2b8c1e-5d47-4a90-9c55-0d6f1e2a7b34"


def _decode(body: bytes | Mapping[str, Any], **properties: Any) -> DecodedMessage:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return decode(Message(raw, **properties), now_ms=NOW_MS)


def _workout(body: bytes | Mapping[str, Any], **properties: Any) -> Workout:
    workout = _decode(body, **properties).workout
    assert workout is not None
    return workout


def _refusal(body: bytes, **properties: Any) -> str:
    with pytest.raises(UndecodableBodyError) as caught:
        _decode(body, **properties)
    return str(caught.value)


def test_that_the_smallest_message_is_valid() -> None:
    incoming = _decode(SMALLEST)
    assert incoming.kind is MessageKind.SUBMITTED
    assert incoming.submitted_at_ms is None
    assert incoming.origin is None
    workout = incoming.workout
    assert workout is not None
    assert (workout.sport, workout.duration_min, workout.athlete) == ("Running", 45, "anonymous")
    assert workout.started_at == NOW
    assert incoming.workout_id == str(workout.id)


def test_that_the_sample_is_read() -> None:
    workout = _workout(
        b'{"userId":"user-123","type":"Running","duration":45,"distance":5.2,"timestamp":"2025-12-10T10:00:00Z"}'
    )
    assert workout.distance_km == 5.2
    assert workout.started_at == datetime(2025, 12, 10, 10, tzinfo=UTC)


@settings(max_examples=30)
@given(WORKOUTS, st.sampled_from([MessageKind.SUBMITTED, MessageKind.CORRECTED]))
def test_that_decoding_gives_back_what_was_encoded(workout: Workout, kind: MessageKind) -> None:
    message = encode(workout, kind=kind, submitted_at_ms=NOW_MS - 5)
    incoming = decode(message, now_ms=NOW_MS)
    assert incoming.workout == workout
    assert incoming.workout_id == message.message_id == str(workout.id)
    assert (incoming.kind, incoming.revision, incoming.submitted_at_ms) == (kind, workout.revision, NOW_MS - 5)
    assert incoming.workout.utc_offset_min == workout.utc_offset_min


def test_that_a_body_stored_by_an_older_version_is_the_same_again() -> None:
    """Names are spelt one way in the workout; the digest is of what came, so it is what older versions stored."""
    body = '{"type":"TrailRun","duration":45,"userId":"José\xa0Ruiz"}'.encode()
    incoming = decode(Message(body), now_ms=NOW_MS)
    assert incoming.workout is not None
    assert (incoming.workout.athlete, incoming.workout.sport) == ("José Ruiz", "Running")
    plain = f'{{"duration":45,"id":"{incoming.workout_id}","revision":1,"type":"TrailRun","userId":"José\xa0Ruiz"}}'
    assert incoming.digest == hashlib.sha256(plain.encode()).digest()


def test_that_the_origin_is_read_from_its_header() -> None:
    assert _decode(SMALLEST, headers={"x-paceline-origin": "here"}).origin == "here"


def test_that_unknown_fields_are_kept_and_passed_on() -> None:
    unknown = {"club": "Rooftops", "device": {"name": "w", "ids": [1, 2.5, None, True, 2**64 - 1]}, "extra": {"a": 1}}
    workout = _workout({"type": "run", "duration": 45, **unknown, "sets": [{"reps": 3, "rest": 90}]})
    assert workout.extra == unknown
    body = json.loads(dumps_workout(workout))
    assert {name: body[name] for name in unknown} == unknown
    assert body["sets"] == [{"reps": 3, "rest": 90}]


def test_that_names_of_this_program_are_unknown_in_a_body() -> None:
    assert _workout({"type": "run", "duration": 45, "duration_min": 7}).extra == {"duration_min": 7}


def test_that_properties_are_the_ones_of_the_contract() -> None:
    workout = _workout(SMALLEST)
    message = encode(workout, submitted_at_ms=NOW_MS + 7)
    assert message.content_type == "application/json"
    assert message.type == "workout.submitted"
    assert message.app_id == "paceline"
    assert message.timestamp_s == NOW_MS // 1000
    assert message.headers == {"x-submitted-at": NOW_MS + 7}
    assert b"userId" not in message.body


def test_that_a_missing_start_is_the_submission() -> None:
    said_ms = NOW_MS - 90_000
    assert _workout(SMALLEST, headers={"x-submitted-at": said_ms}).started_at == NOW - timedelta(seconds=90)
    assert _workout(SMALLEST, timestamp_s=said_ms // 1000).started_at == NOW - timedelta(seconds=90)


AHEAD_MS = 300_000


@pytest.mark.parametrize(
    ("said_ms", "counts"),
    [
        (946_684_799_999, False),  # 1999
        (946_684_800_000, True),
        (NOW_MS, True),
        (NOW_MS + 1_000, True),  # a producer whose clock is a second ahead
        (NOW_MS + AHEAD_MS, True),
        (NOW_MS + AHEAD_MS + 1_000, False),
    ],
)
def test_that_a_submission_may_be_as_far_ahead_as_a_start(said_ms: int, counts: bool) -> None:
    expected = said_ms if counts else None
    assert _decode(SMALLEST, headers={"x-submitted-at": said_ms}).submitted_at_ms == expected
    assert _decode(SMALLEST, timestamp_s=said_ms // 1000).submitted_at_ms == expected


def test_that_the_header_counts_before_the_timestamp_whose_seconds_it_has_too() -> None:
    both = _decode(SMALLEST, headers={"x-submitted-at": NOW_MS - 5}, timestamp_s=NOW_MS // 1000 - 60)
    assert both.submitted_at_ms == NOW_MS - 5


@pytest.mark.parametrize("header", [-1, 0, NOW_MS + 3_600_000, "soon", 1.5, True, None])
def test_that_an_implausible_submission_counts_as_absent(header: HeaderValue) -> None:
    assert _decode(SMALLEST, headers={"x-submitted-at": header}).submitted_at_ms is None
    assert _decode(SMALLEST, headers={"x-submitted-at": header}, timestamp_s=2**60).submitted_at_ms is None


def test_that_an_origin_that_is_no_text_is_ignored() -> None:
    assert _decode(SMALLEST, headers={"x-paceline-origin": 7}).origin is None


def test_that_an_id_is_the_bodys_or_the_messages_or_derived() -> None:
    body = {"type": "run", "duration": 45}
    assert _decode({**body, "id": ID.upper()}, message_id="other").workout_id == ID
    assert _decode(body, message_id=ID.upper()).workout_id == ID
    assert _decode({**body, "id": None}, message_id="job 7").workout_id == _decode(body, message_id="job 7").workout_id
    assert _decode(body, message_id="job 7").workout_id != _decode(body, message_id="job 8").workout_id
    derived = _decode(body, message_id="").workout_id
    assert derived == _decode(body).workout_id
    assert UUID(derived).version == 5


def test_that_derived_ids_stay_the_same_for_ever() -> None:
    assert _decode(SMALLEST).workout_id == "749cd23c-98ce-518c-be68-7422131aff16"


def test_that_a_redelivery_without_id_and_time_is_known_again() -> None:
    first = decode(Message(SMALLEST), now_ms=NOW_MS)
    again = decode(Message(SMALLEST), now_ms=NOW_MS + 60_000)
    assert (first.workout_id, first.digest) == (again.workout_id, again.digest)


@settings(max_examples=30)
@given(st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=8), JSON_VALUES, max_size=5), st.randoms())
def test_that_digests_ignore_order_whitespace_and_number_form(unknown: dict[str, Any], random: Any) -> None:
    fields = {f"x-{name}": value for name, value in unknown.items()} | {"type": "run", "duration": 45, "id": ID}
    shuffled = list(fields.items())
    random.shuffle(shuffled)
    one = _decode(json.dumps(fields).encode())
    other = _decode(json.dumps({**dict(shuffled), "duration": 45.0}, indent=2, ensure_ascii=False).encode())
    assert one.digest == other.digest
    assert _decode({**fields, "duration": 46}).digest != one.digest


@pytest.mark.parametrize(
    "spelling",
    [
        {"id": ID.upper()},
        {"id": "{" + ID + "}"},
        {"revision": 1},
        {"revision": None, "notes": None},
        {"id": None},
        {"timestamp": None, "duration": 45.0},
    ],
)
def test_that_digests_ignore_how_the_same_content_is_spelt(spelling: dict[str, Any]) -> None:
    fields = {"type": "run", "duration": 45, "id": ID, "club": None}
    one, other = _decode(fields, message_id=ID), _decode({**fields, **spelling}, message_id=ID)
    assert (one.workout_id, one.revision, one.digest) == (other.workout_id, other.revision, other.digest)


@pytest.mark.parametrize("other", [{"revision": 2}, {"notes": "x"}, {"club": "x"}, {"type": "walk"}])
def test_that_digests_tell_other_content(other: dict[str, Any]) -> None:
    fields = {"type": "run", "duration": 45, "id": ID, "club": None, "revision": 1}
    assert _decode(fields).digest != _decode({**fields, **other}).digest
    assert _decode(fields).digest != _decode({"type": "run", "duration": 45, "id": ID, "revision": 1}).digest


@settings(max_examples=30)
@given(WORKOUTS)
def test_that_what_we_write_is_spelt_plainly_already(workout: Workout) -> None:
    """So the digests that older versions kept of it stay good."""
    body = dumps_workout(workout)
    assert _decode(body).digest == hashlib.sha256(parse_object(body)[1]).digest()


def test_that_the_digest_as_written_is_told_where_it_is_another() -> None:
    body = b'{"type": "run", "duration": 45.0}'
    assert _decode(body).legacy_digest == hashlib.sha256(b'{"duration":45,"type":"run"}').digest()
    assert _decode({"type": "run", "duration": 45, "id": ID, "revision": 1}).legacy_digest == b""


@settings(max_examples=30)
@given(WORKOUTS)
def test_that_what_older_versions_wrote_in_utc_is_known_again(workout: Workout) -> None:
    """They wrote the start of the same row or form in UTC, and the inbox kept the digest of that."""
    older = workout.model_copy(update={"started_at": workout.started_at.astimezone(UTC)})
    kept = hashlib.sha256(parse_object(dumps_workout(older))[1]).digest()
    again = _decode(dumps_workout(workout))
    assert again.has_digest(kept)
    assert again.has_digest(again.digest)


START_IN_BERLIN: dict[str, Any] = {"type": "run", "duration": 45, "id": ID, "timestamp": "2025-12-10T10:00:00+01:00"}


@pytest.mark.parametrize("other", ["09:00:00Z", "09:00:00+00:00", "18:00:00+09:00", "14:45:00+05:45", "01:30:00-07:30"])
def test_that_the_same_start_in_another_offset_is_the_same_content(other: str) -> None:
    """Whichever of both came first."""
    one, again = _decode(START_IN_BERLIN), _decode({**START_IN_BERLIN, "timestamp": f"2025-12-10T{other}"})
    assert again.digest != one.digest
    assert again.has_digest(one.digest)
    assert one.has_digest(again.digest)


@pytest.mark.parametrize(
    ("other", "is_known"),
    [
        ("2025-12-10T23:00:00+14:00", True),
        ("2025-12-09T21:00:00-12:00", True),
        ("2025-12-10T23:15:00+14:15", False),
        ("2025-12-09T20:45:00-12:15", False),
    ],
)
def test_that_offsets_of_no_time_zone_are_not_looked_for(other: str, is_known: bool) -> None:
    one = _decode(START_IN_BERLIN)
    kept = hashlib.sha256(one.plain.replace(START_IN_BERLIN["timestamp"].encode(), other.encode())).digest()
    assert one.has_digest(kept) is is_known


@pytest.mark.parametrize(
    "other",
    [
        {"timestamp": "2025-12-10T10:00:00-01:00"},
        {"timestamp": "2025-12-10T10:00:00Z"},
        {"timestamp": "2025-12-10T11:00:01+02:00"},
        {"timestamp": "2025-12-10T11:00:00+02:00", "duration": 46},
        {"timestamp": "2025-12-10T11:00:00+02:00", "revision": 2},
        {"timestamp": None},
    ],
)
def test_that_another_start_or_revision_is_other_content(other: dict[str, Any]) -> None:
    one, again = _decode(START_IN_BERLIN), _decode({**START_IN_BERLIN, **other})
    assert not again.has_digest(one.digest)
    assert not one.has_digest(again.digest)
    assert not one.has_digest(None)


@pytest.mark.parametrize("offset", ["Z", "+01:00", "+09:00"])
def test_that_content_is_hashed_once_where_nothing_is_compared(offset: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The way that every message goes."""
    hashed: list[bytes] = []

    def hashing(body: bytes) -> Any:
        hashed.append(body)
        return sha256(body)

    monkeypatch.setattr(hashlib, "sha256", hashing)
    incoming = _decode({**START_IN_BERLIN, "revision": 1, "timestamp": f"2025-12-10T10:00:00{offset}"})
    assert incoming.has_digest(incoming.digest)
    assert len(hashed) == 1


def test_that_a_missing_start_is_in_utc() -> None:
    assert _workout(SMALLEST).utc_offset_min == 0


@pytest.mark.parametrize(("name", "kind"), [("", MessageKind.SUBMITTED), *((kind.value, kind) for kind in MessageKind)])
def test_that_the_type_property_says_the_kind(name: str, kind: MessageKind) -> None:
    assert _decode({"type": "run", "duration": 45, "id": ID, "revision": 2}, type=name).kind is kind


def test_that_an_unknown_type_property_is_refused_by_name() -> None:
    assert "'workout.eaten'" in _refusal(SMALLEST, type="workout.eaten")
    assert len(_refusal(SMALLEST, type="x" * 5000)) < 100


def test_that_a_deletion_needs_only_id_and_revision() -> None:
    incoming = _decode({"id": ID.upper(), "revision": 3}, type="workout.deleted")
    assert incoming.workout is None
    assert (incoming.workout_id, incoming.revision) == (ID, 3)
    assert incoming.digest != _decode({"id": ID, "revision": 3, "type": "run", "duration": 1}).digest
    assert _decode({"revision": 3}, type="workout.deleted", message_id=ID).workout_id == ID


def test_that_deletions_are_encoded() -> None:
    workout = Workout(sport="run", duration_min=45, started_at=NOW, revision=4)
    message = encode(workout, kind=MessageKind.DELETED, submitted_at_ms=NOW_MS)
    incoming = decode(message, now_ms=NOW_MS)
    assert json.loads(message.body) == {"id": workout.workout_id, "revision": 4}
    assert (incoming.kind, incoming.workout_id, incoming.revision) == (MessageKind.DELETED, workout.workout_id, 4)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["id"]),
        ({"id": "x"}, ["id", "revision"]),
        ({"id": 7, "revision": 1.5}, ["id", "revision"]),
        ({"id": ID, "revision": 0}, ["revision"]),
        ({"id": ID, "revision": True}, ["revision"]),
    ],
)
def test_that_bad_deletions_name_the_field(body: dict[str, Any], fields: list[str]) -> None:
    with pytest.raises(InvalidWorkoutError) as caught:
        _decode(body, type="workout.deleted")
    assert [problem.field for problem in caught.value.problems] == fields


def test_that_a_correction_must_say_which_workout() -> None:
    with pytest.raises(InvalidWorkoutError, match=r"id: is required to correct or delete a workout"):
        _decode(SMALLEST, type="workout.corrected")


def test_that_a_workout_too_large_for_a_body_is_not_encoded() -> None:
    workout = Workout(sport="run", duration_min=45, started_at=NOW, extra={"blob": "x" * MAX_BODY_BYTES})
    with pytest.raises(InvalidWorkoutError, match="64 KiB"):
        encode(workout, submitted_at_ms=NOW_MS)


def test_that_the_most_sets_fit_into_a_body() -> None:
    many = tuple(WorkoutSet(reps=9999, weight_kg=998.25, duration_s=998.25, distance_m=998.25) for _ in range(500))
    workout = Workout(sport="gym", duration_min=45, started_at=NOW, sets=many, notes="ф" * 2000)
    assert decode(encode(workout, submitted_at_ms=NOW_MS), now_ms=NOW_MS).workout == workout


def _nested(levels: int) -> bytes:
    return b'{"type":"run","duration":45,"x":' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"


HOSTILE = {
    "empty": (b"", "The body is empty."),
    "blank": (b" \n", "The body is empty."),
    "cut short": (b'{"type": "Run', "The body is not JSON"),
    "a list": (b"[]", "must be a JSON object, not a list"),
    "a number": (b"1", "must be a JSON object, not 1"),
    "null": (b"null", "must be a JSON object, not null"),
    "a text": (b'"' + b"x" * 500 + b'"', "must be a JSON object, not 'xxx"),
    "too large": (b" " * (MAX_BODY_BYTES + 1), "65,537 bytes; at most 65,536"),
    "not UTF-8": (b'{"a": "\xff"}', "not UTF-8 text (at byte 8)"),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), "not UTF-8 text (at byte 1)"),
    "NaN": (b'{"\xc3\xa9": NaN}', "NaN and infinity are not JSON numbers (line 1, column"),
    "infinity": (b'{"a": -Infinity}', "NaN and infinity"),
    "huge exponent": (b'{"a": 1e999}', "The body is not JSON"),
    "thousands of digits": (b'{"a": ' + b"1" * 5000 + b"}", "The body is not JSON"),
    "thirty digits": (b'{"a": ' + b"1" * 30 + b"}", "an integer of more than 64 bits"),
    "2**64": (b'{"a": 18446744073709551616}', "an integer of more than 64 bits"),
    "-2**63-1": (b'{"a": [{"b": -9223372036854775809}]}', "an integer of more than 64 bits"),
    "lone surrogate": (b'{"a": "\\ud800"}', "The body is not JSON"),
    "repeated name": (b'{"a": 1, "a": 1}', "names 'a' twice"),
    "repeated in a set": (b'{"sets": [{"reps": 1, "b": ":::", "reps": 2}]}', "names 'reps' twice"),
    "repeated by escape": (b'{"a": 1, "\\u0061": 2}', "names 'a' twice"),
    "colons make up for it": (b'{"a": 1, "b": "\\u003A", "a": 2}', "names 'a' twice"),
    "33 levels": (_nested(33), "nested deeper than 32 levels"),
    "1,000 levels": (_nested(1000), "nested deeper than 32 levels"),
    "20,000 levels": (_nested(20_000), "The body is not JSON"),
    "objects all the way": (b'{"a":' * 9000 + b"1" + b"}" * 9000, "The body is not JSON"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_that_hostile_bodies_are_refused_in_a_sentence(name: str) -> None:
    body, expected = HOSTILE[name]
    said = _refusal(body)
    assert expected in said
    assert len(said) < 140
    assert said.endswith(".")


def test_that_a_byte_order_mark_is_skipped() -> None:
    assert _workout(b"\xef\xbb\xbf" + SMALLEST).duration_min == 45


def test_that_32_levels_and_many_shallow_ones_are_accepted() -> None:
    assert _workout(_nested(32)).extra["x"]
    assert len(_workout({"type": "gym", "duration": 45, "sets": [{"reps": 1}] * 60}).sets) == 60


def test_that_escapes_and_large_numbers_alone_are_harmless() -> None:
    workout = _workout(b'{"type":"run","duration":45,"title":"5\\u003a00 start","x":1e30,"y":18446744073709551615}')
    assert workout.title == "5:00 start"
    assert workout.extra == {"x": 1e30, "y": 2**64 - 1}
    assert _workout(b'{"type":"run","duration":45,"timestamp":"2025-12-10T10:00:00+01:00","t":"\\n"}').extra == {
        "t": "\n"
    }


def _refusal_of_any(body: bytes) -> PacelineError | None:
    try:
        _decode(body)
    except PacelineError as error:
        return error
    return None


@given(st.binary(max_size=200) | JSON_VALUES.map(lambda value: json.dumps(value).encode()))
def test_that_any_body_decodes_or_is_refused_in_our_words(body: bytes) -> None:
    error = _refusal_of_any(body)
    assert error is None or 0 < len(str(error)) < 250


@settings(max_examples=30)
@given(st.dictionaries(st.sampled_from(["type", "duration", "userId", "id", "sets", "revision", "rpe"]), JSON_VALUES))
def test_that_any_field_value_decodes_or_is_refused_in_our_words(fields: dict[str, Any]) -> None:
    error = _refusal_of_any(json.dumps({"type": "run", "duration": 45, **fields}).encode())
    if error is not None:
        assert isinstance(error, InvalidWorkoutError)
        assert all(len(problem.problem) < 160 for problem in error.problems)


def _encoded_as(encoding: str) -> Extras | None:
    return Extras.of({CONTENT_ENCODING: bytes([len(encoding)]) + encoding.encode()})


@pytest.mark.parametrize("encoding", ["gzip", "utf-16"])
def test_that_an_encoded_body_is_refused(encoding: str) -> None:
    assert _refusal(SMALLEST, extras=_encoded_as(encoding)).startswith(f"The content_encoding '{encoding}'")


@pytest.mark.parametrize("encoding", ["", " UTF-8 ", "identity"])
def test_that_a_plain_encoding_is_accepted(encoding: str) -> None:
    assert _workout(SMALLEST, extras=_encoded_as(encoding)).duration_min == 45


@pytest.mark.parametrize(
    ("again", "same"),
    [
        (SMALLEST, True),
        (b'{"duration":45.0,"type":"Running"}', True),
        (b'{"type": "Running", "duration": 46}', False),
        (b'{"type": "Running"}', False),
        (b"{", False),
    ],
)
def test_that_the_same_content_is_known_again(again: bytes, same: bool) -> None:
    known = Message(SMALLEST, message_id="a")
    assert is_same_content(known, Message(again, message_id="a"), now_ms=NOW_MS) is same


def test_that_a_deletion_has_no_other_digest_than_its_own() -> None:
    deletion = _decode({"id": ID, "revision": 2}, type="workout.deleted")
    assert not deletion.has_digest(b"x" * 32)
    assert not deletion.has_digest(None)
    assert deletion.has_digest(deletion.digest)


@pytest.mark.parametrize("offset_min", [-720, -705, -570, -15, 0, 15, 345, 765, 825, 840])
def test_that_a_start_in_any_offset_of_a_zone_is_the_same_workout(offset_min: int) -> None:
    start = NOW - timedelta(days=1)
    there = start.astimezone(timezone(timedelta(minutes=offset_min)))
    here, other = (
        _decode({"id": ID, "type": "Running", "duration": 45, "timestamp": moment.isoformat()})
        for moment in (start.astimezone(timezone(timedelta(hours=1))), there)
    )
    assert here.has_digest(other.digest)
    assert not here.has_digest(_decode({"id": ID, "type": "Running", "duration": 45}).digest)


def test_that_a_missing_revision_is_the_first() -> None:
    fields = {"id": ID, "type": "Running", "duration": 45}
    assert _decode(fields).digest == _decode({**fields, "revision": 1}).digest
    assert _decode(fields).digest == _decode({**fields, "revision": None, "title": None}).digest
    assert _decode(fields).digest == _decode({**fields, "id": ID.upper()}).digest
    assert _decode({**fields, "id": ID.upper()}).workout_id == ID
    assert _decode(fields).digest == _decode({**fields, "id": ID.upper(), "revision": 1}).digest
    assert _decode(fields).digest == _decode({**fields, "revision": 1, "title": None}).digest
    assert _decode(fields).digest != _decode({**fields, "revision": 2}).digest


def test_that_a_workout_too_large_to_send_is_refused() -> None:
    workout = _workout({"type": "Running", "duration": 45, "x": "y" * 60_000})
    with pytest.raises(InvalidWorkoutError) as caught:
        encode(workout.model_copy(update={"extra": {"x": "y" * 66_000}}), submitted_at_ms=NOW_MS)
    assert [(problem.field, problem.problem) for problem in caught.value.problems] == [
        ("body", "must be at most 64 KiB in all")
    ]


def test_that_a_workout_may_take_all_of_a_body() -> None:
    workout = _workout({"type": "Running", "duration": 45, "x": ""})
    room = MAX_BODY_BYTES - len(dumps_workout(workout))
    largest = workout.model_copy(update={"extra": {"x": "y" * room}})
    assert len(encode(largest, submitted_at_ms=NOW_MS).body) == MAX_BODY_BYTES
    with pytest.raises(InvalidWorkoutError, match="64 KiB"):
        encode(workout.model_copy(update={"extra": {"x": "y" * (room + 1)}}), submitted_at_ms=NOW_MS)


def test_that_a_body_has_no_empty_sets_and_writes_utc_as_z() -> None:
    body = dumps_workout(_workout({"type": "Running", "duration": 45, "timestamp": "2025-12-10T10:00:00+00:00"}))
    assert b"sets" not in body
    assert b'"timestamp":"2025-12-10T10:00:00Z"' in body


def test_that_a_body_that_was_not_sent_yet_is_read_as_when_it_is_decoded() -> None:
    message = Message(SMALLEST)
    assert read_workout(message, now_ms=NOW_MS) == decode(message, now_ms=NOW_MS).workout
    assert read_workout(Message(b'{"type":"run","duration":45,"id":"%s"}' % ID.encode()), now_ms=NOW_MS).id == UUID(ID)


def test_that_a_body_that_was_not_sent_yet_is_refused_as_when_it_is_decoded() -> None:
    for fields in (
        {"Type": "run", "duration": -1},
        {"type": "run", "duration": 45, "timestamp": "2026-01-05T12:06:00Z"},
    ):
        message = Message(json.dumps(fields).encode())
        with pytest.raises(InvalidWorkoutError) as decoding:
            decode(message, now_ms=NOW_MS)
        with pytest.raises(InvalidWorkoutError) as reading:
            read_workout(message, now_ms=NOW_MS)
        assert reading.value.problems == decoding.value.problems
