"""The texts of the weekly leaderboard. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from core.athletes.ranking import Board, BoardRow, BoardWeek
from core.athletes.sums import Amount, amount_of
from core.athletes.weeks import Week, week_of
from core.workouts.names import isolated
from gui.forms.formatting import Units
from gui.workspaces.athletes.formatting import AMOUNT_TITLES, amount_figure, counted, week_days

BOARD_TITLES: dict[Amount, str] = AMOUNT_TITLES | {"workouts": "Workouts"}

NEW = "new"


@dataclass(slots=True)
class BoardFormat:
    """What the texts of the board depend on. `athlete`: the chosen one, empty if none is."""

    units: Units = field(default_factory=Units)
    amount: Amount = "distance"
    athlete: str = ""
    last_rank: int = 1
    most_moved: int = 0

    def show(self, board: Board) -> None:
        self.amount = board.amount
        self.last_rank = max((row.rank for row in board.rows), default=1)
        self.most_moved = max((abs(row.moved or 0) for row in board.rows), default=0)

    def figure(self, row: BoardRow) -> tuple[str, str]:
        """Number and unit."""
        return amount_figure(self.amount, row.value, self.units)

    def value(self, row: BoardRow) -> str:
        if self.amount == "workouts":
            return counted(row.value, "workout")
        return " ".join(self.figure(row))

    def rank(self, row: BoardRow) -> str:
        """`5`, with the tie mark `5=`."""
        return f"{row.rank:,}{'=' if row.is_tied else ''}"

    def copied(self, row: BoardRow) -> str:
        return "\t".join((self.rank(row), row.athlete, self.value(row)))

    def spoken(self, row: BoardRow) -> str:
        """All of the row: `5, tied, Zoe Martin, 48.0 km, up 5`."""
        tied = ["tied"] if row.is_tied else []
        chosen = ["chosen"] if row.athlete == self.athlete else []
        return ", ".join([f"{row.rank:,}", *tied, isolated(row.athlete), self.value(row), move_words(row), *chosen])

    def tip(self, row: BoardRow) -> str:
        parts = [amount_figure(amount, amount_of(row.totals, amount), self.units).text for amount in AMOUNT_TITLES]
        return (
            f"{isolated(row.athlete)}: {move_words(row)}\n{counted(row.totals.workouts, 'workout')}, {', '.join(parts)}"
        )

    def week_words(self, cell: BoardWeek | None, week: Week) -> str:
        """Of a cell of the picker: `Week 46, 10 to 16 Nov: 613.2 km in all`; without the sum while it is not known."""
        words = f"{week_title(week)}, {week_days(week)}"
        if cell is None:
            return words
        if self.amount == "workouts":
            return f"{words}: {counted(cell.value, 'workout')}"
        return f"{words}: {amount_figure(self.amount, cell.value, self.units).text} in all"


def move_words(row: BoardRow) -> str:
    """`up 3`, `down 1`, `same place`, `new`."""
    if row.moved is None:
        return NEW
    if not row.moved:
        return "same place"
    return f"{'up' if row.moved > 0 else 'down'} {abs(row.moved):,}"


def week_title(week: Week) -> str:
    return f"Week {week.iso_week}"


def week_dates(week: Week, today: date) -> str:
    """`8 to 14 Dec`; with the year unless it is this one."""
    days = week_days(week)
    return days if week.sunday.year == today.year or week == week_of(today) else f"{days} {week.sunday.year}"


def trained_words(board: Board, today: date) -> str:
    """`24 of 30 trained this week`."""
    when = "this week" if board.week == week_of(today) else "that week"
    return f"{board.trained:,} of {board.athletes:,} trained {when}"


def empty_words(board: Board, today: date) -> tuple[str, str]:
    """Why the board has no row, and what will change that."""
    is_current = board.week == week_of(today)
    if not board.trained:
        return (
            "No workout this week yet" if is_current else "No workout in that week",
            "The first one that is stored opens it." if is_current else "",
        )
    return (
        "No distance in this week",
        f"{counted(board.trained, 'athlete')} trained without one: choose another measure.",
    )


def age_words(age_s: float, *, is_live: bool) -> str:
    """`live, 2 s ago`; `as of 3 min ago` while changes do not reach this console."""
    ago = f"{age_s:.0f} s" if age_s < 59.5 else f"{age_s / 60:.0f} min" if age_s < 3570 else f"{age_s / 3600:.0f} h"
    return f"live, {ago} ago" if is_live else f"as of {ago} ago"
