"""What a recorded track comes to: sums over its points, in constant memory, by the formulas named here."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

EARTH_RADIUS_M = 6_371_008.8  # mean radius (IUGG 1980), as the haversine formula takes it
ASCENT_THRESHOLD_M = 3.0  # changes of height below it are taken for noise of the sensor
STOP_S, STOP_M_PER_S = 10.0, 0.5  # a longer step between two points that is slower than this is a stop
MAX_POINTS = 500_000


@dataclass(frozen=True, slots=True)
class Point:
    """What a file says of one moment; degrees, metres, bpm, watts, revolutions or steps of one leg a minute.

    `distance_m`: from the start, where the file counts it.
    """

    at: datetime | None = None
    latitude: float | None = None
    longitude: float | None = None
    height_m: float | None = None
    heart_rate_bpm: float | None = None
    power_w: float | None = None
    cadence_rpm: float | None = None
    distance_m: float | None = None

    @property
    def position(self) -> tuple[float, float] | None:
        """Latitude and longitude; None where they are none."""
        if self.latitude is None or self.longitude is None:
            return None
        is_place = abs(self.latitude) <= 90 and abs(self.longitude) <= 180  # false for what is no number
        return (self.latitude, self.longitude) if is_place else None


class Mean:
    """Of values above `above`, each with the same weight. Infinite ones and what is no number are left out."""

    def __init__(self, above: float) -> None:
        self._above = above
        self._sum, self._count = 0.0, 0
        self.highest: float | None = None

    def add(self, value: float | None) -> None:
        if value is None or not self._above < value < math.inf:
            return
        self._sum += value
        self._count += 1
        self.highest = value if self.highest is None else max(self.highest, value)

    @property
    def value(self) -> float | None:
        return self._sum / self._count if self._count else None


class Track:
    """Adds up points in their order. `gap` before a point that does not continue the one before: a pause.

    - Distance: the difference of the counts of the file where both points have one, else along the great circle
      (`haversine_m`); none over a gap.
    - Time: the steps between points without gaps; without stops, which are steps of over 10 s at under 0.5 m/s. A step
      without a position on either end is no stop.
    - Ascent: the sum of rises, each counted when the height is 3 m over the lowest since the last one, and set back
      when it is 3 m under the highest (hysteresis).
    - Heart rate, power: mean of the points that have it, of heart rate without zeros. Cadence: without zeros.
    """

    def __init__(self) -> None:
        self.points = 0
        self.first: datetime | None = None
        self.distance_m = 0.0
        self.time_s = 0.0
        self.ascent_m = 0.0
        self.has_distance = self.has_height = False
        self.heart_rate, self.power, self.cadence = Mean(0), Mean(-1), Mean(0)
        self._before: Point | None = None
        self._base_m: float | None = None

    def gap(self) -> None:
        self._before = None

    def add(self, point: Point) -> None:
        self.points += 1
        self.heart_rate.add(point.heart_rate_bpm)
        self.power.add(point.power_w)
        self.cadence.add(point.cadence_rpm)
        if point.at is not None:
            self.first = point.at if self.first is None else min(self.first, point.at)
        if point.height_m is not None and math.isfinite(point.height_m):
            self._climb(point.height_m)
        if self._before is not None:
            self._step(self._before, point)
        self._before = point

    def _step(self, before: Point, now: Point) -> None:
        step_m = _step_m(before, now)
        if step_m is not None:
            self.has_distance = True
            self.distance_m += step_m
        if before.at is None or now.at is None:
            return
        step_s = (now.at - before.at).total_seconds()
        is_stop = step_s > STOP_S and step_m is not None and step_m < STOP_M_PER_S * step_s
        if step_s > 0 and not is_stop:
            self.time_s += step_s

    def _climb(self, height_m: float) -> None:
        """`_base_m` is the lowest height since the last counted rise, or the height up to which rises are counted."""
        self.has_height = True
        if self._base_m is None:
            self._base_m = height_m
        elif height_m >= self._base_m + ASCENT_THRESHOLD_M:
            self.ascent_m += height_m - self._base_m
            self._base_m = height_m
        elif height_m < self._base_m:
            self._base_m = min(self._base_m, height_m)


def haversine_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres along the great circle between two places in degrees (Sinnott, Virtues of the Haversine, 1984).

    On a sphere: at most 0.6 % from the ellipsoid of the Earth.
    """
    latitude, longitude = math.radians(one[0]), math.radians(one[1])
    there, along = math.radians(other[0]), math.radians(other[1])
    square = (
        math.sin((there - latitude) / 2) ** 2
        + math.cos(latitude) * math.cos(there) * math.sin((along - longitude) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, square)))


def _step_m(before: Point, now: Point) -> float | None:
    if before.distance_m is not None and now.distance_m is not None:
        counted = now.distance_m - before.distance_m
        return counted if 0 <= counted < math.inf else 0.0
    here, there = before.position, now.position
    return None if here is None or there is None else haversine_m(here, there)
