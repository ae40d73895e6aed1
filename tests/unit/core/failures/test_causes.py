from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.broker.ports import Message
from core.codec.json_reader import MAX_BODY_BYTES
from core.codec.workout_codec import decode
from core.errors import FieldProblem, InvalidWorkoutError, StoreUnavailableError, UndecodableBodyError
from core.failures.causes import MAX_CODE, Advice, cause_of, classify_error, failure_code_for, is_misnamed

NOW_MS = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1000)
GOOD: dict[str, Any] = {"type": "Running", "duration": 45}


def title_of(body: bytes, kind: str | None = None) -> tuple[str, Advice]:
    with pytest.raises((InvalidWorkoutError, UndecodableBodyError)) as caught:
        decode(Message(body, type=kind), now_ms=NOW_MS)
    cause = cause_of(classify_error(caught.value).code)
    return cause.title, cause.advice


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (b'{"type": "Running"}', "Duration missing"),
        (b'{"type": "", "duration": 4}', "Sport missing"),
        (b'{"type": "Running", "duration": 1440}', "Duration out of range"),
        (b'{"type": "Swim", "duration": 40, "distance": 120}', "Distance out of range"),
        (b'{"type": "Running", "duration": 40, "distance": 5200}', "Distance out of range"),
        (b'{"type": "Running", "duration": "45"}', "Duration not understood"),
        (b'{"type": "Running", "duration": 45, "timestamp": "2031-01-01T00:00:00Z"}', "Start in the future"),
        (b'{"type": "Running", "duration": 45, "timestamp": "1999-01-01T00:00:00Z"}', "Start before 2000"),
        (b'{"type": "Running", "duration": 45, "timestamp": "soon"}', "Start not understood"),
        (b'{"type": "Running", "duration": 45, "userId": "%s"}' % (b"x" * 65), "Athlete of wrong length"),
        (
            b'{"type": "Running", "duration": 45, "avgHeartRate": 120, "maxHeartRate": 90}',
            "Max heart rate out of range",
        ),
        (b'{"type": "Running", "duration": 45, "sets": [{"reps": -1}]}', "Sets out of range"),
    ],
)
def test_that_a_bad_field_is_named_with_what_is_wrong(body: bytes, title: str) -> None:
    assert title_of(body) == (title, Advice.EDIT)


@pytest.mark.parametrize(
    ("body", "kind", "title"),
    [
        (b"not json", None, "Body is not JSON"),
        (b'{"duration": NaN}', None, "Body is not JSON"),
        (b"\xff", None, "Body is not text"),
        (b" ", None, "Body is not text"),
        (b"x" * (MAX_BODY_BYTES + 1), None, "Body is too large"),
        (b"[1]", None, "Body is malformed"),
        (b'{"a": 1, "a": 2}', None, "Body is malformed"),
        (b"{}", "workout.eaten", "Unknown message type"),
    ],
)
def test_that_a_body_that_cannot_be_read_wants_its_raw_text_edited(body: bytes, kind: str | None, title: str) -> None:
    assert title_of(body, kind) == (title, Advice.EDIT_RAW)


def test_that_what_may_pass_is_worth_a_retry() -> None:
    cause = cause_of(classify_error(StoreUnavailableError("locked")).code)
    assert (cause.title, cause.advice) == ("Database did not answer", Advice.RETRY)
    assert cause_of(classify_error(OSError("disk")).code).title == "OSError while storing"
    assert cause_of(failure_code_for("Broker").code).title == "Given up by the broker"


def test_that_a_conflict_wants_a_higher_revision() -> None:
    cause = cause_of(failure_code_for("conflict").code)
    assert (cause.title, cause.advice, cause.field) == ("Stored with other content", Advice.EDIT, "revision")


def test_that_the_field_of_a_set_is_the_sets() -> None:
    problems = (FieldProblem("sets.3.reps", "must be from 0 to 9,999"), FieldProblem("type", "is required"))
    assert cause_of(classify_error(InvalidWorkoutError(problems)).code).field == "sets"


@given(st.text(max_size=200))
def test_that_any_code_has_a_title(code: str) -> None:
    assert cause_of(code).title
    assert cause_of(f"invalid/{code}").title
    assert len(failure_code_for(code).code) <= MAX_CODE


def test_that_a_field_under_another_name_is_known_by_its_code() -> None:
    assert is_misnamed("invalid/userId/misnamed")
    assert not is_misnamed("invalid/userId/missing")
    assert not is_misnamed("error/misnamed")
