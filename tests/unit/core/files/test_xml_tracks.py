from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest

from core.errors import SettingError
from core.files import xml_tracks
from core.files.activity import Activity
from core.files.xml_tracks import moment, number, one_line, read_tracks
from tests.support.activity_files import gpx, tcx, trkpt

START = datetime(2025, 12, 1, 10, tzinfo=UTC)
HEART = "<extensions><tp:TrackPointExtension><tp:hr>{}</tp:hr><tp:cad>{}</tp:cad></tp:TrackPointExtension></extensions>"


def activities(content: bytes) -> list[Activity]:
    found: list[Activity] = []
    read_tracks(io.BytesIO(content), found.append)
    return found


def test_that_a_gpx_track_is_an_activity() -> None:
    points = "".join(
        trkpt(50, 8 + n / 1000, n * 20, f"<ele>{100 + n * 5}</ele>{HEART.format(120 + n, 80)}<power>200</power>")
        for n in range(4)
    )
    (found,) = activities(gpx(points, trkpt(51, 9, 600) + trkpt(51, 9.001, 620)))
    track = found.track
    assert (found.title, found.sport, track.first, track.points) == ("Evening", "running", START, 6)
    assert track.distance_m == pytest.approx(71.5 * 3 + 70, abs=1)
    assert (track.time_s, track.ascent_m) == (80, 15)
    assert (track.heart_rate.value, track.heart_rate.highest) == (121.5, 123)
    assert (track.cadence.value, track.power.value) == (80, 200)


def test_that_a_track_of_strava_has_its_number_as_a_sport() -> None:
    assert activities(gpx(trkpt(1, 1), sport="9"))[0].sport == "Running"
    assert activities(gpx(trkpt(1, 1), sport=""))[0].sport == ""


def test_that_points_outside_a_track_are_none() -> None:
    content = b"<gpx><rte><rtept lat='1' lon='1'/></rte><trkseg><trkpt lat='x'><x>1</x></trkpt></trkseg></gpx>"
    assert activities(content) == []


LAP = (
    "<Lap StartTime='2025-12-01T10:{}:00Z'><TotalTimeSeconds>{}</TotalTimeSeconds><DistanceMeters>1000</DistanceMeters>"
    "<AverageHeartRateBpm><Value>{}</Value></AverageHeartRateBpm>"
    "<MaximumHeartRateBpm><Value>{}</Value></MaximumHeartRateBpm>"
    "<Track><Trackpoint><Time>2025-12-01T10:00:00Z</Time><Position><LatitudeDegrees>50</LatitudeDegrees>"
    "<LongitudeDegrees>8</LongitudeDegrees></Position><AltitudeMeters>100</AltitudeMeters>"
    "<DistanceMeters>0</DistanceMeters><HeartRateBpm><Value>130</Value></HeartRateBpm><Cadence>85</Cadence>"
    "<Extensions><TPX><Watts>210</Watts><Other>1</Other></TPX></Extensions></Trackpoint>"
    "<Trackpoint><Time>2025-12-01T10:00:10Z</Time><AltitudeMeters>110</AltitudeMeters>"
    "<DistanceMeters>40</DistanceMeters></Trackpoint></Track>"
    "<Extensions><LX><AvgRunCadence>86</AvgRunCadence><AvgWatts>{}</AvgWatts></LX></Extensions></Lap>"
)


def test_that_laps_of_tcx_add_up() -> None:
    laps = LAP.format("00", 300, 140, 160, 200) + LAP.format("05", 100, 160, 150, 0)
    (found,) = activities(tcx(f"<Activity Sport='Running'><Id>x</Id>{laps}<Notes>Hill\nrun</Notes></Activity>"))
    assert (found.sport, found.started_at, found.title) == ("Running", START, "Hill run")
    assert (found.duration_s, found.distance_m) == (400, 2000)
    assert (found.heart_rate_bpm, found.max_heart_rate_bpm) == (145, 160)
    assert (found.cadence_rpm, found.power_w) == (86, 200)
    assert (found.track.distance_m, found.track.ascent_m, found.track.power.value) == (80, 20, 210)
    assert found.track.heart_rate.value == 130


def test_that_laps_without_totals_leave_them_to_the_track() -> None:
    points = "<Track><Trackpoint><Time>2025-12-01T10:00:00Z</Time></Trackpoint></Track>"
    two = "".join(f"<Activity Sport='{sport}'><Lap>{points}</Lap></Activity>" for sport in ("Biking", "Other"))
    biking, other = activities(tcx(two))
    assert (biking.sport, other.sport) == ("Biking", "")
    assert (biking.duration_s, biking.distance_m, biking.heart_rate_bpm, biking.max_heart_rate_bpm) == (None,) * 4
    assert biking.track.first == START


def test_that_a_course_is_no_activity() -> None:
    course = "<TrainingCenterDatabase><Courses><Course><Lap/><Track><Trackpoint><Time/></Trackpoint></Track></Course>"
    assert activities(f"{course}</Courses></TrainingCenterDatabase>".encode()) == []


def test_that_other_xml_is_refused() -> None:
    with pytest.raises(SettingError, match="neither GPX nor TCX: it begins with <html>"):
        activities(b"<html/>")


def test_that_too_many_points_and_activities_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_tracks, "MAX_POINTS", 3)
    with pytest.raises(SettingError, match="more than 3 points"):
        activities(gpx(trkpt(1, 1) * 4))
    monkeypatch.setattr(xml_tracks, "MAX_ACTIVITIES", 2)
    with pytest.raises(SettingError, match="more than 2 activities"):
        activities(tcx("<Activity/>" * 3))


def test_that_a_hundred_thousand_points_are_read() -> None:
    points = "".join(trkpt(50, 8 + n / 100_000) for n in range(1_000))
    assert activities(gpx(*[points] * 100))[0].track.points == 100_000


@pytest.mark.parametrize("text", ["", "nan", "inf", "1e999", "ten"])
def test_that_what_is_no_number_is_none(text: str) -> None:
    assert number(text) is None


def test_that_moments_are_utc() -> None:
    assert moment("2025-12-01T10:00:00Z") == moment("2025-12-01T10:00:00") == START
    assert moment("2025-12-01T12:00:00+02:00") == START
    assert moment("0001-01-01T00:00:00+14:00") is None
    assert moment("today") is None
    assert one_line(" a\x00b\n" + "c" * 300) == "a b " + "c" * 251
