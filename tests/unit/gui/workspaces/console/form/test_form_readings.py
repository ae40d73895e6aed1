"""Texts with two meanings in the form: what was read is shown, and asked about once with the other."""

from __future__ import annotations

from datetime import UTC

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.forms.form_parser import texts_of
from gui.forms.formatting import Units
from tests.support.form_rig import NOW, Desk
from tests.support.incoming import make_workout


@pytest.mark.parametrize(
    ("sport", "typed", "echo", "km"),
    [("Yoga", "10,000 m", "= 10.00 km", 10.0), ("Swimming", "1.500", "= 1500 m", 1.5)],
)
def test_that_metres_in_thousands_are_echoed_and_asked_about_with_both_readings(
    desk: Desk, sport: str, typed: str, echo: str, km: float
) -> None:
    desk.send(userId="Ana", type=sport, duration="45", distance=typed)
    assert desk.form.body_fields.fields["distance"].hint.text() == echo
    assert desk.sent == []
    assert f"Distance: {typed} is read as " in desk.form.strip.text
    desk.answer()
    assert [workout.distance_km for workout in desk.sent] == [km]


def test_that_the_other_reading_is_taken_by_a_key(desk: Desk) -> None:
    desk.send(userId="Ana", type="Yoga", duration="45", distance="10,000 m")
    QTest.keyClick(desk.focused, Qt.Key.Key_U, Qt.KeyboardModifier.AltModifier)
    desk.qtbot.waitUntil(lambda: desk.text("distance") == "10 m")
    desk.enter()
    assert [workout.distance_km for workout in desk.sent] == [0.01]


def test_that_seconds_in_thousands_are_asked_about_and_stay_as_typed(desk: Desk) -> None:
    desk.fill(userId="Ana", type="Yoga", duration="2,700 s")
    QTest.keyClick(desk.focused, Qt.Key.Key_Tab)
    desk.enter()
    assert "2,700 s is read as 2.7 s; for 45 min type 45:00." in desk.form.strip.text
    desk.form.strip.button.click()
    desk.enter()
    assert [workout.duration_min for workout in desk.sent] == [45.0]


def test_that_ascent_is_asked_about_too(desk: Desk) -> None:
    desk.form.body_fields.more.expand()
    desk.send(userId="Ana", duration="45", distance="9", elevationGain="1,200")
    assert desk.form.body_fields.fields["elevationGain"].hint.text() == "= 1200 m"
    assert "Ascent: 1,200 is read as 1200 m; for 1.2 m type 1.2." in desk.form.strip.text
    desk.answer()
    assert [workout.elevation_gain_m for workout in desk.sent] == [1200.0]


@pytest.mark.parametrize("texts", [{"distance": "10.125"}, {"duration": "37.500"}, {"rpe": "7.125"}])
def test_that_decimals_of_other_units_are_not_asked_about(desk: Desk, texts: dict[str, str]) -> None:
    desk.form.body_fields.more.expand()
    desk.send(**({"userId": "Ana", "duration": "45", "distance": "8"} | texts))
    assert len(desk.sent) == 1


def test_that_a_measured_distance_is_written_so_that_it_is_read_as_it_is(desk: Desk) -> None:
    fields = {"type": "Swimming", "distance": 0.400125, "elevationGain": 1.234, "avgPower": 1.5}
    texts = texts_of(fields, units=Units(), zone=UTC)
    assert (texts["distance"], texts["elevationGain"], texts["avgPower"]) == ("400.1250", "1.2340", "1.5")
    assert texts_of({"elevationGain": "high"}, units=Units(), zone=UTC) == {"elevationGain": "high"}
    desk.form.set_recent([make_workout(athlete="Ana", sport="Swimming", minutes=10.0, km=0.400125, started_at=NOW)])
    desk.form.earlier.choose(0)
    desk.send(userId="Ben")
    assert [workout.distance_km for workout in desk.sent] == [0.400125]


def test_that_metres_in_thousands_keep_their_meaning_when_the_sport_changes(desk: Desk) -> None:
    desk.fill(type="Swimming", distance="1.500")
    desk.fill(type="Running")
    assert desk.text("distance") == "1.5"
