from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import gpxpy.gpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.files.track import ASCENT_THRESHOLD_M, Point, Track, haversine_m

START = datetime(2025, 12, 1, 10, tzinfo=UTC)


def at(second: float, **rest: float | None) -> Point:
    return Point(START + timedelta(seconds=second), **rest)


def track_of(*points: Point) -> Track:
    track = Track()
    for point in points:
        track.add(point)
    return track


@pytest.mark.parametrize(
    ("one", "other", "metres"),
    [
        ((0, 0), (0, 0), 0),
        ((0, 0), (0, 1), 111_195),  # a degree of the equator of a sphere of this radius
        ((52.5200, 13.4050), (48.1374, 11.5755), 504_200),  # Berlin to Munich
        ((0, 0), (0, 180), 20_015_115),
    ],
)
def test_that_distances_are_those_of_the_great_circle(
    one: tuple[float, float], other: tuple[float, float], metres: float
) -> None:
    assert haversine_m(one, other) == pytest.approx(metres, rel=0.001)


PLACE = st.tuples(st.floats(-60, 60), st.floats(-170, 170))


@given(st.lists(PLACE, min_size=2, max_size=20))
def test_that_a_distance_is_that_of_another_program(places: list[tuple[float, float]]) -> None:
    """gpxpy measures on the same sphere, with a radius that is 0.11 % larger."""
    track = track_of(*(Point(latitude=latitude, longitude=longitude) for latitude, longitude in places))
    theirs = sum(gpxpy.geo.haversine_distance(*one, *other) for one, other in pairwise(places))
    assert track.distance_m == pytest.approx(theirs, rel=0.002, abs=0.01)


def test_that_the_count_of_the_file_comes_before_the_great_circle() -> None:
    track = track_of(
        at(0, latitude=0, longitude=0, distance_m=100),
        at(1, latitude=0, longitude=1, distance_m=103),
        at(2, distance_m=90),
    )
    assert track.distance_m == 3
    assert track.has_distance


def test_that_a_track_without_places_has_no_distance() -> None:
    track = track_of(
        at(0), at(60), Point(latitude=1), Point(latitude=91, longitude=0), Point(latitude=1, longitude=181)
    )
    assert (track.has_distance, track.distance_m, track.time_s) == (False, 0, 60)


def test_that_pauses_and_stops_are_no_time() -> None:
    track = track_of(at(0, latitude=0, longitude=0), at(5, latitude=0, longitude=0))
    track.add(at(65, latitude=0, longitude=0.0001))  # 11 m in a minute
    track.gap()
    track.add(at(600, latitude=1, longitude=1))
    track.add(at(620, latitude=1, longitude=1.001))
    track.add(at(610, latitude=1, longitude=1.001))
    assert track.time_s == 25
    assert track.first == START
    assert track.distance_m == pytest.approx(11.1 + 111.2, abs=0.3)


@pytest.mark.parametrize(
    ("heights", "metres"),
    [
        ([], 0),
        ([100, 102.9, 100, 102.9, 100], 0),
        ([100, 103], 3),
        ([100, 101, 102, 103, 104, 110, 100, 110], 20),
        ([100, 90, 95], 5),
        ([100, float("nan"), float("inf"), 105], 5),
    ],
)
def test_that_only_rises_over_the_threshold_are_ascent(heights: list[float], metres: float) -> None:
    track = track_of(*(Point(height_m=height) for height in heights))
    assert track.ascent_m == pytest.approx(metres, abs=ASCENT_THRESHOLD_M / 2)
    assert track.has_height == bool(heights)


def test_that_means_leave_out_what_no_sensor_says() -> None:
    track = track_of(
        Point(heart_rate_bpm=0, power_w=0, cadence_rpm=0),
        Point(heart_rate_bpm=120, power_w=200, cadence_rpm=80),
        Point(heart_rate_bpm=140, cadence_rpm=float("inf")),
    )
    assert (track.heart_rate.value, track.heart_rate.highest) == (130, 140)
    assert (track.power.value, track.cadence.value) == (100, 80)
    assert Track().power.value is None
