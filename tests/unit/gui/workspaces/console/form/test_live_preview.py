"""What a workout comes to is shown while it is typed."""

from __future__ import annotations

import pytest

from core.achievements.rules import default_rules
from core.workouts.on_record import AthleteRecord
from gui.forms.formatting import Units
from tests.support.form_rig import Desk


def test_pace_and_energy_are_shown_while_typing(desk: Desk) -> None:
    desk.fill(userId="user-123", duration="45", distance="5.2")
    desk.qtbot.waitUntil(lambda: desk.form.card.energy.number.text == "382.5 kcal")
    assert desk.form.card.pace.number.text == "8:39 /km"


@pytest.mark.parametrize(
    ("distance", "pace"), [("5.01", "99:48 /km"), ("5", "> 1 h /km"), ("0.1", "> 1 h /km"), ("0.001", "> 1 h /km")]
)
def test_that_a_slow_pace_is_a_short_figure(desk: Desk, distance: str, pace: str) -> None:
    desk.fill(userId="user-123", duration="500 min", distance=distance)
    desk.qtbot.waitUntil(lambda: desk.form.card.pace.number.text == pace)


def test_what_it_would_unlock_is_asked_for_and_a_late_answer_is_left_out(desk: Desk) -> None:
    desk.fill(userId="user-123", duration="45", distance="5.2")
    desk.qtbot.waitUntil(lambda: bool(desk.asked))
    achievement = next(each for each in default_rules().all if each.name == "5K Runner")
    desk.form.show_would_unlock(desk.asked[-1], [achievement])
    assert achievement.name in desk.form.card.unlocks.text()
    old = desk.asked[-1]
    desk.fill(duration="50")
    desk.qtbot.waitUntil(lambda: desk.asked[-1] is not old)
    desk.form.show_would_unlock(desk.asked[-1], [])
    desk.form.show_would_unlock(old, [achievement])
    assert achievement.name not in desk.form.card.unlocks.text()


def test_that_a_distance_a_little_short_of_a_badge_says_by_how_much(desk: Desk) -> None:
    desk.form.set_units(Units("mi", "lb"))
    desk.fill(userId="Ana", duration="30", distance="3.1")
    desk.qtbot.waitUntil(lambda: desk.form.card.because.text() == "3.1 mi is 4.99 km, 11 m short of 5K Runner")
    desk.qtbot.waitUntil(lambda: bool(desk.asked))
    desk.form.show_would_unlock(desk.asked[-1], [])
    assert desk.form.card.because.text() == "3.1 mi is 4.99 km, 11 m short of 5K Runner"
    has = AthleteRecord(desk.athletes[-1], 9, earned=frozenset({"5k-runner"}))
    desk.form.show_athlete(has)
    desk.qtbot.waitUntil(lambda: "short" not in desk.form.card.because.text())
    desk.fill(userId="Ben", distance="5.2")
    desk.qtbot.waitUntil(lambda: desk.form.card.because.text() == "")
