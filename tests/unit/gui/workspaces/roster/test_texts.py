"""The words of the grid."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from core.errors import FieldProblem
from core.roster.check import RowState, RowVerdict
from core.roster.paste import PastedTable
from core.workouts.plausibility import FieldWarning
from core.workouts.sports import default_catalogue
from gui.forms.formatting import Units
from gui.workspaces.roster import texts

DAY = date(2025, 12, 10)


TABLE = PastedTable(({}, {}), ("userId", "duration"), "tab", has_header=False, has_decimal_comma=False)


def test_that_a_paste_says_how_it_was_read() -> None:
    assert texts.pasted_headline(TABLE, 2) == "Pasted 2 rows, 2 columns."
    assert texts.pasted_words(TABLE, 2) == "Read as tab separated."
    read = replace(TABLE, has_header=True, has_decimal_comma=True, left_out=("Shoes", "Hat", "Coat", "Scarf"))
    assert texts.pasted_words(read, 2) == (
        "Read as tab separated with a decimal comma, by its header. Left out: Shoes, Hat, Coat and 1 more."
    )


def test_that_a_paste_says_what_it_left_out() -> None:
    words = texts.pasted_words(replace(TABLE, rows=({}, {}, {}), delimiter="", beyond=1), 1)
    assert words == "Read as one column. Left out: 1 column beyond the last one. 2 rows did not fit into the grid."


def test_that_a_paste_says_what_the_check_found() -> None:
    counts = Counter({RowState.WRONG: 2, RowState.UNUSUAL: 1})
    assert texts.checked_words(counts, done=True) == "2 rows to fix, 1 looks unusual."
    assert texts.checked_words(Counter({RowState.UNUSUAL: 2}), done=True) == "2 look unusual."
    assert texts.checked_words(counts, done=False) == "Checking the rows."
    assert texts.checked_words(Counter(), done=True) == "Nothing to fix."


def test_that_what_stays_is_said_before_it_is_sent() -> None:
    assert texts.why_words(Counter({RowState.WRONG: 1, RowState.UNUSUAL: 1})) == (
        "The row to fix stays here.\nThe unusual one asks first."
    )
    assert texts.why_words(Counter({RowState.WRONG: 3, RowState.UNUSUAL: 2})) == (
        "The 3 rows to fix stay here.\nThe 2 unusual ones ask first."
    )
    assert texts.why_words(Counter({RowState.BLANK: 3})) == "Rows without a figure are not sent."
    assert texts.why_words(Counter()) == ""


@pytest.mark.parametrize(
    ("ready", "words"), [(0, "&Submit"), (1, "&Submit 1 workout"), (1200, "&Submit 1,200 workouts")]
)
def test_that_submit_says_how_many(ready: int, words: str) -> None:
    assert texts.submit_words(ready) == words


def test_that_a_day_is_named() -> None:
    assert texts.day_words(None, DAY) == "Today"
    assert texts.day_words(DAY, DAY) == "Today"
    assert texts.day_words(date(2025, 12, 8), DAY) == "Mon 8 Dec 2025"


def test_that_a_title_has_the_unit() -> None:
    assert texts.column_title("distance", Units("mi"), None) == "Distance, mi"
    assert texts.column_title("weightKg", Units(weight="lb"), None) == "Weight, lb"
    assert texts.column_title("distance", Units(), default_catalogue().find("Swimming")) == "Distance, m"
    assert texts.column_title("rpe", Units(), None) == "RPE"


def test_that_the_last_column_has_room_for_a_few_words() -> None:
    unreadable = RowVerdict(RowState.WRONG, problems=(FieldProblem("rpe", "Type a number such as 5.2, not 'x'."),))
    assert texts.problem_words(unreadable, "x") == "Not a number: x"
    missing = RowVerdict(RowState.WRONG, problems=(FieldProblem("duration", "Type a duration such as 45"),))
    assert texts.problem_words(missing, "") == "Type a duration such as 45"
    doubt = FieldWarning("timestamp", "more than a year ago")
    assert texts.question_words(RowVerdict(RowState.UNUSUAL, questions=(doubt,))) == "More than a year ago. Sure?"
