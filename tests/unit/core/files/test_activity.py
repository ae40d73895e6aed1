from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest

from core.files.activity import Activity, canonical_sport, computed, found_activity
from core.files.options import ReadingOptions
from core.files.track import Point, Track

START = datetime(2025, 7, 1, 10, tzinfo=UTC)
BERLIN = ReadingOptions(zone=ZoneInfo("Europe/Berlin"), athlete="Ana")


def track() -> Track:
    one = Track()
    for second in (0, 10, 20):
        one.add(Point(START + timedelta(seconds=second), 50, 8 + second / 10_000, 100 + second, 120, 200, 80))
    return one


def body(activity: Activity, options: ReadingOptions = BERLIN) -> dict[str, Any]:
    found = found_activity(1, activity, b"x", options)
    assert found.problem == ""
    return dict(orjson.loads(found.body))


def test_that_totals_of_the_file_come_before_those_of_the_track() -> None:
    own = Activity(track(), "biking", START, 1800, 5000, 40, 150, 170, 210, 90, "Loop")
    assert body(own) == {
        "type": "Cycling",
        "timestamp": "2025-07-01T12:00:00+02:00",
        "duration": 30,
        "distance": 5,
        "elevationGain": 40,
        "avgHeartRate": 150,
        "maxHeartRate": 170,
        "avgPower": 210,
        "cadence": 90,
        "title": "Loop",
        "userId": "Ana",
    }
    assert computed(own) == ()


def test_that_what_the_file_does_not_say_is_computed_and_named() -> None:
    assert body(Activity(track(), "running"), ReadingOptions(zone=UTC)) == {
        "type": "Running",
        "timestamp": "2025-07-01T10:00:00+00:00",
        "duration": 0.3333,
        "distance": 0.1429,
        "elevationGain": 20,
        "avgHeartRate": 120,
        "maxHeartRate": 120,
        "avgPower": 200,
        "cadence": 160,
    }
    names = ("duration", "distance", "ascent", "heart rate", "power", "cadence")
    assert computed(Activity(track())) == names


def test_that_no_sensor_is_no_value() -> None:
    empty = Activity(Track(), "running", START, 60, 0, None, 0, 0, 0, 0)
    assert set(body(empty)) == {"type", "timestamp", "duration", "userId"}


def test_that_the_highest_heart_rate_is_not_below_the_average() -> None:
    found = body(Activity(Track(), "running", START, 60, heart_rate_bpm=150, max_heart_rate_bpm=140))
    assert (found["avgHeartRate"], "maxHeartRate" in found) == (150, False)


def test_that_the_clock_of_the_watch_is_kept() -> None:
    there = START.astimezone(timezone(timedelta(hours=-7)))
    assert body(Activity(Track(), "running", there, 60))["timestamp"] == "2025-07-01T03:00:00-07:00"
    edge = datetime(1, 1, 1, tzinfo=UTC)
    assert body(Activity(Track(), "running", edge, 60))["timestamp"].startswith("0001-01-01")


def test_that_what_is_missing_is_named() -> None:
    problem = found_activity(3, Activity(Track()), b"x", ReadingOptions()).problem
    assert "type: the file does not say the sport" in problem
    assert "timestamp: the file has no times" in problem
    assert "duration: the file has no times" in problem
    assert body(Activity(Track(), "", START, 60), ReadingOptions(zone=UTC, sport="rowing"))["type"] == "Rowing"


def test_that_an_activity_is_known_by_its_file_its_number_and_its_athlete() -> None:
    def own_id(number: int = 1, digest: bytes = b"x", athlete: str = "Ana", sport: str = "running") -> object:
        activity = Activity(Track(), sport, START, 60)
        return found_activity(number, activity, digest, ReadingOptions(athlete=athlete)).own_id

    assert own_id() == own_id(sport="rowing")
    assert len({own_id(), own_id(2), own_id(digest=b"y"), own_id(athlete="Bo")}) == 4


@pytest.mark.parametrize(
    ("text", "sport"),
    [("lap_swimming", "Swimming"), ("Biking", "Cycling"), ("gondola_riding", "Gondola riding"), ("7", ""), (" ", "")],
)
def test_that_sports_are_those_of_the_catalogue(text: str, sport: str) -> None:
    assert canonical_sport(text) == sport
