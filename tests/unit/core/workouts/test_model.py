"""The hard bounds of a workout, by the names a body uses."""

from __future__ import annotations

import math
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from pydantic import ValidationError

from core.codec.workout_codec import dumps_workout
from core.errors import InvalidWorkoutError
from core.workouts.limits import BOUNDS
from core.workouts.model import (
    BODY_FIELDS,
    SET_ATTRIBUTE_BY_BODY_FIELD,
    Workout,
    WorkoutSet,
    check_workout,
)
from core.workouts.sports import default_catalogue
from tests.support.workout_strategies import WORKOUTS

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)


def _check(**fields: object) -> Workout:
    return check_workout({"type": "Running", "duration": 45, **fields}, now=NOW)


def _problems(**fields: object) -> dict[str, str]:
    with pytest.raises(InvalidWorkoutError) as caught:
        _check(**fields)
    return {problem.field: problem.problem for problem in caught.value.problems}


INSIDE: dict[str, list[float]] = {
    "duration": [1 / 60, 1439.999],
    "distance": [0, 5.2],
    "elevationGain": [0, 20_000],
    "avgHeartRate": [30, 250],
    "maxHeartRate": [30, 250.0],
    "avgPower": [0, 2000],
    "cadence": [0, 300],
    "rpe": [0, 10],
    "weightKg": [20, 400],
    "revision": [1, 1_000_000],
}
OUTSIDE: dict[str, list[float]] = {
    "duration": [0, -1, 1e-9, 0.0166, 1440, 5000],
    "distance": [-0.001, 1000.001],
    "elevationGain": [-1, 20_001],
    "avgHeartRate": [29.9, 250.1],
    "maxHeartRate": [29, 251],
    "avgPower": [-1, 2001],
    "cadence": [-1, 301],
    "rpe": [-0.1, 10.1],
    "weightKg": [19.9, 400.1],
    "revision": [0, 1_000_001, 10**400],
}


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in INSIDE.items() for value in values])
def test_that_the_ends_of_a_range_are_inside(field: str, value: float) -> None:
    assert _check(**{field: value})


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in OUTSIDE.items() for value in values])
def test_that_a_number_out_of_bounds_is_named_with_its_bounds(field: str, value: float) -> None:
    problems = _problems(**{field: value})
    assert list(problems) == [field]
    assert problems[field].startswith(BOUNDS[field].sentence() + ", not ")


def test_that_bounds_are_said_in_plain_words() -> None:
    assert _problems(duration=1440) == {"duration": "must be at least one second and less than 1,440 minutes, not 1440"}
    assert _problems(avgHeartRate=12) == {"avgHeartRate": "must be from 30 to 250 bpm, not 12"}
    assert _problems(rpe=11) == {"rpe": "must be from 0 to 10, not 11"}
    assert _problems(distance=10**5000) == {"distance": "must be from 0 to 1,000 km, not an integer of many digits"}


@pytest.mark.parametrize("field", sorted(INSIDE))
@pytest.mark.parametrize("value", [True, False, "45", "", [], {}, float("nan"), float("inf"), -float("inf")])
def test_that_only_ordinary_numbers_are_numbers(field: str, value: object) -> None:
    problems = _problems(**{field: value})
    assert list(problems) == [field]
    assert "number" in problems[field]


def test_that_a_revision_is_whole() -> None:
    assert _problems(revision=1.5) == {"revision": "must be a whole number, not 1.5"}


def test_that_every_bad_field_is_named_at_once() -> None:
    assert list(_problems(timestamp="x", rpe=11, avgPower=-1, type="")) == ["timestamp", "type", "avgPower", "rpe"]


def test_that_type_and_duration_are_required() -> None:
    with pytest.raises(InvalidWorkoutError, match=r"type: is required; duration: is required"):
        check_workout({"type": None}, now=NOW)


def test_that_null_counts_as_absent() -> None:
    nothing = dict.fromkeys(("id", "userId", "distance", "timestamp", "sets", "revision", "title", "rpe"))
    workout = _check(**nothing, club=None)
    assert (workout.athlete, workout.revision, workout.sets, workout.extra) == ("anonymous", 1, (), {"club": None})
    assert workout.started_at == NOW


@pytest.mark.parametrize("field", ["type", "userId"])
@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("", "must not be empty"),
        (" \t\u2003", "must not be empty"),
        ("x" * 65, "must have at most 64 characters"),
        ("a\x00", "must not hold control characters"),
        ("a\x1fb", "must not hold control characters"),
        ("\u200b\x00\u200b", "must not hold control characters"),
        ("\u200b", "must not be empty"),
        ("\ufeff \u2060\xa0\u202e", "must not be empty"),
        ("\u3164", "must not be empty"),
        ("\u115f\uffa0\u2800\ufe0f", "must not be empty"),
        ("\xad\U000e0041", "must not be empty"),
        ("\u0301", "must not be empty"),
        ("\ud800", "holds half of a surrogate pair, which is not valid text"),
        (7, "must be text, not 7"),
        ([1], "must be text, not a list"),
        ("\u0958" * 60, "must have at most 64 characters"),
    ],
)
def test_that_bad_names_are_refused(field: str, value: object, problem: str) -> None:
    assert _problems(**{field: value}) == {field: problem}


def test_that_names_are_trimmed_and_spelled_one_way() -> None:
    workout = _check(userId=unicodedata.normalize("NFD", "  Zoë  "), type="  trail_RUN ")
    assert (workout.athlete, workout.sport) == ("Zoë", "Running")
    assert _check(type=" Pogo  sticks ").sport == "Pogo sticks"
    assert _check(userId=" " + "x" * 64).athlete == "x" * 64


SAME_NAME = [
    "José Ruiz",
    "José\xa0Ruiz",
    "José  Ruiz",
    "José\t\nRuiz",
    "\ufeffJosé Ruiz",
    "José Ruiz\u200b",
    "\u202eJosé Ruiz\u202c",
    "\u2068José\u2009Ruiz\u2069",
    "Jo\xads\u0065\u0301 Ruiz",
    "José\u3000Ruiz\u2028",
    "Jo\u034fsé Ru\U000e0061iz",
    "José \u2800Ruiz\u3164",
    "José Ruiz\ufe0f",
]


@pytest.mark.parametrize("name", SAME_NAME)
def test_that_names_that_look_the_same_are_one_athlete(name: str) -> None:
    assert _check(userId=name).athlete == "José Ruiz"
    assert _check(type=name).sport == "José Ruiz"
    assert Workout(athlete=name, sport="run", duration_min=45, started_at=NOW).athlete == "José Ruiz"


@pytest.mark.parametrize("name", ["anonymous", "Anonymous", "ANONYMOUS", " anony\u200bmous\xa0", "AnonyMous"])
def test_that_anonymous_is_told_in_any_case(name: str) -> None:
    assert _check(userId=name).anonymous
    assert _check(userId=name).athlete == "anonymous"


@pytest.mark.parametrize("name", ["Ａｎａ", "علی", "李小龍", "O'Neil", "Ana-María", "Ærø", "\u0915\u094d\u0937", "🏃"])
def test_that_other_names_stay_as_they_are(name: str) -> None:
    assert _check(userId=name).athlete == name


def test_that_the_length_of_a_name_is_that_of_what_is_seen() -> None:
    assert _check(userId="\u200b" * 200 + "Ana" + "\xa0" * 200).athlete == "Ana"


@pytest.mark.parametrize(
    "field", ["distance", "elevationGain", "avgPower", "cadence", "rpe", "sets.weight", "sets.seconds", "sets.meters"]
)
def test_that_zero_has_no_sign(field: str) -> None:
    name, _, part = field.partition(".")
    workout = _check(**{name: [{part: -0.0}] if part else -0.0})
    text = dumps_workout(workout).decode()
    assert f'"{part or name}":0.0' in text


@pytest.mark.parametrize(
    ("sport", "distance_km", "minutes", "most_kmh"),
    [
        ("Running", 5, 1 / 60, 75),
        ("run", 75.1, 60, 75),
        ("trail_run", 76, 60, 75),
        ("Walking", 20.1, 60, 20),
        ("Hiking", 26, 60, 25),
        ("Cycling", 151, 60, 150),
        ("Stationary cycling", 151, 60, 150),
        ("Swimming", 12.1, 60, 12),
        ("Rowing", 41, 60, 40),
        ("Elliptical", 61, 60, 60),
        ("Football", 46, 60, 45),
        ("Parkour", 301, 60, 300),
        ("Strength", 301, 60, 300),
    ],
)
def test_that_a_speed_beyond_a_humans_is_refused(
    sport: str, distance_km: float, minutes: float, most_kmh: float
) -> None:
    problem = _problems(type=sport, duration=minutes, distance=distance_km)["distance"]
    assert problem.startswith("comes to ")
    assert problem.endswith(f"at most {most_kmh:g} km/h is possible")
    assert _check(type=sport, duration=60, distance=most_kmh).distance_km == most_kmh


def test_that_a_speed_is_said_in_plain_words() -> None:
    problem = "comes to 75.1 km/h with this duration; for Running at most 75 km/h is possible"
    assert _problems(distance=75.01, duration=60) == {"distance": problem}


def test_that_every_limit_is_well_above_the_band() -> None:
    for sport in default_catalogue().all:
        if sport.band_kmh is not None:
            assert default_catalogue().limits(sport.name).speed_kmh >= 1.5 * sport.band_kmh[1], sport.name


def test_that_titles_have_one_line_and_notes_many() -> None:
    workout = _check(title=" Long\xa0 run\n", notes="One\r\n\tTwo\n\nThree")
    assert (workout.title, workout.notes) == ("Long run", "One\r\n\tTwo\n\nThree")
    assert _check(title="\u202e🏃\u200d♀️ \u200b می\u200cدود").title == "🏃\u200d♀️ می\u200cدود"
    assert _check(title="\u200d\u200b").title == ""
    assert _problems(title="a\x00b", notes="a\x00b") == dict.fromkeys(
        ("title", "notes"), "must not hold control characters"
    )
    assert _problems(title="x" * 256, notes="x" * 2001) == {
        "title": "must have at most 255 characters",
        "notes": "must have at most 2,000 characters",
    }


def test_that_ids_are_uuids() -> None:
    text = "3F2B8C1E-5D47-4A90-9C55-0D6F1E2A7B34"
    assert _check(id=text).id == UUID(text)
    assert _check(id=text).workout_id == text.lower()
    assert _check(id=UUID(text)).id == UUID(text)
    assert _check().id != _check().id
    assert "a UUID like" in _problems(id="workout 7")["id"]
    assert "a UUID like" in _problems(id=7)["id"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-12-10T10:00:00Z", datetime(2025, 12, 10, 10, tzinfo=UTC)),
        ("2025-12-10t10:00:00z", datetime(2025, 12, 10, 10, tzinfo=UTC)),
        ("2025-12-10T10:00:00.250+05:30", datetime(2025, 12, 10, 4, 30, 0, 250_000, tzinfo=UTC)),
        ("2000-01-01T00:00:00Z", datetime(2000, 1, 1, tzinfo=UTC)),
        ("2026-01-05T12:05:00Z", NOW + timedelta(minutes=5)),
    ],
)
def test_that_starts_are_read(text: str, expected: datetime) -> None:
    assert _check(timestamp=text).started_at == expected


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("2025-12-10T10:00:00Z", 0),
        ("2025-12-10T10:00:00+00:00", 0),
        ("2025-12-10T10:00:00-00:00", 0),
        ("2025-12-10T10:00:00-08:00", -480),
        ("2025-12-10T10:00:00+0545", 345),
        ("2025-12-10T10:00:00-0930", -570),
        ("2025-12-10T10:00:00+14:00", 840),
        ("2025-12-10T10:00:00-12", -720),
    ],
)
def test_that_the_offset_of_a_start_is_kept(text: str, minutes: int) -> None:
    workout = _check(timestamp=text)
    assert workout.utc_offset_min == minutes
    assert (workout.started_at.hour, workout.started_at.utcoffset()) == (10, timedelta(minutes=minutes))


@pytest.mark.parametrize(("month", "minutes"), [(1, 60), (7, 120)])
def test_that_the_rules_of_a_zone_become_the_offset_of_that_day(month: int, minutes: int) -> None:
    start = datetime(2025, month, 10, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    workout = _check(timestamp=start)
    assert workout.utc_offset_min == minutes
    assert workout.started_at == start


def test_that_of_an_hour_that_clocks_show_twice_the_one_meant_is_kept() -> None:
    twice = datetime(2025, 10, 26, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    assert [_check(timestamp=twice.replace(fold=fold)).utc_offset_min for fold in (0, 1)] == [120, 60]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2025-12-10T10:00:00", "time zone"),
        ("2025-12-10", "time zone"),
        (datetime(2025, 12, 10), "time zone"),  # the naive one is the point
        ("1999-12-31T23:59:59Z", "before the year 2000"),
        ("0001-01-01T00:00:00+14:00", "before the year 2000"),
        ("2026-01-05T12:05:01Z", "5 minutes ahead"),
        ("9999-12-31T23:59:59-12:00", "after the year 9999"),
        ("2025-12-10T10:00:00+14:15", "from -12:00 to +14:00"),
        ("2025-12-10T10:00:00-12:01", "from -12:00 to +14:00"),
        ("2025-12-10T10:00:00+23:59", "from -12:00 to +14:00"),
        ("2025-12-10T10:00:00+05:30:15", "whole minutes"),
        ("2025-12-10T10:00:00+24:00", "a date and time like"),
        ("9999-12-31T23:59:59Z", "5 minutes ahead"),
        ("yesterday", "a date and time like"),
        ("2025-02-30T10:00:00Z", "a date and time like"),
        (1_765_360_800, "must be text like"),
    ],
)
def test_that_bad_starts_are_refused(value: object, words: str) -> None:
    problems = _problems(timestamp=value)
    assert list(problems) == ["timestamp"]
    assert words in problems["timestamp"]


def test_that_a_missing_start_is_the_default_or_now() -> None:
    earlier = NOW - timedelta(hours=1)
    fields = {"type": "run", "duration": 45}
    assert check_workout(fields, now=NOW, default_start=earlier).started_at == earlier
    assert check_workout(fields, now=NOW).started_at == NOW


def test_that_a_start_may_be_a_datetime_of_any_zone() -> None:
    start = datetime(2025, 12, 10, 12, tzinfo=timezone(timedelta(hours=2)))
    assert _check(timestamp=start).started_at == datetime(2025, 12, 10, 10, tzinfo=UTC)


def test_that_swims_have_their_own_longest_distance() -> None:
    assert _check(type="swim", duration=1000, distance=100).distance_km == 100
    assert _problems(type="swim", duration=1000, distance=100.1) == {"distance": "must be at most 100 km for Swimming"}
    assert _check(type="run", duration=1439, distance=1000)
    assert _check(type="Parkour", distance=101)
    assert list(_problems(type="", distance=101)) == ["type"]


def test_that_the_highest_heart_rate_is_not_below_the_average() -> None:
    assert _check(avgHeartRate=150, maxHeartRate=150)
    assert _check(maxHeartRate=150)
    assert _problems(avgHeartRate=150, maxHeartRate=149) == {"maxHeartRate": "must not be below the average of 150 bpm"}


def test_that_sets_are_checked_one_by_one() -> None:
    sets = [{"reps": 5, "weight": 100}, {"reps": None, "seconds": 60, "meters": 400}]
    first, second = _check(type="gym", sets=sets).sets
    assert (first.reps, first.weight_kg, second.duration_s, second.distance_m) == (5, 100, 60, 400)
    assert _problems(sets=[{}, {"reps": -1}, {"weight": 10_000}, {"seconds": "9"}, {"reps": 1.5}, 3]) == {
        "sets.1.reps": "must be from 0 to 9,999, not -1",
        "sets.2.weight": "must be from 0 to 9,999 kg, not 10000",
        "sets.3.seconds": "must be a number, not '9'",
        "sets.4.reps": "must be a whole number, not 1.5",
        "sets.5": "must be an object, not 3",
    }
    assert _problems(sets={"reps": 1}) == {"sets": "must be a list, not an object"}
    assert _problems(sets=[{}] * 501) == {"sets": "must have at most 500 entries"}


def _deep(levels: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(levels - 1):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (float("nan"), "NaN or infinity"),
        ([{"a": float("inf")}], "NaN or infinity"),
        (2**64, "more than 64 bits"),
        (-(2**63) - 1, "more than 64 bits"),
        ("\ud800", "surrogate"),
        ({"\ud800": 1}, "surrogate"),
        ({1: 1}, "a name that is not text"),
        (object(), "JSON cannot carry"),
        (_deep(32), "nested deeper than 32 levels"),
        (_deep(5000), "nested deeper than 32 levels"),
    ],
)
def test_that_unknown_fields_must_survive_the_trip(value: object, words: str) -> None:
    assert words in _problems(club=value)["extra"]
    assert words in next(iter(_problems(sets=[{"club": value}]).values()))


def test_that_unknown_fields_may_be_as_deep_as_a_body() -> None:
    assert _check(club=_deep(31)).extra == {"club": _deep(31)}
    assert _check(deep={"a": {"b": 1}}).extra == {"deep": {"a": {"b": 1}}}


def test_that_known_fields_cannot_hide_among_the_unknown() -> None:
    with pytest.raises(ValidationError, match="'duration' is a field of its own"):
        Workout(sport="run", duration_min=45, started_at=NOW, extra={"type": "walk", "duration": 7})
    with pytest.raises(ValidationError, match="mapping"):
        Workout.model_validate({"sport": "run", "duration_min": 45, "started_at": NOW, "extra": 7})


def test_that_the_callers_fields_are_left_alone() -> None:
    fields = {"type": "run", "duration": 45, "club": "x", "rpe": None}
    before = dict(fields)
    check_workout(fields, now=NOW)
    assert fields == before


def test_that_an_error_never_holds_a_long_value() -> None:
    assert len(_problems(timestamp="é" * 5000)["timestamp"]) < 120
    assert len(_problems(rpe="x" * 5000)["rpe"]) < 80


def test_that_quantised_figures_are_whole_numbers() -> None:
    workout = Workout(sport="run", duration_min=45.1, started_at=NOW, distance_km=5.2)
    assert (workout.duration_ms, workout.distance_mm) == (2_706_000, 5_200_000)
    assert Workout(sport="run", duration_min=1, started_at=NOW).distance_mm == 0
    # As products of binary fractions these two are a little less.
    nearly = Workout(sport="run", duration_min=2.01, started_at=NOW, distance_km=1.001)
    assert (nearly.duration_ms, nearly.distance_mm) == (120_600, 1_001_000)


def test_that_a_workout_is_hashable_and_knows_who_is_anonymous() -> None:
    one = Workout(id=uuid4(), sport="run", duration_min=45, started_at=NOW, extra={"a": [1]})
    assert one in {one}
    assert one.anonymous
    assert not _check(userId="Ana").anonymous


def test_that_a_set_may_have_unknown_fields_by_any_name() -> None:
    entry = WorkoutSet.model_validate({"weight_kg": 5, "weight": 6}, by_alias=True, by_name=False)
    assert entry.weight_kg == 6
    assert entry.model_extra == {"weight_kg": 5}
    (sent,) = _check(sets=[{"weight_kg": 5}]).sets
    assert (sent.weight_kg, sent.model_extra) == (None, {"weight_kg": 5})


@settings(max_examples=30)
@given(WORKOUTS)
def test_that_a_valid_workout_stays_as_it_is(workout: Workout) -> None:
    assert Workout.model_validate(dict(workout.__dict__)) == workout


def nested(levels: int) -> object:
    value: object = 1
    for _ in range(levels):
        value = [value]
    return value


def test_that_unknown_fields_of_a_set_are_as_deep_as_a_body_allows() -> None:
    (kept,) = _check(sets=[{"x": nested(29)}]).sets  # body, list and set are three levels
    assert kept.model_extra == {"x": nested(29)}
    assert list(_problems(sets=[{"x": nested(30)}])) == ["sets.0"]


def test_that_a_set_and_a_workout_cannot_be_changed() -> None:
    workout = _check(sets=[{"reps": 5}])
    with pytest.raises(ValidationError, match="frozen"):
        workout.sets[0].reps = 6  # type: ignore[misc]  # what is tried here
    with pytest.raises(ValidationError, match="frozen"):
        workout.duration_min = 6  # type: ignore[misc]


def test_that_the_program_itself_cannot_misspell_a_field() -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        Workout.model_validate({"sport": "Running", "duration_min": 45, "started_at": NOW, "distance_miles": 5})


def test_that_our_own_names_are_unknown_fields_of_a_body() -> None:
    assert _check(duration_min=7).extra == {"duration_min": 7}
    assert _check(duration_min=7).duration_min == 45


@pytest.mark.parametrize(("ahead_s", "accepted"), [(300, True), (301, False)])
def test_that_a_start_may_be_five_minutes_ahead(ahead_s: int, accepted: bool) -> None:
    start = (NOW + timedelta(seconds=ahead_s)).isoformat()
    if accepted:
        assert _check(timestamp=start).started_at == NOW + timedelta(seconds=ahead_s)
    else:
        assert _problems(timestamp=start) == {"timestamp": "must not be more than 5 minutes ahead of now"}


def test_that_the_local_day_and_hour_come_from_the_offset() -> None:
    assert _check(timestamp="2025-12-10T10:00:00-08:00").utc_offset_min == -480
    assert _check(timestamp="2025-12-10T10:00:00Z").utc_offset_min == 0
    assert _check(timestamp="2025-12-10T10:00:00+05:45").utc_offset_min == 345


def test_that_a_start_in_a_zone_without_an_offset_is_in_utc() -> None:
    london = datetime(2025, 12, 10, 10, 0, fold=1, tzinfo=ZoneInfo("Europe/London"))
    started_at = Workout(sport="run", duration_min=45, started_at=london).started_at
    assert (started_at, started_at.tzinfo, started_at.fold) == (datetime(2025, 12, 10, 10, 0, tzinfo=UTC), UTC, 0)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("field", ["weight_kg", "duration_s", "distance_m"])
def test_that_a_part_of_a_set_is_an_ordinary_number(field: str, value: float) -> None:
    with pytest.raises(ValidationError, match="finite"):
        WorkoutSet.model_validate({field: value})


def test_that_a_part_of_a_set_is_no_text_and_has_two_names() -> None:
    with pytest.raises(ValidationError, match="integer"):
        WorkoutSet.model_validate({"reps": "5"})
    assert WorkoutSet.model_validate({"weight": 40.0}) == WorkoutSet.model_validate({"weight_kg": 40.0})


def test_that_a_field_of_a_workout_has_two_names() -> None:
    named = {"sport": "run", "duration_min": 45, "started_at": datetime(2025, 12, 10, tzinfo=UTC), "id": uuid4()}
    of_body = {"type": "run", "duration": 45, "timestamp": datetime(2025, 12, 10, tzinfo=UTC), "id": named["id"]}
    assert Workout.model_validate(named) == Workout.model_validate(of_body)


def test_that_the_fields_of_a_body_are_listed() -> None:
    assert "extra" not in BODY_FIELDS
    assert SET_ATTRIBUTE_BY_BODY_FIELD == {
        "reps": "reps",
        "weight": "weight_kg",
        "seconds": "duration_s",
        "meters": "distance_m",
    }
