"""The roster grid by keys: typed, pasted, filled down, fixed, sent, followed."""

from __future__ import annotations

from datetime import date

from core.events import Accepted, BatchProcessed, Confirmed, OutcomeKind, WorkoutOutcome
from core.roster.check import RowState
from core.roster.draft import RosterDraft
from core.roster.fields import ALWAYS
from core.roster.grid import TrainingSession
from core.roster.template import Template
from gui.forms.formatting import Units
from tests.support.painted_text import painted_texts
from tests.support.roster_screen import EVENING_MS, SQUAD, RosterScreen, squad_table

TRACK = Template(name="Track", athletes=SQUAD, same={"type": "Running", "timestamp": "18:30"}, fields=())


def test_that_the_sample_workout_takes_at_most_twelve_keys_once_the_athlete_is_known(screen: RosterScreen) -> None:
    screen.page.use_template(TRACK.model_copy(update={"athletes": ("Maya Lindqvist",), "fields": ("distance",)}))
    screen.type("45")
    screen.press("Tab")
    screen.type("5.2")
    screen.press("Ctrl+Return")
    screen.wait_for(lambda: screen.sent)
    (workout,) = screen.sent
    assert (workout.athlete, workout.sport, workout.duration_min, workout.distance_km) == (
        "Maya Lindqvist", "Running", 45, 5.2
    )  # fmt: skip
    assert f"{workout.started_at:%Y-%m-%d %H:%M}" == "2025-12-10 18:30"
    assert screen.presses <= 12


def test_that_thirty_athletes_take_at_most_120_keys_after_a_template(screen: RosterScreen) -> None:
    """Each with a distance of their own; all trained for 45 minutes."""
    screen.page.use_template(TRACK.model_copy(update={"fields": ("distance",)}))
    screen.type("45")
    screen.press("Up", "Ctrl+Shift+Down", "Ctrl+D", "Right")
    kilometres = [f"{5 + number % 5}.{number % 10}" if number % 3 else f"{5 + number % 5}" for number in range(30)]
    for km in kilometres[:-1]:
        screen.type(km)
        screen.press("Down")
    screen.type(kilometres[-1])
    screen.press("Ctrl+Return")
    screen.wait_for(lambda: screen.sent)
    assert [workout.athlete for workout in screen.sent] == list(SQUAD)
    assert [workout.distance_km for workout in screen.sent] == [float(km) for km in kilometres]
    assert {workout.duration_min for workout in screen.sent} == {45}
    assert screen.presses <= 120


def test_that_enter_after_tab_goes_to_the_next_row_where_tab_began(screen: RosterScreen) -> None:
    screen.page.use_template(TRACK.model_copy(update={"fields": ("distance",)}))
    screen.type("45")
    screen.press("Tab")
    assert screen.current == (0, "distance")
    screen.type("5")
    screen.press("Return")
    assert screen.current == (1, "duration")
    screen.press("Return")
    assert screen.current == (2, "duration")


def test_that_tab_behind_the_last_column_goes_to_the_next_row(screen: RosterScreen) -> None:
    screen.page.use_template(TRACK)
    screen.press("Right", "Right", "Right", "Right", "Right")
    assert screen.current == (0, "duration")  # the last of these columns
    screen.type("4")
    screen.press("Tab")
    assert screen.current == (1, "userId")
    screen.type("Z")
    screen.press("Backtab")
    assert screen.current == (1, "userId")


def test_that_esc_leaves_the_cell_as_it_was_and_then_the_grid(screen: RosterScreen) -> None:
    left: list[None] = []
    screen.page.left.connect(lambda: left.append(None))
    screen.page.use_template(TRACK)
    screen.type("9")
    screen.press("Esc")
    assert screen.cells("duration")[0] == ""
    assert left == []
    screen.press("Esc")
    assert left == [None]


def test_that_f2_edits_what_stands_there_and_del_empties_it(screen: RosterScreen) -> None:
    screen.page.use_template(TRACK)
    screen.type("45")
    screen.press("Up", "F2")
    screen.type(":30")
    screen.press("Return")
    assert screen.cells("duration")[0] == "45:30"
    screen.press("Up", "Del")
    assert screen.cells("duration")[0] == ""


def test_that_a_suggested_athlete_is_taken_with_enter(screen: RosterScreen) -> None:
    screen.page.set_names(["Zoë Martin"])
    screen.type("zoe")
    screen.press("Down", "Return")
    assert screen.cells("userId") == ["Zoë Martin"]


def test_that_a_pasted_table_is_checked_and_its_paste_undone(screen: RosterScreen) -> None:
    screen.paste("Elena\t\t18:30\t4o:00\t6,9\nJonas\t\t\t45:00\t52,0\nAna\t\t\t45:00\t5,2\n")
    assert screen.states() == [RowState.WRONG, RowState.UNUSUAL, RowState.READY]
    assert "Pasted 3 rows" in screen.page.notice.text
    assert "tab separated with a decimal comma" in screen.page.notice.text
    screen.wait_for(lambda: "1 row to fix, 1 looks unusual" in screen.page.notice.text)
    assert screen.says(0) == "Not a time: 4o:00"
    assert screen.says(1) == "69.3 km/h. Sure?"
    screen.press("Ctrl+Z")
    assert screen.cells("userId") == []
    assert screen.page.notice.text == ""


def test_that_the_undo_of_the_window_takes_a_paste_back_too(screen: RosterScreen) -> None:
    screen.paste("Ana\nBen\n")
    assert screen.offers.current is not None
    assert screen.offers.current.done == "Pasted"
    screen.offers.undo()
    assert screen.cells("userId") == []
    assert screen.offers.current is None


def test_that_a_field_of_the_table_that_is_not_shown_becomes_a_column(screen: RosterScreen) -> None:
    screen.paste("Name\tDuration\tMax HR\tShoes\nAna\t45\t181\tred\n")
    assert "maxHeartRate" in screen.page.fields
    assert screen.cells("maxHeartRate") == ["181"]
    assert "Left out: Shoes." in screen.page.notice.text


def test_that_nothing_on_the_clipboard_changes_nothing(screen: RosterScreen) -> None:
    screen.paste("\n")
    assert screen.cells("userId") == []
    screen.paste("a\t" * 300)
    assert "more than 200 columns" in screen.page.notice.text


def test_that_the_fix_and_keep_work_by_keys(screen: RosterScreen) -> None:
    screen.paste("Elena\t\t\t4o:00\t6,9\nJonas\t\t\t45:00\t52,0\nKofi\t\t\t45:00\t53,0\n")
    screen.press("F8")
    assert screen.current == (1, "distance")
    screen.press("Alt+U")
    assert screen.cells("distance")[1] == "5.2"
    screen.press("F8")
    assert screen.current == (2, "distance")
    screen.press("Alt+Y", "F8")
    assert screen.current == (0, "duration")
    screen.press("Alt+U")
    assert screen.states() == [RowState.READY] * 3
    screen.press("F8", "Alt+Y", "Alt+U")  # nothing is left to answer
    assert screen.cells("distance") == ["6,9", "5.2", "53,0"]


def test_that_submit_sends_what_is_ready_and_the_rest_stays(screen: RosterScreen) -> None:
    screen.paste("Elena\t\t\t4o:00\t6,9\nJonas\t\t\t45:00\t52,0\nAna\t\t\t45:00\t5,2\nBen\n")
    screen.press("Ctrl+Return")
    screen.wait_for(lambda: screen.sent)
    assert [workout.athlete for workout in screen.sent] == ["Ana"]
    assert screen.states() == [RowState.WRONG, RowState.UNUSUAL, RowState.SENT, RowState.BLANK]
    assert screen.current == (0, "duration")
    screen.press("Down", "Down")
    screen.type("9")
    screen.press("Return")
    assert screen.cells("duration")[2] == "45:00"
    screen.press("Ctrl+Return")
    assert len(screen.sent) == 1


def test_that_a_row_that_was_sent_is_its_own_receipt(screen: RosterScreen) -> None:
    screen.paste("Ana\t\t\t45:00\t5,2\n")
    screen.press("Ctrl+Return")
    screen.wait_for(lambda: screen.sent)
    workout_id, now_ms = screen.sent[0].workout_id, EVENING_MS
    screen.page.take_events([Accepted(now_ms, workout_id, "Ana", "Running", 45.0, 5.2)])
    assert screen.says(0).startswith("accepted")
    screen.page.take_events(
        [Accepted(now_ms, "another", "Ben", "Running", 45.0, 5.2), Confirmed(now_ms, (workout_id,))]
    )
    assert screen.says(0).startswith("waiting")
    outcome = WorkoutOutcome(workout_id, "Ana", "Running", OutcomeKind.STORED, 1.0, 1.0, 382.5)
    screen.page.take_events([BatchProcessed(now_ms + 800, "w", (outcome,))])
    assert screen.says(0) == "stored 0.8 s, no new badge"
    assert screen.page.receipts.log.count() == 1


def test_that_filling_down_copies_the_first_selected_cell(screen: RosterScreen) -> None:
    screen.page.use_template(TRACK)
    screen.type("45")
    screen.press("Up", "Shift+Down", "Shift+Down", "Ctrl+D")
    assert screen.cells("duration")[:4] == ["45", "45", "45", ""]
    assert screen.page.table.span is not None
    screen.press("Ctrl+Z")
    assert screen.cells("duration")[:4] == ["45", "", "", ""]


def test_that_copied_cells_can_be_pasted_again(screen: RosterScreen) -> None:
    screen.paste(squad_table(("5.2", "6.1")))
    screen.press("Shift+Right", "Shift+Down", "Ctrl+C")
    screen.press("Shift+Del")
    assert screen.cells("userId") == []
    screen.press("Ctrl+V")
    assert screen.cells("userId") == [SQUAD[0], SQUAD[1]]


def test_that_the_same_workout_twice_in_the_grid_is_asked_about(screen: RosterScreen) -> None:
    screen.paste("Ana\t\t18:30\t45:00\t5,2\nAna\t\t18:30\t45:00\t5,2\n")
    assert screen.states() == [RowState.READY, RowState.UNUSUAL]


def test_that_what_was_sent_from_here_is_asked_about_again(screen: RosterScreen) -> None:
    for _ in range(2):
        screen.paste("Ana\t\t18:30\t45:00\t5,2\n")
        screen.press("Ctrl+Return")
        screen.wait_checked()
        screen.press("Home", "Down")
    assert len(screen.sent) == 1
    assert screen.states() == [RowState.SENT, RowState.UNUSUAL]


def test_that_a_name_close_to_a_known_one_is_asked_about(screen: RosterScreen) -> None:
    screen.paste("Maya Lindqist\t\t\t45:00\n")
    assert screen.states() == [RowState.READY]
    screen.page.set_names(["Maya Lindqvist"])
    assert screen.states() == [RowState.UNUSUAL]
    screen.press("F8", "Alt+U")
    assert screen.cells("userId") == ["Maya Lindqvist"]


def test_that_another_sport_of_the_session_is_that_of_its_rows(screen: RosterScreen) -> None:
    screen.paste("Ana\t\t18:30\t45:00\t1500\nBen\tRunning\t\t45:00\t5\n")
    assert screen.states()[0] is RowState.WRONG
    screen.page.show_session(TrainingSession("Swimming"))
    assert screen.states() == [RowState.READY, RowState.READY]
    place = screen.page.model.place_of_field("distance")
    spoken = [screen.page.model.columns[place].spoken(row) for row in screen.page.grid.rows]  # type: ignore[misc]
    assert spoken == ["Distance, m: 1500", "Distance, m: 5 km"]


def test_that_the_columns_follow_the_sport_and_hide_nothing_that_is_typed(screen: RosterScreen) -> None:
    screen.page.show_session(TrainingSession("Strength"))
    assert "distance" not in screen.page.fields
    screen.press("Home", "Right", "Right", "Right", "Right")
    assert screen.current == (0, "sets")
    screen.type("3x")
    screen.press("Return")
    assert screen.states() == [RowState.WRONG]
    assert screen.says(0) == "Type the athlete's name"
    screen.press("Up", "Left", "Left", "Left", "Left")
    screen.paste("Ana\tStrength\t18:30\t45\t3x10@40\n")
    screen.page.show_session(TrainingSession("Cycling"))
    assert {"distance", "avgPower", "cadence", "sets"} <= set(screen.page.fields)
    screen.page._on_fields(("rpe",))
    assert set(screen.page.fields) - set(ALWAYS) == {"rpe", "sets"}


def test_that_sets_and_laps_are_read_in_the_grid_as_in_the_form(screen: RosterScreen) -> None:
    screen.page.show_session(TrainingSession("Strength"))
    screen.paste(
        "Name\tStart\tDuration\tSets\nAna\t18:30\t45\t3x10@40, 8@45\nBen\t18:30\t45\t3x\nCy\t18:30\t45\t2@500\n"
    )
    assert screen.states() == [RowState.READY, RowState.WRONG, RowState.UNUSUAL]
    assert screen.says(1) == "'3x' lacks the repetitions, such as 3x10@40."
    assert screen.says(2) == "Set 1 has more than 400 kg. Sure?"
    screen.page.show_session(TrainingSession("Swimming"))
    screen.press("Down", "Down", "Down")
    screen.paste("Name\tStart\tDuration\tDistance m\nDov\t18:30\t30\t40 x 25\n")
    screen.press("Ctrl+Return")
    screen.wait_for(lambda: screen.sent)
    assert [(len(workout.sets), workout.distance_km) for workout in screen.sent] == [(4, None), (0, 1.0)]


def test_that_another_day_of_the_session_is_that_of_its_times(screen: RosterScreen) -> None:
    screen.paste("Ana\t\t18:30\t45:00\t5\nBen\t\t\t45:00\t5\n")
    screen.page.show_session(TrainingSession("Running", date(2025, 12, 8)))
    assert screen.states() == [RowState.READY, RowState.WRONG]
    screen.press("Ctrl+Return")
    screen.wait_for(lambda: screen.sent)
    assert f"{screen.sent[0].started_at:%Y-%m-%d %H:%M}" == "2025-12-08 18:30"


def test_that_distances_are_read_in_the_units_of_the_user(screen: RosterScreen) -> None:
    screen.page.set_units(Units("mi"))
    screen.paste("Ana\t\t18:30\t45:00\t3\n")
    screen.press("Ctrl+Return")
    screen.wait_for(lambda: screen.sent)
    assert screen.sent[0].distance_km is not None
    assert abs(screen.sent[0].distance_km - 4.828) < 0.001
    assert any(column.title == "Distance, mi" for column in screen.page.model.columns)


def test_that_ten_thousand_rows_are_checked_between_key_presses(screen: RosterScreen) -> None:
    screen.paste("\n".join(f"Runner {number:05}\t\t18:30\t45:00\t5,2" for number in range(10_000)))
    assert len(screen.page.grid.rows) == 10_000
    assert not screen.page.checks.is_done  # the paste returned before
    screen.press("Right", "Right", "Right")
    screen.type("50")
    screen.press("Return")
    assert screen.cells("duration")[0] == "50"
    assert not screen.page.checks.is_done
    assert screen.says(0) == "ready"


def test_that_a_draft_comes_back_as_it_was(screen: RosterScreen) -> None:
    draft = RosterDraft(({"userId": "Ana", "duration": "4o"},), TrainingSession("Rowing"), (*ALWAYS, "rpe"))
    screen.page.restore(draft)
    assert screen.states() == [RowState.WRONG]
    assert screen.page.fields == (*ALWAYS, "rpe")
    assert screen.page.session.sport == "Rowing"


def test_that_a_template_takes_the_place_of_the_rows_until_it_is_undone(screen: RosterScreen) -> None:
    screen.type("Ana")
    screen.press("Return")
    screen.page.use_template(TRACK)
    assert screen.cells("userId") == list(SQUAD)
    assert screen.current == (0, "duration")
    screen.press("Ctrl+Z")
    assert screen.cells("userId") == ["Ana"]


def test_that_a_start_that_is_wrong_is_still_read_whole(screen: RosterScreen) -> None:
    same = {"type": "Running", "timestamp": "23:59"}
    screen.page.use_template(TRACK.model_copy(update={"athletes": ("Ana",), "same": same}))
    screen.type("45")
    screen.press("Return")
    assert screen.states()[0] is RowState.WRONG
    screen.page.resize(760, 600)
    screen.wait_for(lambda: "23:59" in {each.text for each in painted_texts(screen.page.table.viewport())})


def test_that_the_columns_of_a_ride_fit_into_a_small_window(screen: RosterScreen) -> None:
    screen.page.resize(936, 560)  # the workspace of a window of 1024
    screen.page.show_session(TrainingSession("Cycling"))
    screen.wait_for(lambda: screen.page.table.narrow)
    assert screen.page.table.horizontalScrollBar().maximum() == 0
