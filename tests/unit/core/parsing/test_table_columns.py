"""What the columns of a table mean."""

from __future__ import annotations

import pytest

from core.errors import SettingError
from core.parsing.column_names import ASK, Meaning, default_column_names
from core.parsing.table_columns import (
    ColumnChoice,
    Source,
    TablePlan,
    guess_columns,
    known_columns,
    plan_chosen,
    plan_table,
)
from core.workouts.model import BODY_FIELDS

NAMES = default_column_names()


def plan(header: str, *, keep_unknown: bool = False) -> TablePlan:
    return plan_table(header.split(","), NAMES, keep_unknown=keep_unknown)


def refusal(header: str) -> str:
    with pytest.raises(SettingError) as caught:
        plan(header)
    return str(caught.value)


@pytest.mark.parametrize(
    ("header", "field", "unit"),
    [
        ("Timestamp", "timestamp", None),
        ("TIMESTAMP", "timestamp", None),
        ("Start Time", "timestamp", None),
        ("start_time", "timestamp", None),
        ("StartTime", "timestamp", None),
        ("Sport", "type", None),
        ("Dauer", "duration", None),
        ("Dauer\n[min]", "duration", "min"),
        ("Dauer (Min.)", "duration", "min"),
        ("Duration (seconds)", "duration", "s"),
        ("duration_min", "duration", "min"),
        ("Duration in hours", "duration", "h"),
        ("Dauer (hh:mm)", "duration", "h:mm"),
        ("Duration (days)", "duration", "d"),
        ("Durée", "duration", None),
        ("DUREE", "duration", None),
        ("Duración (min)", "duration", "min"),
        ("Elapsed Time", "duration", ASK),
        ("Elapsed Time (s)", "duration", "s"),
        ("Distanz", "distance", None),
        ("Distance (mi)", "distance", "mi"),
        ("distanceKm", "distance", "km"),
        ("Distancia [m]", "distance", "m"),
        ("Athlet", "userId", None),
        ("user_id", "userId", None),
        ("Athlète", "userId", None),
        ("Atleta", "userId", None),
        ("Datum", "date", None),
        ("Fecha", "date", None),
        ("Uhrzeit", "time", None),
        ("Zeit (s)", "duration", "s"),
        ("Time (hh:mm)", "time", "h:mm"),
        ("Date (UTC)", "date", "utc"),
        ("Höhenmeter", "elevationGain", None),
        ("Elevation Gain (ft)", "elevationGain", "ft"),
        ("Avg HR", "avgHeartRate", None),
        ("Ø Herzfrequenz (bpm)", "avgHeartRate", "bpm"),
        ("Gewicht (lb)", "weightKg", "lb"),
        ("D+", "elevationGain", None),
        ("Minutes", "duration", "min"),
        ("Min.", "duration", "min"),
        ("Stunden", "duration", "h"),
        ("km", "distance", "km"),
        ("Miles", "distance", "mi"),
    ],
)
def test_that_names_match_in_any_case_and_by_their_synonyms(header: str, field: str, unit: str | None) -> None:
    assert NAMES.meaning(header) == Meaning(field, unit)


def test_that_our_own_names_mean_themselves() -> None:
    assert {name: NAMES.meaning(name) for name in BODY_FIELDS} == {name: Meaning(name) for name in BODY_FIELDS}


@pytest.mark.parametrize(
    "header", ["club", "date_created", "Kalorien", "", "s", "mi", "d", "days", "kg", "Distance (parsec)", "Date (km)"]
)
def test_that_other_names_mean_nothing(header: str) -> None:
    assert NAMES.meaning(header) is None


def test_that_units_are_known_by_themselves() -> None:
    assert NAMES.unit_of("duration", "Seconds") == "s"
    assert NAMES.unit_of("duration", "mi") is None


def test_that_an_unknown_column_is_refused_by_name_with_the_nearest_one() -> None:
    assert refusal("type,duration,Distanze") == (
        "This column means nothing here: 'Distanze' (is it 'distanz', that is distance?). "
        "Rename, take out, or give --keep-unknown."
    )
    many = refusal("type,duration,q1,q2,q3,q4,q5,q6,q7")
    assert many.startswith("These columns mean nothing here: 'q1', 'q2', 'q3', 'q4', 'q5' and 2 more.")


def test_that_a_unit_is_the_user_s_else_that_of_the_column() -> None:
    headers = ["type", "duration (min)", "Distance (mi)"]
    found = plan_table(headers, NAMES, keep_unknown=False, units={"duration": "s"})
    assert [found.unit_of_field(name) for name in ("duration", "distance", "type", "title")] == ["s", "mi", None, None]


def test_that_columns_without_a_name_are_no_doubles() -> None:
    assert plan("type,duration,,").no_name == (2, 3)
    assert "the column 'duration' more than once" in refusal("type,duration,type,duration")


def test_that_a_long_name_with_a_known_word_in_it_is_like_none() -> None:
    assert NAMES.nearest("Distance of the last lap") == ("", "")


def test_that_unknown_columns_can_be_kept() -> None:
    kept = plan("type,duration,club,", keep_unknown=True)
    assert [source.header for source in kept.kept] == ["club"]
    assert kept.no_name == (3,)
    assert kept.left_out == ()


def test_that_a_missing_column_is_named_and_what_may_be_meant_by_another() -> None:
    sentence = refusal("type,Durration")
    assert "missing: duration" in sentence
    assert "'Durration' (is it 'duration'?)" in sentence
    assert "missing: type, duration" in refusal("userId,distance")


def test_that_two_columns_of_one_meaning_are_refused() -> None:
    assert "'Duration' and 'Dauer' both mean duration" in refusal("type,Duration,Dauer")
    assert "the column 'type' more than once" in refusal("type,type,duration")


def test_that_time_is_a_duration_only_where_nothing_else_is() -> None:
    assert plan("Sport,Date,Time").sources["duration"][0].header == "Time"
    assert plan("Sport,Date,Time,Duration").sources["time"][0].header == "Time"
    assert plan("Sport,Date,Time,End").sources["duration"][0].header == "Time"
    assert plan("Sport,Start,End").sources["end"][0].header == "End"
    assert "time of the day, and no column says the date" in refusal("Sport,Time,Duration")
    assert "time" in plan("Sport,Start Time,Date,Time,End").sources
    assert "missing: duration" in refusal("Sport,End")


def test_that_exports_are_known_by_their_columns() -> None:
    strava = plan(
        "Activity ID,Activity Date,Activity Name,Activity Type,Elapsed Time,Distance,Moving Time,Distance,Gear"
    )
    assert strava.export is not None
    assert (strava.export.name, strava.export.zone) == ("Strava", "UTC")
    assert [(s.column, s.unit) for s in strava.sources["duration"]] == [(6, "s"), (4, "s")]
    assert [(s.column, s.unit) for s in strava.sources["distance"]] == [(7, "m"), (5, "km")]
    assert strava.left_out == ("Activity ID", "Gear")
    garmin = plan("Activity Type,Date,Favorite,Title,Distance,Calories,Time,Avg HR,Max HR,Moving Time,Elapsed Time")
    assert garmin.export is not None
    assert garmin.export.name == "Garmin Connect"
    assert [s.header for s in garmin.sources["duration"]] == ["Time"]
    assert plan("Activity Type,Date,Time,Duration").export is None
    hevy = plan("title,start_time,end_time,description")
    assert hevy.export is not None
    assert hevy.export.sport == "Strength"
    several = plan("Date,Workout Name,Duration,Notes,Workout Notes")
    assert [s.header for s in several.sources["notes"]] == ["Notes", "Workout Notes"]


HEVY = "title,start_time,end_time,description,exercise_title,superset_id,exercise_notes,set_index,set_type,weight_kg"
HEVY += ",reps,distance_km,duration_seconds,rpe"
STRONG = "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE"


def test_that_the_rows_of_a_table_of_sets_are_sets() -> None:
    hevy = plan(HEVY)
    assert {part: [(s.header, s.unit) for s in columns] for part, columns in hevy.sets.items()} == {
        "exercise": [("exercise_title", "")],
        "reps": [("reps", "")],
        "weight": [("weight_kg", "kg")],
        "meters": [("distance_km", "km")],
        "seconds": [("duration_seconds", "s")],
        "rpe": [("rpe", "")],
        "note": [("exercise_notes", "")],
        "kind": [("set_type", "")],
        "superset": [("superset_id", "")],
    }
    assert set(hevy.sources) == {"title", "timestamp", "end", "notes"}
    assert hevy.left_out == ("set_index",)
    strong = plan(STRONG)
    assert {name: [s.header for s in columns] for name, columns in strong.sources.items()} == {
        "date": ["Date"],
        "title": ["Workout Name"],
        "duration": ["Duration"],
        "notes": ["Workout Notes"],
    }
    assert [s.header for s in strong.sets["note"]] == ["Notes"]


# --- choices ---------------------------------------------------------------------------------------------------------


def choices(header: str) -> dict[str, tuple[str, str | None]]:
    headers = header.split(",")
    return {
        name: (choice.field, choice.unit) for name, choice in zip(headers, guess_columns(headers, NAMES), strict=True)
    }


def test_that_columns_are_guessed_without_a_refusal() -> None:
    assert choices("Sport,Dauer [min],Weather,Distance (mi),Strecke") == {
        "Sport": ("type", None),
        "Dauer [min]": ("duration", "min"),
        "Weather": ("", None),
        "Distance (mi)": ("distance", "mi"),
        "Strecke": ("", None),
    }
    assert choices("Sport,Date,Time")["Time"] == ("duration", None)
    assert choices("Sport,Date,Time,Duration")["Time"] == ("time", None)
    assert choices("Sport,Time,Duration")["Time"] == ("time", None)
    assert choices("Sport,Start,Time,End")["Time"] == ("time", None)
    assert choices(HEVY)["weight_kg"] == ("sets.weight", "kg")


@pytest.mark.parametrize(
    "header",
    [
        "Activity Date,Activity Name,Activity Type,Elapsed Time,Distance,Moving Time,Distance,Gear",
        "Activity Type,Date,Title,Distance,Time,Avg HR",
        HEVY,
        STRONG,
    ],
)
def test_that_what_is_guessed_is_read_as_without_choices(header: str) -> None:
    headers = header.split(",")
    chosen, found = plan_chosen(headers, guess_columns(headers, NAMES), NAMES), plan(header)
    assert {name: columns for name, columns in found.sources.items() if columns} == chosen.sources
    assert (chosen.sets, chosen.left_out, chosen.export) == (found.sets, found.left_out, found.export)


def test_that_choices_overrule_names() -> None:
    mine = [ColumnChoice("title"), ColumnChoice("duration", "s"), ColumnChoice("type"), ColumnChoice()]
    chosen = plan_chosen(["Sport", "Duration", "Kind", ""], mine, NAMES)
    assert {name: [(s.column, s.unit) for s in columns] for name, columns in chosen.sources.items()} == {
        "title": [(0, None)],
        "duration": [(1, "s")],
        "type": [(2, None)],
    }
    assert chosen.no_name == (3,)


def test_that_choices_without_what_a_workout_needs_are_refused() -> None:
    with pytest.raises(SettingError, match="No column is chosen for: type, duration"):
        plan_chosen(["a"], [ColumnChoice("title")], NAMES)
    with pytest.raises(SettingError, match="time of the day, and none for the date"):
        plan_chosen(list("abc"), [ColumnChoice("type"), ColumnChoice("duration"), ColumnChoice("time")], NAMES)
    three = [ColumnChoice(name) for name in ("type", "date", "duration", "time")]
    assert plan_chosen(list("abcd"), three, NAMES).sources["time"] == (Source(3, "d"),)


def test_that_the_right_delimiter_gives_the_most_columns() -> None:
    assert known_columns(["type", "duration", "x"], NAMES) == 2
    assert known_columns(["type;duration;x"], NAMES) == 0


@pytest.mark.parametrize("header", ["Distance in", "Duration in", "Time in"])
def test_that_a_unit_that_is_missing_is_none(header: str) -> None:
    assert NAMES.meaning(header) is None


def test_that_a_time_beside_a_start_without_an_end_is_the_duration() -> None:
    assert [source.header for source in plan("type,start,time").sources["duration"]] == ["time"]


@pytest.mark.parametrize(("more", "words"), [(0, ""), (1, " and 1 more")])
def test_that_unknown_columns_are_named_up_to_a_number(more: int, words: str) -> None:
    unknown = [f"zq{number}" for number in range(5 + more)]
    with pytest.raises(SettingError) as caught:
        plan(",".join(["type", "duration", *unknown]))
    assert f"'zq4'{words}. " in str(caught.value)


def test_that_the_number_of_a_workout_is_not_its_sport() -> None:
    assert "type" not in plan("Date,Workout Name,Duration,Exercise Name,Set Order,Reps,Workout #").sources


def test_that_a_start_alone_is_no_duration() -> None:
    assert "missing: duration" in refusal("type,timestamp")
    assert "missing: duration" in refusal("type,date")


def test_that_what_no_column_is_chosen_for_is_named() -> None:
    strava = ["Activity Date", "Activity Type", "Elapsed Time"]
    without_sport = [ColumnChoice("timestamp"), ColumnChoice(), ColumnChoice("duration", "s")]
    with pytest.raises(SettingError, match="No column is chosen for: type"):
        plan_chosen(strava, without_sport, NAMES)
    for start in ("timestamp", "date"):
        found = plan_chosen(["a", "b", "c"], [ColumnChoice("type"), ColumnChoice(start), ColumnChoice("end")], NAMES)
        assert set(found.sources) == {"type", start, "end"}
