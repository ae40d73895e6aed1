"""From local time to the moment, where clocks are put forward and back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from core.errors import EntryError
from core.parsing.calendar_words import MONTH_NAMES

_A_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class LocalMoment:
    """`moment` is in the fixed offset of its own date. `repeated`: the clocks show that time twice; this is the
    first."""

    moment: datetime
    repeated: bool


def local_moment(wall: datetime, zone: tzinfo) -> LocalMoment:
    """What `wall`, without a zone, is in `zone`; EntryError for a time that the clocks skip there."""
    first, second = offsets_at(wall, zone)
    if first < second:
        raise EntryError(_skipped(wall, zone, first, second))
    moment = wall.replace(tzinfo=timezone(first))
    need_in_range(moment)
    return LocalMoment(moment, repeated=first > second)


def offsets_at(wall: datetime, zone: tzinfo) -> tuple[timedelta, timedelta]:
    """The offset of the first and of the second time that clocks show `wall`; its own zone does not count.

    For a skipped time the first is the smaller one: that before the change (PEP 495).
    """
    first, second = (wall.replace(tzinfo=zone, fold=fold).utcoffset() or timedelta() for fold in (0, 1))
    return first, second


def with_fixed_offset(moment: datetime, zone: tzinfo) -> datetime:
    """The same moment in the offset that `zone` has then."""
    local = moment.astimezone(zone)
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta()), fold=0)


def need_in_range(moment: datetime) -> None:
    """EntryError beyond the range of Python's UTC calendar."""
    try:
        moment.astimezone(UTC)
    except OverflowError:
        raise EntryError("That is too far away in time.") from None


def _skipped(wall: datetime, zone: tzinfo, before: timedelta, after: timedelta) -> str:
    utc = _change(wall - after, wall - before, zone, after)
    start, end = utc + before, utc + after
    day = f"{wall.day} {MONTH_NAMES[wall.month - 1]} {wall.year}"
    if after - before >= timedelta(days=1):
        return f"{day} was left out of the calendar in this time zone; type another day."
    return f"{wall:%H:%M} did not exist on {day}: the clocks went from {start:%H:%M} to {end:%H:%M}. Type another time."


def _change(low: datetime, high: datetime, zone: tzinfo, after: timedelta) -> datetime:
    """When `zone` changes to the offset `after`, or up to a second later, between two moments of UTC."""
    while high - low > _A_SECOND:
        middle = low + (high - low) // 2
        if middle.replace(tzinfo=UTC).astimezone(zone).utcoffset() == after:
            high = middle
        else:
            low = middle
    return high
