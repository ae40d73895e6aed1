"""GPX (1.0, 1.1) and TCX as activities: one handler each over bounded XML; what the root element says decides."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from typing_extensions import override

from core.errors import SettingError
from core.files.activity import MAX_ACTIVITIES, Activity
from core.files.track import MAX_POINTS, Point, Track
from core.files.xml_elements import Elements, read_elements
from core.parsing.text_file import Readable

OnActivity = Callable[[Activity], None]
_LAP_AVERAGES = {"Cadence": "cadence", "AvgRunCadence": "cadence", "AvgWatts": "power"}
_STRAVA_TYPES = {"1": "Cycling", "4": "Hiking", "9": "Running", "10": "Walking"}  # of a track


def read_tracks(file: Readable, on_activity: OnActivity) -> None:
    """Calls `on_activity` for each, in order. SettingError for what cannot be read; what came before it counts."""
    read_elements(file, _Root(on_activity), "GPX and TCX")


class _Root(Elements):
    """Passes everything to the handler that the first element asks for."""

    def __init__(self, on_activity: OnActivity) -> None:
        super().__init__()
        self._handlers = {"gpx": _Gpx(on_activity), "TrainingCenterDatabase": _Tcx(on_activity)}
        self._chosen: _Activities | None = None

    @override
    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        if self._chosen is None:
            self._chosen = self._handlers.get(name)
            if self._chosen is None:
                raise SettingError(f"This XML is neither GPX nor TCX: it begins with <{name[:40]}>.")
            self._chosen.path = self.path
        self._chosen.begin(name, attributes)

    @override
    def end(self, name: str, text: str) -> None:
        assert self._chosen is not None  # an element that ends has begun
        self._chosen.end(name, text)


class _Activities(Elements):
    """Counts activities and points, and parses what both formats have."""

    def __init__(self, on_activity: OnActivity) -> None:
        super().__init__()
        self._on_activity = on_activity
        self._count = self._points = 0
        self._activity: Activity | None = None
        self._point: Point | None = None

    def _opened(self, activity: Activity) -> None:
        self._count += 1
        if self._count > MAX_ACTIVITIES:
            raise SettingError(f"The file has more than {MAX_ACTIVITIES} activities; split it.")
        self._activity = activity

    def _closed(self) -> None:
        assert self._activity is not None  # what ends has begun
        self._on_activity(self._activity)
        self._activity = None

    def _add_point(self) -> None:
        if self._activity is not None and self._point is not None:
            self._points += 1
            if self._points > MAX_POINTS:
                raise SettingError(f"The file has more than {MAX_POINTS:,} points; split it.")
            self._activity.track.add(self._point)
        self._point = None

    @property
    def _parent(self) -> str:
        return self.path[-1] if self.path else ""


class _Gpx(_Activities):
    """A `trk` is an activity, its segments are parted by pauses; extensions of Garmin and others by their last name."""

    @override
    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "trk":
            self._opened(Activity(Track()))
        elif name == "trkseg" and self._activity is not None:
            self._activity.track.gap()
        elif name == "trkpt":
            self._point = Point(latitude=number(attributes.get("lat", "")), longitude=number(attributes.get("lon", "")))

    @override
    def end(self, name: str, text: str) -> None:
        if name == "trkpt":
            self._add_point()
        elif name == "trk":
            self._closed()
        elif self._point is not None:
            self._point = _in_gpx_point(self._point, name, text)
        elif self._activity is not None and self._parent == "trk":
            if name == "name":
                self._activity = replace(self._activity, title=one_line(text))
            elif name == "type":
                self._activity = replace(self._activity, sport=_STRAVA_TYPES.get(text, text))


def _in_gpx_point(point: Point, name: str, text: str) -> Point:
    if name == "ele":
        return replace(point, height_m=number(text))
    if name == "time":
        return replace(point, at=moment(text))
    if name in ("hr", "heartrate"):
        return replace(point, heart_rate_bpm=number(text))
    if name in ("cad", "cadence"):
        return replace(point, cadence_rpm=number(text))
    if name in ("power", "PowerInWatts", "watts"):
        return replace(point, power_w=number(text))
    return point


class _Tcx(_Activities):
    """Totals are the sums of the laps: time of the timer, which stands still in pauses, and distance."""

    def __init__(self, on_activity: OnActivity) -> None:
        super().__init__(on_activity)
        self._laps = _Laps()

    @override
    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "Activity":
            self._laps = _Laps()
            self._opened(Activity(Track(), sport=_tcx_sport(attributes.get("Sport", ""))))
        elif name == "Lap" and self._activity is not None:
            self._laps.begin()
            if self._activity.started_at is None:
                self._activity = replace(self._activity, started_at=moment(attributes.get("StartTime", "")))
        elif name == "Track" and self._activity is not None:
            self._activity.track.gap()
        elif name == "Trackpoint":
            self._point = Point()

    @override
    def end(self, name: str, text: str) -> None:
        if self._activity is None:
            return
        if name == "Trackpoint":
            self._add_point()
        elif self._point is not None:
            self._point = _in_tcx_point(self._point, name, text, self._parent)
        elif name == "Activity":
            self._activity = self._laps.totals(self._activity)
            self._closed()
        elif name == "Lap":
            self._laps.end()
        elif name == "Notes" and self._parent == "Activity":
            self._activity = replace(self._activity, title=one_line(text))
        else:
            self._laps.take(name, number(text), self._parent)


def _in_tcx_point(point: Point, name: str, text: str, parent: str) -> Point:
    if name == "Time":
        return replace(point, at=moment(text))
    value = number(text)
    if name == "LatitudeDegrees":
        return replace(point, latitude=value)
    if name == "LongitudeDegrees":
        return replace(point, longitude=value)
    if name == "AltitudeMeters":
        return replace(point, height_m=value)
    if name == "DistanceMeters":
        return replace(point, distance_m=value)
    if name == "Value" and parent == "HeartRateBpm":
        return replace(point, heart_rate_bpm=value)
    if name in ("Cadence", "RunCadence"):
        return replace(point, cadence_rpm=value)
    if name == "Watts":
        return replace(point, power_w=value)
    return point


class _Laps:
    """Adds up laps. Averages are weighted by the time of the laps that have one."""

    def __init__(self) -> None:
        self._lap: dict[str, float] = {}
        self._sums: dict[str, float] = {}
        self._weights: dict[str, float] = {}
        self._highest: float | None = None

    def begin(self) -> None:
        self._lap = {}

    def take(self, name: str, value: float | None, parent: str) -> None:
        if name == "Value" and parent in ("AverageHeartRateBpm", "MaximumHeartRateBpm"):
            name = parent
        if value is not None and value >= 0:
            self._lap[_LAP_AVERAGES.get(name, name)] = value

    def end(self) -> None:
        time_s = self._lap.get("TotalTimeSeconds", 0.0)
        for total in ("TotalTimeSeconds", "DistanceMeters"):
            if total in self._lap:
                self._sums[total] = self._sums.get(total, 0.0) + self._lap[total]
        for average in ("AverageHeartRateBpm", "cadence", "power"):
            if self._lap.get(average):
                self._sums[average] = self._sums.get(average, 0.0) + self._lap[average] * time_s
                self._weights[average] = self._weights.get(average, 0.0) + time_s
        if highest := self._lap.get("MaximumHeartRateBpm"):
            self._highest = max(self._highest or 0.0, highest)

    def totals(self, activity: Activity) -> Activity:
        return replace(
            activity,
            duration_s=self._sums.get("TotalTimeSeconds") or None,
            distance_m=self._sums.get("DistanceMeters"),
            heart_rate_bpm=self._mean("AverageHeartRateBpm"),
            max_heart_rate_bpm=self._highest,
            cadence_rpm=self._mean("cadence"),
            power_w=self._mean("power"),
        )

    def _mean(self, name: str) -> float | None:
        weight = self._weights.get(name)
        return self._sums[name] / weight if weight else None


def _tcx_sport(text: str) -> str:
    return "" if text == "Other" else text


def number(text: str) -> float | None:
    """None for what is no finite number."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def moment(text: str) -> datetime | None:
    """ISO 8601; UTC where it says no zone, as both formats have it. None for anything else."""
    try:
        at = datetime.fromisoformat(text)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def one_line(text: str) -> str:
    """As a title has it: 255 characters at most."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:255]
