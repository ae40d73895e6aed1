"""What a leaderboard compares."""

from __future__ import annotations

from typing import get_args

from core.athletes.leaderboard import BoardAmount, board_value
from core.athletes.sums import Sums


def test_that_each_amount_is_its_field() -> None:
    sums = Sums(1, 2, 3, 4, 5)
    amounts: tuple[BoardAmount, ...] = get_args(BoardAmount)
    assert {amount: board_value(sums, amount) for amount in amounts} == {
        "workouts": 1,
        "duration": 2,
        "distance": 3,
        "energy": 4,
        "climb": 5,
    }
