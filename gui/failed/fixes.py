"""One-click repairs: what a wrong value was probably meant to be. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from core.broker.topology import HEADER_SUBMITTED_AT
from core.entry import EntryError, parse_distance_km, parse_duration_min
from core.failed_list import FailedMessage
from core.sports import default_catalogue
from gui.console.form_reading import Texts
from gui.console.values import Units, distance_number, distance_text, duration_text

METRES_IN_KM = 1_000.0
DAY_MIN = 1_440.0
WIDEST_BAND_KMH = (0.5, 60.0)


@dataclass(frozen=True, slots=True)
class Fix:
    """`text` is put into the field; empty takes the value away."""

    text: str
    button: str
    because: str


def fix_for(name: str, texts: Texts, one: FailedMessage, *, units: Units, zone: tzinfo) -> Fix | None:
    if name == "distance":
        return _metres(texts, units)
    if name == "duration":
        return _seconds(texts)
    if name == "timestamp":
        return _when_sent(one, zone)
    return None


def _metres(texts: Texts, units: Units) -> Fix | None:
    """A distance in metres where kilometres belong, when that makes a plausible speed."""
    sport = default_catalogue().find(texts.get("type", ""))
    unit = units.distance_for(sport)
    try:
        wrong_km = parse_distance_km(texts.get("distance", ""), unit)
    except EntryError:
        return None
    km = wrong_km / METRES_IN_KM
    least, most = WIDEST_BAND_KMH if sport is None or sport.speed_band_kmh is None else sport.speed_band_kmh
    try:
        kmh = km / (parse_duration_min(texts.get("duration", "")) / 60)
    except (EntryError, ZeroDivisionError):
        kmh = least
    if not (km > 0 and least * 0.5 <= kmh <= most * 1.5):
        return None
    right = distance_text(km, texts.get("type", ""), units)
    return Fix(distance_number(km, unit), f"Use {right}", f"{wrong_km:,.0f} m is {right}")


def _seconds(texts: Texts) -> Fix | None:
    """A duration in seconds where minutes belong."""
    try:
        minutes = parse_duration_min(texts.get("duration", ""))
    except EntryError:
        return None
    if not minutes >= DAY_MIN or minutes / 60 >= DAY_MIN:
        return None
    right = duration_text(minutes / 60)
    return Fix(right, f"Use {right}", f"{minutes:,.0f} seconds are {right}")


def _when_sent(one: FailedMessage, zone: tzinfo) -> Fix | None:
    """Without a start, the time of submission is taken."""
    at_ms = one.message.headers.get(HEADER_SUBMITTED_AT)
    if not isinstance(at_ms, int) or isinstance(at_ms, bool) or not 0 < at_ms < 4_000_000_000_000:
        return None
    at = datetime.fromtimestamp(at_ms / 1000, zone)
    return Fix(f"{at:%Y-%m-%d %H:%M:%S}", "Use that", f"It was sent on {at.day} {at:%b %Y} at {at:%H:%M}")
