"""Known fields under another spelling."""

from __future__ import annotations

import json
from typing import Any

import pytest

from core.broker.ports import Message
from core.codec.field_names import field_like, is_in_our_unit, misnamed_fields, other_names
from core.codec.workout_codec import DecodedMessage, decode
from core.errors import InvalidWorkoutError, ProblemKind
from core.failures.causes import cause_of, classify_error

NOW_MS = 1_765_360_800_000
START = "2025-12-10T09:00:00Z"
UUID_TEXT = "3f2b8c1e-5d47-4a90-9c55-0d6f1e2a7b34"
SMALLEST: dict[str, Any] = {"type": "Running", "duration": 45}


def decoded(fields: dict[str, Any], **properties: Any) -> DecodedMessage:
    return decode(Message(json.dumps(fields).encode(), **properties), now_ms=NOW_MS)


def refusal(fields: dict[str, Any], **properties: Any) -> InvalidWorkoutError:
    with pytest.raises(InvalidWorkoutError) as caught:
        decoded(fields, **properties)
    return caught.value


@pytest.mark.parametrize(
    ("name", "value", "field"),
    [
        ("Timestamp", START, "timestamp"),
        ("TIMESTAMP", START, "timestamp"),
        ("time_stamp", START, "timestamp"),
        ("Date", START, "timestamp"),
        ("startTime", START, "timestamp"),
        ("start-time", START, "timestamp"),
        ("timestmap", START, "timestamp"),
        ("Distance", 5.2, "distance"),
        ("distanceKm", 5.2, "distance"),
        ("distanse", 5.2, "distance"),
        ("user_id", "Ana", "userId"),
        ("userid", "Ana", "userId"),
        ("User Id", "Ana", "userId"),
        ("athlete", "Ana", "userId"),
        ("avg_heart_rate", 140, "avgHeartRate"),
        ("average_heartrate", 140, "avgHeartRate"),
        ("RPE", 7, "rpe"),
        ("weight_kg", 70, "weightKg"),
        ("Sets", [{"reps": 5}], "sets"),
        ("ID", UUID_TEXT, "id"),
        ("distanceInMeters", 5_200, "distance"),
        ("distance_in_km", 5.2, "distance"),
        ("startTimeInSeconds", 1_765_357_200, "timestamp"),
        ("Datum", START, "timestamp"),
        ("Distanz", 5.2, "distance"),
        ("Athlet", "Ana", "userId"),
        ("Athlète", "Ana", "userId"),
        ("distance\u200b", 5.2, "distance"),
    ],
)
def test_that_another_spelling_is_refused_and_both_names_are_said(name: str, value: object, field: str) -> None:
    error = refusal(SMALLEST | {name: value})
    (problem,) = error.problems
    assert (problem.field, problem.kind) == (field, ProblemKind.MISNAMED)
    assert f"field `{name}` looks like `{field}`" in str(error)


def test_that_beside_the_right_field_it_is_merely_kept() -> None:
    workout = decoded(SMALLEST | {"timestamp": START, "Timestamp": "yesterday", "userId": "Ana", "user_id": 7}).workout
    assert workout is not None
    assert workout.extra == {"Timestamp": "yesterday", "user_id": 7}


@pytest.mark.parametrize(
    "foreign",
    [
        {"source": "watch", "device": "Fenix 7", "date_created": START, "dateCreated": START},
        {"name": "Ana", "user": "importer", "weight": 80, "note": "x", "time": 7, "uuid": UUID_TEXT, "avg": 1},
        {"athlete": {"id": 7}, "date": None, "distances": [1, 2], "Timestamp": {"seconds": 1}, "activity": True},
        {"Id": 17, "ID": "17", "Sets": 3},
        {"t" * 41: START, "_" * 32 + "timestamp": START},  # longer than any name of ours
        {"start": "Central Park", "startDate": None},
        {"avgpace": 5, "maxPower": 300, "distant": 1, "": 1},
    ],
)
def test_that_foreign_fields_do_not_break_a_message_that_has_all_it_needs(foreign: dict[str, Any]) -> None:
    workout = decoded(SMALLEST | foreign).workout
    assert workout is not None
    assert workout.extra == foreign


def test_that_our_own_names_alone_are_no_trouble() -> None:
    assert misnamed_fields(SMALLEST) == ()


@pytest.mark.parametrize("name", ["durationInSeconds", "Dauer", "Durée", "duracion", "elapsed_time"])
def test_that_a_required_field_under_another_name_is_told_by_both(name: str) -> None:
    (problem,) = refusal({"type": "Running", name: 45}).problems
    assert (problem.field, problem.kind) == ("duration", ProblemKind.MISNAMED)


@pytest.mark.parametrize("name", ["durationInSeconds", "distance_in_meters", "distance_in_miles", "elapsed_time"])
def test_that_a_value_in_another_unit_is_not_taken_as_it_is(name: str) -> None:
    assert not is_in_our_unit(name)
    assert field_like(name) in ("duration", "distance")


def test_that_a_name_of_forty_characters_is_looked_at() -> None:
    assert [p.field for p in misnamed_fields(SMALLEST | {"_" * 31 + "timestamp": START})] == ["timestamp"]


def test_that_null_is_no_right_field() -> None:
    assert [p.field for p in misnamed_fields({"timestamp": None, "Timestamp": START})] == ["timestamp"]


def test_that_a_required_field_under_another_name_is_told_once_and_the_rest_too() -> None:
    error = refusal({"Type": "Running", "durationMinutes": 45, "rpe": 11})
    assert [(p.field, p.kind) for p in error.problems] == [
        ("type", ProblemKind.MISNAMED),
        ("duration", ProblemKind.MISNAMED),
        ("rpe", ProblemKind.RANGE),
    ]


def test_that_an_id_beside_a_message_id_is_another_programs_own() -> None:
    incoming = decoded(SMALLEST | {"Id": UUID_TEXT}, message_id="3f2b8c1e-5d47-4a90-9c55-0d6f1e2a7b35")
    assert incoming.workout_id.endswith("35")


def test_that_a_deletion_needs_no_other_field() -> None:
    fields = {"id": UUID_TEXT, "revision": 2, "Timestamp": START}
    assert decoded(fields, type="workout.deleted").workout is None


def test_that_the_failed_list_groups_by_the_field() -> None:
    code = classify_error(refusal(SMALLEST | {"Timestamp": START})).code
    assert code == "invalid/timestamp/misnamed"
    assert (cause_of(code).title, cause_of(code).field) == ("Start misnamed", "timestamp")


def test_that_short_names_are_not_guessed() -> None:
    assert field_like("tipe") is None
    assert field_like("durations") == "duration"
    assert field_like("titel") is None


def test_that_only_an_id_is_no_near_miss_where_the_id_is_known() -> None:
    fields = {"Duration": 45, "ID": UUID_TEXT}
    assert [problem.field for problem in misnamed_fields(fields)] == ["duration", "id"]
    assert [problem.field for problem in misnamed_fields(fields, id_is_known=True)] == ["duration"]


def test_that_a_name_of_forty_characters_is_looked_at_and_a_longer_one_is_not() -> None:
    name = "duration" + "_" * 32
    assert [problem.field for problem in misnamed_fields({name: 45})] == ["duration"]
    assert misnamed_fields({f"{name}_": 45}) == ()


def test_that_an_id_in_another_spelling_is_one() -> None:
    assert other_names({"ID": UUID_TEXT}) == {"id": "ID"}


@pytest.mark.parametrize(
    ("name", "field"),
    [("duratio", "duration"), ("durations", "duration"), ("duration1", None), ("duratoin", "duration")],
)
def test_that_one_wrong_letter_is_a_typo_and_a_figure_is_none(name: str, field: str | None) -> None:
    assert field_like(name) == field


@pytest.mark.parametrize("name", ["durationMinutes", "Dauer", "distance_km", "Strecke"])
def test_that_a_name_without_another_unit_means_ours(name: str) -> None:
    assert is_in_our_unit(name)


def test_that_a_field_of_seven_letters_has_no_typos() -> None:
    assert field_like("cadense") is None


def test_that_a_start_by_its_own_name_in_another_spelling_needs_no_figure() -> None:
    assert other_names({"Timestamp": "yesterday", "start": "yesterday"}) == {"timestamp": "Timestamp"}
    assert other_names({"start": "yesterday"}) == {}


def test_that_yes_or_no_is_no_figure() -> None:
    assert other_names({"Duration": True, "Title": False}) == {}


def test_that_of_two_spellings_the_first_is_named() -> None:
    assert other_names({"Duration": 45, "DURATION": 46}) == {"duration": "Duration"}
