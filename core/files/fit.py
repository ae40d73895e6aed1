"""FIT (by fitdecode) as activities: the sessions of the file with their totals, its records where one is missing."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from core.errors import SettingError
from core.files.activity import MAX_ACTIVITIES, Activity, canonical_sport
from core.files.extras import reader_library
from core.files.track import MAX_POINTS, Point, Track
from core.files.xml_tracks import one_line
from core.workouts.sports import default_catalogue

MAX_BYTES = 32 * 1_048_576
DEGREES_PER_SEMICIRCLE = 180 / 2**31
_QUARTER = timedelta(minutes=15)
_VAGUE = ("", "generic", "all", "other", "none", "invalid")
_STOPS = ("stop", "stop_all", "stop_disable", "stop_disable_all")


def is_fit(head: bytes) -> bool:
    """By the twelve bytes that each FIT file begins with."""
    return head[8:12] == b".FIT"


def read_fit(content: bytes, on_activity: Callable[[Activity], None]) -> None:
    """Calls `on_activity` for each session. SettingError for what cannot be read; what came before it counts."""
    if len(content) > MAX_BYTES:
        raise SettingError(f"The file is larger than {MAX_BYTES // 1_048_576} MB.")
    file = _FitFile()
    try:
        for name, values in _messages(content):
            file.take(name, values)
    finally:
        for activity in file.activities():
            on_activity(activity)


def _messages(content: bytes) -> Iterator[tuple[str, Mapping[str, Any]]]:
    library = reader_library("fitdecode", "FIT")
    options = {"check_crc": library.CrcCheck.READONLY, "error_handling": library.ErrorHandling.IGNORE}
    try:
        with library.FitReader(io.BytesIO(content), **options) as frames:
            for frame in frames:
                if frame.frame_type == library.FIT_FRAME_DATA:
                    yield frame.name, {field.name: field.value for field in reversed(frame.fields)}
                elif frame.frame_type == library.FIT_FRAME_CRC and not frame.matched:
                    raise SettingError("Its checksum does not fit: the file is damaged.")
    except library.FitError as error:
        raise SettingError(f"The FIT file cannot be read to its end: {error}.") from None
    except SettingError:
        raise
    except Exception as error:  # noqa: BLE001 - what the library raises for bytes that no device writes
        raise SettingError(f"The FIT file cannot be read to its end: {type(error).__name__}.") from None


class _FitFile:
    """Sessions in their order. A recording that ends before its first session is one that the device did not close: its
    records are the activity. The records since the session before belong to it, unless all sessions stand at the end:
    then it is not known which are whose, and totals that a session lacks stay away."""

    def __init__(self) -> None:
        self._sessions: list[tuple[Mapping[str, Any], Track]] = []
        self._track = Track()
        self._points = 0
        self._offset: timezone | None = None
        self._title = ""
        self._sport: Mapping[str, Any] = {}
        self._is_recording = False

    def take(self, name: str, values: Mapping[str, Any]) -> None:
        if name == "record":
            self._points += 1
            if self._points > MAX_POINTS:
                raise SettingError(f"The file has more than {MAX_POINTS:,} points; split it.")
            self._track.add(_point(values))
        elif name == "event" and values.get("event") == "timer" and values.get("event_type") in _STOPS:
            self._track.gap()
        elif name == "session":
            if len(self._sessions) == MAX_ACTIVITIES:
                raise SettingError(f"The file has more than {MAX_ACTIVITIES} activities; split it.")
            self._sessions.append((values, self._track))
            self._track = Track()
        elif name == "file_id":
            self._is_recording = values.get("type") == "activity"
        elif name == "sport":
            self._sport = values
        elif name == "activity":
            self._offset = _offset(values)
        elif name == "workout":
            self._title = one_line(values["wkt_name"]) if isinstance(values.get("wkt_name"), str) else ""

    def activities(self) -> Iterator[Activity]:
        if not self._sessions and self._is_recording and self._track.points:
            yield Activity(self._track, sport=_sport(self._sport), title=self._title)
        parted = len(self._sessions) == 1 or all(track.points for _values, track in self._sessions)
        for values, track in self._sessions:
            activity = replace(_activity(values, track if parted else Track()), title=self._title)
            start = activity.started_at
            if start is not None and self._offset is not None:
                activity = replace(activity, started_at=start.astimezone(self._offset))
            yield activity


def _activity(values: Mapping[str, Any], track: Track) -> Activity:
    distance_m = _number(values, "total_distance")
    times = ("total_moving_time",) if distance_m else ()
    cadence = _number(values, "avg_running_cadence", "avg_cadence", "avg_swimming_cadence")
    if cadence is not None:
        cadence += _number(values, "avg_fractional_cadence") or 0.0
    start = values.get("start_time")
    return Activity(
        track,
        sport=_sport(values),
        started_at=start if isinstance(start, datetime) else None,
        duration_s=_number(values, *times, "total_timer_time", "total_elapsed_time"),
        distance_m=distance_m,
        ascent_m=_number(values, "total_ascent"),
        heart_rate_bpm=_number(values, "avg_heart_rate"),
        max_heart_rate_bpm=_number(values, "max_heart_rate"),
        power_w=_number(values, "avg_power"),
        cadence_rpm=cadence,
    )


def _sport(values: Mapping[str, Any]) -> str:
    """The narrower of sport and sub-sport that the catalogue has: `lap_swimming`, `strength_training`."""
    names = [name for key in ("sub_sport", "sport") if isinstance(name := values.get(key), str) and name not in _VAGUE]
    known = (name for name in names if default_catalogue().find(canonical_sport(name)) is not None)
    return next(known, names[-1] if names else "")


def _point(values: Mapping[str, Any]) -> Point:
    at = values.get("timestamp")
    latitude, longitude = _number(values, "position_lat"), _number(values, "position_long")
    return Point(
        at if isinstance(at, datetime) else None,
        None if latitude is None else latitude * DEGREES_PER_SEMICIRCLE,
        None if longitude is None else longitude * DEGREES_PER_SEMICIRCLE,
        _number(values, "enhanced_altitude", "altitude"),
        _number(values, "heart_rate"),
        _number(values, "power"),
        _number(values, "cadence"),
        _number(values, "distance"),
    )


def _number(values: Mapping[str, Any], *names: str) -> float | None:
    """The first that is there and is not zero; else zero if one is."""
    found = [value for name in names if (value := _finite(values.get(name))) is not None]
    return next(filter(None, found), found[0] if found else None)


def _finite(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None


def _offset(values: Mapping[str, Any]) -> timezone | None:
    """Of the watch's own clock, to a quarter of an hour; None where the file does not say it."""
    here, there = values.get("local_timestamp"), values.get("timestamp")
    if not isinstance(here, datetime) or not isinstance(there, datetime):
        return None
    ahead = here.replace(tzinfo=UTC) - there.replace(tzinfo=UTC)
    offset = round(ahead / _QUARTER) * _QUARTER
    return timezone(offset) if timedelta(hours=-12) <= offset <= timedelta(hours=14) else None
