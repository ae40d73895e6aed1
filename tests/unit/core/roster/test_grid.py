"""The rows of the grid: typing, pasting, filling down, sending, and taking each of them back."""

from __future__ import annotations

from core.roster.grid import MAX_STEPS, Grid, RosterRow
from core.workouts.plausibility import FieldWarning

DOUBT = FieldWarning("distance", "69 km/h is unusual", "5.2")


def texts(grid: Grid, name: str) -> list[str]:
    return [row.texts.get(name, "") for row in grid.rows]


def of_three() -> Grid:
    grid = Grid()
    grid.load([{"userId": "Ana", "duration": "45"}, {"userId": "Ben"}, {"userId": "Cy", "duration": "30"}])
    return grid


def test_that_typing_behind_the_last_row_begins_a_new_one() -> None:
    grid = Grid()
    assert grid.type(0, "userId", " Ana ")
    assert grid.type(1, "userId", "Ben")
    assert texts(grid, "userId") == ["Ana", "Ben"]
    assert len({row.key for row in grid.rows}) == 2


def test_that_typing_the_same_again_is_no_step() -> None:
    grid = of_three()
    before = grid.version
    assert not grid.type(0, "duration", " 45 ")
    assert not grid.type(3, "duration", " ")
    assert (grid.version, grid.newest_step) == (before, "")


def test_that_typing_far_behind_the_end_begins_the_next_row() -> None:
    grid = of_three()
    grid.type(9, "userId", "Dov")
    assert texts(grid, "userId") == ["Ana", "Ben", "Cy", "Dov"]


def test_that_filling_down_copies_the_first_cell_and_is_undone() -> None:
    grid = of_three()
    assert grid.fill_down(0, 2, ["duration"])
    assert texts(grid, "duration") == ["45", "45", "45"]
    assert grid.newest_step == "Filled down"
    assert grid.undo() == "Filled down"
    assert texts(grid, "duration") == ["45", "", "30"]
    assert grid.undo() == ""


def test_that_one_row_has_nothing_to_fill_down() -> None:
    grid = of_three()
    assert not grid.fill_down(1, 1, ["duration"])
    assert not grid.fill_down(2, 9, ["duration"])
    assert not Grid().fill_down(0, 5, ["duration"])


def test_that_pasting_overwrites_only_the_pasted_fields_and_goes_on_beyond_the_end() -> None:
    grid = of_three()
    rows = [{"duration": "50"}, {}, {"duration": "61", "userId": "Dov"}]
    assert grid.paste(1, rows, ["duration"]) == 3
    assert texts(grid, "userId") == ["Ana", "Ben", "Cy", "Dov"]
    assert texts(grid, "duration") == ["45", "50", "", "61"]
    grid.undo()
    assert texts(grid, "userId") == ["Ana", "Ben", "Cy"]
    assert texts(grid, "duration") == ["45", "", "30"]


def test_that_rows_beyond_the_bounds_are_counted_rather_than_taken() -> None:
    assert Grid(max_rows=2).paste(0, [{"userId": name} for name in "abc"], ["userId"]) == 2
    assert Grid(max_text=2).paste(0, [{"userId": name} for name in "abc"], ["userId"]) == 2
    assert Grid(max_rows=0).paste(0, [{"userId": "a"}], ["userId"]) == 0


def test_that_rows_that_were_sent_are_left_alone() -> None:
    grid = of_three()
    grid.type(0, "rpe", "6")
    grid.mark_sent({grid.rows[0].key: "one"})
    assert grid.rows[0].is_sent
    assert grid.newest_step == ""  # what is sent cannot be taken back by an undo of typing
    assert not grid.clear(0, 0, ["duration"])
    assert not grid.type(0, "duration", "99")
    grid.paste(0, [{"duration": "50"}], ["duration"])
    assert texts(grid, "duration") == ["45", "50", "30"]
    grid.remove_sent()
    assert texts(grid, "userId") == ["Ben", "Cy"]


def test_that_clearing_and_removing_are_undone() -> None:
    grid = of_three()
    assert grid.clear(0, 2, ["duration", "userId"])
    assert texts(grid, "userId") == ["", "", ""]
    assert grid.remove(0, 1)
    assert len(grid.rows) == 1
    assert not grid.remove(5, 6)
    grid.undo()
    grid.undo()
    assert texts(grid, "duration") == ["45", "", "30"]


def test_that_what_was_kept_is_asked_again_once_its_row_changes() -> None:
    grid = of_three()
    grid.keep(0, [DOUBT])
    assert grid.rows[0].kept == {DOUBT}
    assert not grid.clear(0, 0, ["notes"])  # nothing stands there
    assert grid.rows[0].kept == {DOUBT}
    grid.type(0, "notes", "hot")
    assert grid.rows[0].kept == frozenset()
    grid.undo()
    grid.undo()
    assert grid.newest_step == ""


def test_that_the_oldest_steps_are_forgotten() -> None:
    grid = Grid()
    for number in range(MAX_STEPS + 5):
        grid.type(0, "duration", str(number + 1))
    while grid.undo():
        pass
    assert texts(grid, "duration") == ["5"]


def test_that_a_row_is_blank_until_something_was_done() -> None:
    assert RosterRow(1, {"userId": "Ana", "type": "Running", "timestamp": "18:30"}).is_blank
    assert not RosterRow(1, {"rpe": "6"}).is_blank


def test_that_a_template_in_place_of_all_rows_is_undone() -> None:
    grid = of_three()
    assert grid.begin([{"userId": "Dov"}])
    assert texts(grid, "userId") == ["Dov"]
    assert grid.undo() == "Replaced"
    assert texts(grid, "userId") == ["Ana", "Ben", "Cy"]


def test_that_rows_are_forgotten_for_good() -> None:
    grid = of_three()
    grid.mark_sent({grid.rows[1].key: "b"})
    grid.type(2, "userId", "Dov")
    before = grid.version
    grid.forget(lambda row: row.get("userId") == "Ana")
    assert (texts(grid, "userId"), grid.newest_step) == (["Ben", "Dov"], "")
    assert grid.version > before
    grid.type(1, "userId", "Eve")
    grid.forget(lambda row: row.get("userId") == "Ana")
    assert grid.newest_step == "Typed"
    grid.forget(lambda row: row.get("userId") == "Dov")  # could be brought back
    assert (texts(grid, "userId"), grid.newest_step) == (["Ben", "Eve"], "")
