"""What is stored of the athlete is asked for and shown, and the last weight offered."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from core.workouts.on_record import AthleteRecord, RecordedWeight
from gui.forms.formatting import Units
from tests.support.form_rig import NOW_MS, Desk
from tests.support.incoming import make_workout


def test_names_of_athletes_are_told_and_their_history_shown(desk: Desk) -> None:
    desk.form.set_athletes(["Ana Ruiz", "Ben Okafor"])
    desk.fill(userId="Ana Ruiz")
    QTest.keyClick(desk.focused, Qt.Key.Key_Tab)
    desk.qtbot.waitUntil(lambda: any(wanted.athlete == "Ana Ruiz" for wanted in desk.athletes))
    desk.form.show_athlete(AthleteRecord(desk.athletes[-1], 142))
    labels = desk.form.body_fields.fields["userId"].findChildren(QLabel)
    assert any("142 workouts" in label.text() for label in labels)


def test_that_another_day_of_the_start_is_asked_for(desk: Desk) -> None:
    desk.send(userId="Ana", duration="30", timestamp="yesterday 18:00")
    today, yesterday = desk.athletes[0], desk.athletes[-1]
    assert (today.athlete, yesterday.athlete) == ("Ana", "Ana")
    assert yesterday.to_ms == NOW_MS - NOW_MS % 86_400_000
    assert yesterday.to_ms - yesterday.from_ms == 86_400_000


def test_that_an_answer_about_another_athlete_or_day_is_not_taken_for_it(desk: Desk) -> None:
    desk.form.expect_answers()
    desk.send(userId="Ana", duration="30", timestamp="yesterday 18:00")
    desk.form.show_athlete(AthleteRecord(replace(desk.athletes[-1], athlete="Anna"), 3))
    desk.form.show_athlete(AthleteRecord(replace(desk.athletes[-1], from_ms=0), 3))
    assert desk.sent == []
    desk.record()
    assert len(desk.sent) == 1


@pytest.mark.parametrize("name", ["anonymous", "Anonymous", ""])
def test_that_nothing_is_asked_of_people_without_a_name(desk: Desk, name: str) -> None:
    desk.form.expect_answers()
    desk.send(userId=name, duration="30")
    assert desk.athletes == []


def test_that_the_record_is_asked_for_again_while_the_athlete_stands_there(desk: Desk) -> None:
    desk.fill(userId="Ana", duration="30")
    desk.qtbot.waitUntil(lambda: bool(desk.athletes))
    asked = len(desk.athletes)
    desk.form._on_clock()
    assert desk.athletes[asked:] == [desk.athletes[-1]]


TWELFTH = datetime(2026, 2, 12, 9, 0, tzinfo=UTC)


def offer(desk: Desk, kg: float = 60.0, **texts: str) -> None:
    """The athlete that was typed has a last known weight."""
    desk.fill(**texts)
    desk.qtbot.waitUntil(lambda: bool(desk.athletes) and desk.athletes[-1].athlete == texts["userId"])
    desk.form.show_athlete(AthleteRecord(desk.athletes[-1], 3, RecordedWeight(kg, TWELFTH)))


def see_weight(desk: Desk) -> None:
    desk.form.body_fields.fields["weightKg"].edit.repaint()


def test_that_the_last_known_weight_is_offered_in_view_and_sent(desk: Desk) -> None:
    offer(desk, userId="Ana", type="Yoga", duration="60")
    field = desk.form.body_fields.fields["weightKg"]
    assert (field.text, field.edit.isVisible(), field.edit.accessibleName()) == ("60", True, "Weight, 12 Feb")
    desk.qtbot.waitUntil(lambda: desk.form.card.energy.below.text() == "with 60 kg of 12 Feb")
    assert desk.form.card.energy.number.text == "138.0 kcal"
    see_weight(desk)
    desk.enter()
    assert [workout.weight_kg for workout in desk.sent] == [60.0]
    assert desk.text("weightKg") == ""
    assert not desk.form.body_fields.fields["weightKg"].edit.isVisible()


def test_that_a_weight_offered_is_not_sent_before_it_was_seen(desk: Desk) -> None:
    offer(desk, userId="Ana", duration="60")
    desk.form.body_fields.fields["weightKg"].setUpdatesEnabled(False)
    desk.form.submit()
    assert [workout.weight_kg for workout in desk.sent] == [None]


def test_that_a_weight_that_comes_after_enter_is_not_sent(desk: Desk) -> None:
    desk.form.expect_answers()
    desk.send(userId="Ana", duration="60")
    desk.form.show_athlete(AthleteRecord(desk.athletes[-1], 3, RecordedWeight(60.0, TWELFTH)))
    assert [workout.weight_kg for workout in desk.sent] == [None]


def test_that_a_weight_offered_can_be_removed_or_changed(desk: Desk) -> None:
    offer(desk, userId="Ana", duration="60")
    desk.fill(weightKg="61")
    assert desk.form.body_fields.fields["weightKg"].edit.accessibleName() == "Body weight"
    desk.form.show_athlete(AthleteRecord(desk.athletes[-1], 3, RecordedWeight(60.0, TWELFTH)))  # as every few seconds
    assert desk.text("weightKg") == "61"
    desk.form.body_fields.fields["weightKg"].set_text("")
    desk.form.show_athlete(AthleteRecord(desk.athletes[-1], 3, RecordedWeight(60.0, TWELFTH)))
    desk.enter()
    assert [workout.weight_kg for workout in desk.sent] == [None]


def test_that_a_weight_goes_with_its_athlete(desk: Desk) -> None:
    offer(desk, userId="Ana", duration="60")
    desk.fill(userId="Ben")
    desk.qtbot.waitUntil(lambda: desk.athletes[-1].athlete == "Ben")
    assert desk.text("weightKg") == ""
    desk.form.show_athlete(AthleteRecord(desk.athletes[-1], 3))
    assert desk.text("weightKg") == ""
    offer(desk, 70.0, userId="Cy")
    assert desk.text("weightKg") == "70"


@pytest.mark.parametrize("all_names_are_known", [False, True])
def test_that_a_weight_does_not_go_with_another_athlete_who_is_typed_quickly(
    desk: Desk, all_names_are_known: bool
) -> None:
    desk.form.set_athletes(["Ana"], complete=all_names_are_known)
    if all_names_are_known:
        desk.form.expect_answers()
    offer(desk, userId="Ana", duration="60")
    see_weight(desk)
    desk.send(userId="Zoe")
    assert [(workout.athlete, workout.weight_kg) for workout in desk.sent] == [("Zoe", None)]


@pytest.mark.parametrize("kg", [60.0, 61.3, 74.84274105])
def test_that_a_weight_offered_in_pounds_is_sent_as_it_was_stored(desk: Desk, kg: float) -> None:
    desk.form.set_units(Units("mi", "lb"))
    offer(desk, kg, userId="Ana", duration="60")
    see_weight(desk)
    desk.enter()
    assert [workout.weight_kg for workout in desk.sent] == [kg]


def test_that_the_energy_shown_is_that_of_the_weight_as_it_was_stored(desk: Desk) -> None:
    desk.form.set_units(Units("mi", "lb"))
    offer(desk, 60.0, userId="Ana", type="Yoga", duration="23:59:00")
    desk.qtbot.waitUntil(lambda: desk.form.card.energy.below.text() == "with 132.3 lb of 12 Feb")
    assert desk.form.card.energy.number.text == "3,309 kcal"  # 3,310 with 132.3 lb to the letter


def test_that_a_weight_typed_is_not_replaced(desk: Desk) -> None:
    desk.fill(weightKg="63")
    offer(desk, userId="Ana", duration="60")
    assert desk.text("weightKg") == "63"


def test_that_a_weight_offered_is_in_pounds_where_these_are_set(desk: Desk) -> None:
    desk.form.set_units(Units("mi", "lb"))
    offer(desk, userId="Ana", duration="60")
    assert desk.text("weightKg") == "132.3"
    desk.form.set_units(Units("km", "kg"))
    assert (desk.text("weightKg"), desk.form.body_fields.weight_of) == ("60", "12 Feb")
    desk.form.body_fields.fields["weightKg"].set_text("80")
    desk.form.set_units(Units("mi", "lb"))
    assert desk.text("weightKg") == "176.4"


def test_that_a_weight_offered_is_no_part_of_the_draft_and_can_be_reached_by_tab(desk: Desk) -> None:
    offer(desk, userId="Ana", duration="60")
    assert desk.form.draft().texts["weightKg"] == ""
    desk.form.body_fields.focus("timestamp")
    QTest.keyClick(desk.focused, Qt.Key.Key_Tab)
    assert desk.has_focus("weightKg")
    QTest.keyClick(desk.focused, Qt.Key.Key_Escape)
    assert desk.text("weightKg") == ""


def test_that_no_weight_is_offered_to_a_repair(desk: Desk) -> None:
    fields = {"id": "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "userId": "Cy Tan", "type": "Yoga", "duration": 40}
    desk.form.load_for_repair(fields)
    desk.form.show_athlete(AthleteRecord(desk.athletes[-1], 3, RecordedWeight(60.0, TWELFTH)))
    assert desk.text("weightKg") == ""


def test_that_the_record_is_asked_for_as_soon_as_the_athlete_is_left(desk: Desk) -> None:
    desk.fill(userId="Ana")
    assert desk.athletes == []
    QTest.keyClick(desk.focused, Qt.Key.Key_Tab)
    assert [wanted.athlete for wanted in desk.athletes] == ["Ana"]


@pytest.mark.parametrize("start", ["9999-12-31 10:00", "31.12.9999 23:59"])
def test_that_a_start_at_an_end_of_the_calendar_is_refused_in_words(desk: Desk, start: str) -> None:
    desk.fill(userId="Ana", duration="30", timestamp=start)
    desk.form.body_fields.focus("userId")  # leaving the field asks what is stored of that day
    assert desk.message("timestamp")
    desk.enter()
    assert desk.sent == []
    assert desk.athletes[-1].from_ms == int(datetime(2026, 3, 1, tzinfo=UTC).timestamp() * 1000)  # today


def use_again(desk: Desk, athlete: str = "") -> None:
    """Ana's yoga with 60 kg, chosen by its key while a name stands there."""
    done = make_workout(athlete="Ana", sport="Yoga", minutes=60.0, weight_kg=60.0, started_at=TWELFTH)
    desk.form.set_recent([done])
    desk.fill(userId=athlete)
    QTest.keyClick(desk.focused, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    desk.qtbot.waitUntil(lambda: desk.text("duration") == "1:00:00")


def test_that_a_workout_used_again_has_its_weight_in_view(desk: Desk) -> None:
    use_again(desk)
    field = desk.form.body_fields.fields["weightKg"]
    assert (field.text, field.edit.isVisible(), field.edit.accessibleName()) == ("60", True, "Weight, 12 Feb")
    see_weight(desk)
    desk.enter()
    assert [(workout.athlete, workout.weight_kg) for workout in desk.sent] == [("Ana", 60.0)]


def test_that_a_workout_used_again_for_another_athlete_has_no_weight_of_the_first(desk: Desk) -> None:
    use_again(desk, "Ben")
    assert (desk.text("userId"), desk.text("weightKg")) == ("Ana", "60")  # the row's own, whatever stood there
    desk.send(userId="Cy")
    assert [(workout.athlete, workout.weight_kg) for workout in desk.sent] == [("Cy", None)]
