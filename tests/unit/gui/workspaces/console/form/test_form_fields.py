"""The fields of the form follow the sport: sets of strength, laps of a pool, power and cadence of a ride."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from core.workouts.model import WorkoutSet
from gui.forms.formatting import Units
from tests.support.form_rig import Desk
from tests.support.incoming import make_workout


def is_shown(desk: Desk, name: str) -> bool:
    return desk.form.body_fields.fields[name].isVisibleTo(desk.form)


def sets_of(desk: Desk, place: int = -1) -> list[dict[str, object]]:
    return [one.model_dump(by_alias=True, exclude_none=True) for one in desk.sent[place].sets]


def test_that_the_sample_workout_takes_at_most_twelve_keys_once_the_athlete_is_known(desk: Desk) -> None:
    """The coach has typed user-123 before: the name is suggested, the sport is that of the last one."""
    desk.form.set_athletes(["user-123", "Ana"])
    presses = 0

    def press(*keys: Qt.Key) -> None:
        nonlocal presses
        for key in keys:
            QTest.keyClick(desk.focused, key)
        presses += len(keys)

    def type_text(text: str) -> None:
        nonlocal presses
        QTest.keyClicks(desk.focused, text)
        presses += len(text)

    type_text("u")
    press(Qt.Key.Key_Down, Qt.Key.Key_Tab)
    press(Qt.Key.Key_Tab)  # Running stands there
    type_text("45")
    press(Qt.Key.Key_Tab)
    type_text("5.2")
    press(Qt.Key.Key_Return)
    (workout,) = desk.sent
    assert (workout.athlete, workout.sport, workout.duration_min, workout.distance_km) == (
        "user-123", "Running", 45, 5.2
    )  # fmt: skip
    assert presses <= 12


def test_that_strength_has_sets_and_no_distance_and_a_ride_power_and_cadence(desk: Desk) -> None:
    assert not is_shown(desk, "sets")
    desk.fill(type="Strength")
    assert is_shown(desk, "sets")
    assert not is_shown(desk, "distance")
    desk.fill(type="Cycling")
    assert not is_shown(desk, "sets")
    assert desk.form.body_fields.more.button.summary.startswith("power, cadence, heart rate")
    desk.form.body_fields.more.expand()
    assert all(is_shown(desk, name) for name in ("distance", "avgPower", "cadence"))
    desk.fill(type="Yoga")
    assert not any(is_shown(desk, name) for name in ("distance", "avgPower", "cadence", "sets"))


def test_that_typed_sets_are_shown_summed_up_and_sent(desk: Desk) -> None:
    desk.fill(userId="Ana", type="Strength", duration="45", sets="Squat 3x10@40; Bench 5@60 lb")
    assert desk.form.body_fields.fields["sets"].hint.text() == "= 4 sets, 35 reps"
    desk.qtbot.waitUntil(lambda: desk.form.card.pace.title.text() == "Volume")
    assert (desk.form.card.pace.number.text, desk.form.card.pace.below.text()) == ("1,336 kg", "4 sets, 35 reps")
    desk.enter()
    squat = {"exercise": "Squat", "reps": 10, "weight": 40}
    assert sets_of(desk) == [squat] * 3 + [{"exercise": "Bench", "reps": 5, "weight": 27.2155422}]


def test_that_sets_that_cannot_be_read_say_what_they_lack_and_are_not_sent(desk: Desk) -> None:
    desk.send(userId="Ana", type="Strength", duration="45", sets="3x")
    assert desk.message("sets") == "'3x' lacks the repetitions, such as 3x10@40."
    assert desk.has_focus("sets")
    desk.see_problem("sets")
    desk.fill(sets="3x10@500")
    assert desk.message("sets") == ""
    desk.enter()
    assert desk.form.strip.text.startswith("Sets: set 1 has more than 400 kg")
    assert desk.sent == []
    desk.answer()
    assert len(sets_of(desk)) == 3


@pytest.mark.parametrize(
    ("sport", "name", "text"),
    [("Strength", "sets", "3x10@40"), ("Cycling", "avgPower", "210"), ("Running", "distance", "5")],
)
def test_that_what_was_typed_stays_in_view_when_the_sport_has_no_such_field(
    desk: Desk, sport: str, name: str, text: str
) -> None:
    """It is neither dropped nor sent unseen: the field stays until it is emptied, a folded one is named."""
    desk.fill(userId="Ana", type=sport, duration="45", **{name: text})
    desk.fill(type="Yoga")
    assert is_shown(desk, name) or name in ("avgPower",)
    assert desk.text(name) == text
    desk.form.body_fields.more.button.setChecked(False)
    if name == "avgPower":
        assert desk.form.body_fields.more.button.summary == "1 filled: power"
    desk.form.body_fields.fields[name].set_text("")
    desk.fill(type="Yoga")
    assert not is_shown(desk, name)
    desk.enter()
    assert (desk.sent[0].sets, desk.sent[0].avg_power_w, desk.sent[0].distance_km) == ((), None, None)


def test_that_laps_and_the_length_of_the_pool_are_the_distance(desk: Desk) -> None:
    desk.fill(userId="Ana", type="Swimming", duration="30", distance="40x25")
    assert desk.form.body_fields.fields["distance"].hint.text() == "= 1,000 m"
    desk.enter()
    assert desk.sent[0].distance_km == 1.0


def test_that_typed_weights_of_sets_are_converted_with_the_unit(desk: Desk) -> None:
    desk.fill(type="Strength", sets="Squat 5@60 lb, 3@40")
    desk.form.set_units(Units("km", "lb"))
    assert desk.text("sets") == "Squat 5@60, 3@40 kg"
    desk.form.set_units(Units("km", "kg"))
    assert desk.text("sets") == "Squat 5@60 lb, 3@40"


def test_that_a_corrected_set_keeps_what_its_text_does_not_say(desk: Desk) -> None:
    noted = [WorkoutSet.model_validate({"reps": 10, "weight": 40, "note": "easy"}), WorkoutSet(reps=8)]
    stored = make_workout(1, athlete="Ana", sport="Strength", km=None, sets=tuple(noted))
    desk.form.correct(stored)
    assert desk.text("sets") == "10@40, 8"
    desk.fill(sets="10@40, 9")
    desk.enter()
    assert desk.corrections[0].workout is not None
    assert desk.corrections[0].workout.sets == (noted[0], WorkoutSet(reps=9))
    desk.form.correct(stored)
    desk.fill(sets="")
    QTest.keyClick(desk.focused, Qt.Key.Key_Backspace)
    desk.enter()
    assert desk.corrections[1].workout is not None
    assert desk.corrections[1].workout.sets == ()
