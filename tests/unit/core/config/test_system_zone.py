"""Zones by name, file and rule, and the computer's own, followed; never that of the machine that runs the tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest

from core.config.system_zone import SystemZone, system_zone
from core.config.zones import named_zone, zone_of_environment
from core.errors import SettingError
from core.parsing.start import parse_start

BERLIN = ZoneInfo("Europe/Berlin")
RULES = "CET-1CEST,M3.5.0,M10.5.0/3"
JULY, NOVEMBER = datetime(2026, 7, 13, 6, 30, tzinfo=UTC), datetime(2026, 11, 28, 19, 0, tzinfo=UTC)


def hours(zone: tzinfo) -> tuple[float, ...]:
    """Offsets in summer and winter of the northern half."""
    return tuple(
        (moment.astimezone(zone).utcoffset() or timedelta()) / timedelta(hours=1) for moment in (JULY, NOVEMBER)
    )


def refuse() -> tzinfo:
    raise ZoneInfoNotFoundError("Multiple conflicting time zone configurations found")


@pytest.mark.parametrize(
    ("tz", "offsets"),
    [
        ("Europe/Berlin", (2, 1)),
        (":Europe/Berlin", (2, 1)),
        (RULES, (2, 1)),
        ("CET-1CEST", (2, 1)),
        ("EST5EDT", (-4, -5)),
        ("XST5XDT", (-4, -5)),
        ("<-03>3", (-3, -3)),
        ("IST-5:30", (5.5, 5.5)),
        ("UTC0", (0, 0)),
        ("", (0, 0)),
        (":", (0, 0)),
    ],
)
def test_that_any_tz_has_rules(tz: str, offsets: tuple[float, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", tz)
    assert hours(system_zone(refuse)) == offsets
    assert hours(SystemZone()) == offsets


@pytest.mark.expects_warnings
@pytest.mark.parametrize(
    "tz",
    [
        "Mars/Olympus",
        "Europe",
        "../../etc/passwd",
        "/no/such/file",
        "/etc/passwd",
        "Mitteleuropäische Zeit",
        "CET-1CEST,M3.5.0,M10.5.0/3\nX",
        "A" * 5_000,
    ],
)
def test_that_a_tz_that_names_no_zone_is_utc_and_said_once(
    tz: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("TZ", tz)
    zone = SystemZone()
    assert not zone.refresh()
    assert hours(zone) == (0, 0)
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_that_a_zone_file_is_read_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "localtime"
    path.write_bytes(_compiled())
    zone = zone_of_environment(f":{path}")
    assert zone is not None
    assert hours(zone) == (2, 1)


def test_that_without_tz_the_system_is_asked_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TZ", raising=False)
    assert system_zone(lambda: BERLIN) is BERLIN


def test_that_a_system_without_a_usable_name_has_the_rules_of_its_zone_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TZ", raising=False)
    (tmp_path / "broken").write_bytes(b"TZif2")
    (tmp_path / "localtime").write_bytes(_compiled())
    files = [str(tmp_path / name) for name in ("missing", "broken", "localtime")]
    assert hours(system_zone(refuse, files)) == (2, 1)
    assert system_zone(refuse, files[:2]) is UTC


def test_that_the_system_zone_of_this_machine_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TZ", raising=False)
    assert NOVEMBER.astimezone(SystemZone()) == NOVEMBER


@pytest.mark.parametrize(
    ("name", "offsets"),
    [
        ("Europe/Berlin", (2, 1)),
        (" UTC ", (0, 0)),
        ("+02:00", (2, 2)),
        ("-0330", (-3.5, -3.5)),
        ("UTC+2", (2, 2)),  # as people write it: not the west of POSIX
        ("gmt-03:30", (-3.5, -3.5)),
        ("+2", (2, 2)),
        ("Etc/GMT-2", (2, 2)),
        (RULES, (2, 1)),
    ],
)
def test_that_a_zone_is_taken_by_name(name: str, offsets: tuple[float, ...]) -> None:
    assert hours(named_zone(name)) == offsets


@pytest.mark.parametrize("name", ["", "Berlin", "/etc/localtime", "+25:00", "UTC+15", "-13:00", "Europe/Berlin\x00"])
def test_that_another_zone_is_refused_with_an_example(name: str) -> None:
    with pytest.raises(SettingError, match=r"^Type a time zone such as Europe/Berlin or \+02:00, not '"):
        named_zone(name)


def test_that_the_zone_follows_tz_while_the_program_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    zone = SystemZone()
    assert not zone.refresh()
    monkeypatch.setenv("TZ", "America/Los_Angeles")
    assert hours(zone) == (2, 1)
    assert zone.refresh()
    assert hours(zone) == (-7, -8)
    assert "Los_Angeles" in repr(zone)


def test_that_the_zone_follows_the_file_it_is_linked_to(tmp_path: Path) -> None:
    files = {"summer": BERLIN, "never": UTC}
    for name in files:
        (tmp_path / name).touch()
    link = tmp_path / "localtime"
    link.symlink_to(tmp_path / "summer")
    zone = SystemZone(lambda: files[link.readlink().name], [str(link)])
    assert not zone.refresh()
    link.unlink()
    link.symlink_to(tmp_path / "never")
    assert zone.refresh()
    assert (hours(zone), zone.now) == ((0, 0), UTC)


def test_that_a_system_without_zone_files_is_asked_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TZ", raising=False)
    answers: list[tzinfo] = [UTC, UTC, BERLIN]
    zone = SystemZone(lambda: answers.pop(0), ["/no/such/file"])
    assert (zone.refresh(), zone.refresh()) == (False, True)
    assert zone.now is BERLIN


def test_that_it_is_the_zone_it_stands_for_at_every_moment() -> None:
    zone = SystemZone(lambda: BERLIN)
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    while moment.year == 2026:
        here, there = moment.astimezone(zone), moment.astimezone(BERLIN)
        assert here.tzinfo is zone
        assert (here.replace(tzinfo=None), here.fold, here.utcoffset()) == (
            there.replace(tzinfo=None),
            there.fold,
            there.utcoffset(),
        )
        assert (here.dst(), here.tzname(), here.astimezone(UTC)) == (there.dst(), there.tzname(), moment)
        moment += timedelta(minutes=30)
    assert here.timetz().utcoffset() is None


@pytest.mark.parametrize("tz", ["Europe/Berlin", RULES])
def test_that_a_start_typed_in_november_has_the_offset_of_its_own_date(tz: str) -> None:
    zone = SystemZone(lambda: named_zone(tz))
    start = parse_start("2026-07-13 08:30", now=NOVEMBER, zone=zone)
    assert start.isoformat() == "2026-07-13T08:30:00+02:00"
    assert start == JULY
    assert parse_start("2026-10-25 02:30", now=NOVEMBER, zone=zone).isoformat() == "2026-10-25T02:30:00+02:00"


def test_that_a_program_left_open_over_a_clock_change_goes_on_with_the_new_offset() -> None:
    zone = SystemZone(lambda: BERLIN)
    before, after = (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), datetime(2026, 3, 29, 1, 1, tzinfo=UTC))
    assert [f"{moment.astimezone(zone):%H:%M}" for moment in (before, after)] == ["01:59", "03:01"]
    starts = [parse_start(text, now=after, zone=zone).isoformat() for text in ("now", "1:30", "yesterday 23:00")]
    assert starts == ["2026-03-29T03:01:00+02:00", "2026-03-29T01:30:00+01:00", "2026-03-28T23:00:00+01:00"]


def test_that_a_start_keeps_its_moment_when_the_zone_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    zone = SystemZone()
    start = parse_start("2026-07-13 08:30", now=NOVEMBER, zone=zone)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    zone.refresh()
    assert start == JULY


def _compiled() -> bytes:
    """A zone file as a system has it, without its name."""
    part = b"TZif2" + bytes(15) + b"".join(n.to_bytes(4, "big") for n in (0, 0, 0, 0, 1, 4)) + bytes(6) + b"LMT\0"
    return part + part + b"\n" + RULES.encode() + b"\n"
