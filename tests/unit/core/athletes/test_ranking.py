"""Places on a board, against a naive count."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.achievements.athlete_history import Totals
from core.athletes.ranking import BoardRow, Ranking, ranked_rows
from core.athletes.sums import amount_of


def _rows(now: dict[str, int], before: dict[str, int]) -> tuple[BoardRow, ...]:
    totals = {name: Totals(1, 1, value, 1) for name, value in sorted(now.items(), key=lambda item: -item[1])}
    now_ranked, ranked_before = Ranking(now.values()), Ranking(before.values())
    return ranked_rows(totals, lambda sums: amount_of(sums, "distance"), now_ranked, before, ranked_before)


def test_that_ties_share_a_rank_and_leave_the_next_out() -> None:
    rows = _rows({"Ana": 9, "Ben": 5, "Cy": 5, "Di": 2}, {})
    assert [(row.rank, row.is_tied) for row in rows] == [(1, False), (2, True), (2, True), (4, False)]
    assert [row.share for row in rows] == [1, 5 / 9, 5 / 9, 2 / 9]


def test_that_moves_are_counted_from_the_period_before() -> None:
    rows = _rows({"Ana": 9, "Ben": 8, "Cy": 7, "Di": 6}, {"Ben": 4, "Ana": 3, "Cy": 2, "Ed": 9, "Di": 0})
    assert {row.athlete: row.moved for row in rows} == {"Ana": 2, "Ben": 0, "Cy": 1, "Di": None}
    assert {row.athlete: row.moved for row in _rows({"Ana": 1, "Ben": 2}, {"Ana": 2, "Ben": 1})} == {
        "Ana": -1,
        "Ben": 1,
    }


def test_that_zero_is_not_ranked() -> None:
    assert [row.athlete for row in _rows({"Ana": 3, "Ben": 0}, {})] == ["Ana"]
    assert len(Ranking([3, 0])) == 1
    assert _rows({"Ben": 0}, {"Ben": 1}) == ()


_VALUES = st.dictionaries(st.sampled_from("abcdefghij"), st.integers(0, 6))


@given(now=_VALUES, before=_VALUES)
def test_that_a_rank_is_one_more_than_those_who_have_more(now: dict[str, int], before: dict[str, int]) -> None:
    rows = _rows(now, before)
    assert {row.athlete for row in rows} == {name for name, value in now.items() if value}

    def rank(board: dict[str, int], name: str) -> int:
        return 1 + sum(other > board[name] for other in board.values())

    for row in rows:
        assert row.rank == rank(now, row.athlete)
        assert row.is_tied == (list(now.values()).count(row.value) > 1)
        moved = rank(before, row.athlete) - row.rank if before.get(row.athlete) else None
        assert row.moved == moved
        assert row.totals.distance_mm == row.value == now[row.athlete]
