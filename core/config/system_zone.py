"""The time zone of this computer, with the rules of every date, followed while the program runs."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import tzlocal
from typing_extensions import override

from core.config.zones import NO_ZONE, zone_of_environment, zone_of_file
from core.logs import get_log
from core.workouts.validation_errors import quoted

_log = get_log(__name__)

ZONE_FILES = ("/etc/localtime", "/usr/local/etc/localtime")
NAME_FILES = ("/etc/timezone",)


def system_zone(
    read: Callable[[], tzinfo] = tzlocal.reload_localzone, zone_files: Sequence[str] = ZONE_FILES
) -> tzinfo:
    """From the variable TZ, else the system's name for it, else the zone file, else UTC. Never fails.

    The offset of today, which `datetime.astimezone()` gives, is no zone: it is wrong for dates in the other season.
    """
    value = os.environ.get("TZ")
    if value is not None:
        return _zone_of_tz(value)
    # It compares the offset with the C library's, which does not notice a change while the program runs.
    warnings.filterwarnings("ignore", module=r"tzlocal\.")
    try:
        return read()
    except NO_ZONE:  # also files that contradict each other
        return next((zone for path in zone_files if (zone := zone_of_file(path)) is not None), UTC)


def _zone_of_tz(value: str) -> tzinfo:
    zone = zone_of_environment(value)
    if zone is None:  # as the C library does
        _log.warning("the variable TZ names no time zone that is known here; times are in UTC", tz=quoted(value))
    return zone or UTC


class SystemZone(tzinfo):
    """Stands for the zone of this computer; `refresh` follows a change. Refreshed by one thread, read by any.

    Two datetimes with one tzinfo object are compared and subtracted by wall clock: keep moments in UTC or in a fixed
    offset, and use this for reading and showing times only.
    """

    def __init__(
        self,
        find: Callable[[], tzinfo] = system_zone,
        files: Sequence[str] = (*ZONE_FILES, *NAME_FILES),
    ) -> None:
        self._find, self._files = find, files
        self._seen = self._surroundings()
        self.now = find()  # the current zone of the computer

    def refresh(self) -> bool:
        """Check for a change of the system's zone, which takes microseconds; True where there was one."""
        seen = self._surroundings()
        if seen == self._seen and any(seen):  # a system without these files must be asked each time
            return False
        self._seen, before = seen, self.now
        self.now = self._find()
        return self.now is not before

    @override
    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        return self.now.utcoffset(self._there(moment))

    @override
    def dst(self, moment: datetime | None) -> timedelta | None:
        return self.now.dst(self._there(moment))

    @override
    def tzname(self, moment: datetime | None) -> str | None:
        return self.now.tzname(self._there(moment))

    @override
    def fromutc(self, moment: datetime) -> datetime:
        return moment.replace(tzinfo=UTC).astimezone(self.now).replace(tzinfo=self)

    @override
    def __repr__(self) -> str:
        return f"SystemZone({self.now})"

    def _there(self, moment: datetime | None) -> datetime | None:
        return None if moment is None else moment.replace(tzinfo=self.now)

    def _surroundings(self) -> tuple[object, ...]:
        return (os.environ.get("TZ"), *map(_mark, self._files))


def _mark(path: str) -> tuple[int, int, int] | None:
    """Changes when the file is replaced, or the link points to another."""
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_mtime_ns
