"""The texts of the leaderboard's rows. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.athletes.leaderboard import BoardAmount, Leaderboard
from core.athletes.ranking import BoardRow
from core.athletes.sums import Sums, amount_of
from core.workouts.names import isolated
from gui.forms.formatting import Units
from gui.workspaces.athletes.formatting import AMOUNT_TITLES, WrittenAmount, amount_figure, climb_figure, counted

BOARD_TITLES: dict[BoardAmount, str] = {
    "distance": "Distance",
    "duration": "Time",
    "energy": "Energy",
    "workouts": "Workouts",
    "climb": "Climb",
}
NEW = "new"


def board_figure(amount: BoardAmount, value: float, units: Units) -> WrittenAmount:
    """`value` in the unit of the amount, see `board_value`."""
    return climb_figure(value) if amount == "climb" else amount_figure(amount, value, units)


@dataclass(slots=True)
class BoardFormat:
    """What the texts of the board depend on. `athlete`: the chosen one, empty if none is."""

    units: Units = field(default_factory=Units)
    amount: BoardAmount = "distance"
    athlete: str = ""
    has_moves: bool = True  # there is a period before
    last_rank: int = 1
    most_moved: int = 0

    def show(self, board: Leaderboard) -> None:
        self.amount = board.request.amount
        self.has_moves = board.request.period.before is not None
        self.last_rank = max((row.rank for row in board.rows), default=1)
        self.most_moved = max((abs(row.moved or 0) for row in board.rows), default=0)

    def figure(self, row: BoardRow) -> WrittenAmount:
        """Number and unit."""
        return board_figure(self.amount, row.value, self.units)

    def value(self, row: BoardRow) -> str:
        return self.written(row.value)

    def written(self, value: int) -> str:
        """In the unit of the amount."""
        if self.amount == "workouts":
            return counted(value, "workout")
        return board_figure(self.amount, value, self.units).text

    def rank(self, row: BoardRow) -> str:
        """`5`, with the tie mark `5=`."""
        return f"{row.rank:,}{'=' if row.is_tied else ''}"

    def copied(self, row: BoardRow) -> str:
        return "\t".join((self.rank(row), row.athlete, self.value(row)))

    def spoken(self, row: BoardRow) -> str:
        """All of the row: `5, tied, Zoe Martin, 48.0 km, up 5`."""
        tied = ["tied"] if row.is_tied else []
        moves = [move_words(row)] if self.has_moves else []
        chosen = ["chosen"] if row.athlete == self.athlete else []
        return ", ".join([f"{row.rank:,}", *tied, isolated(row.athlete), self.value(row), *moves, *chosen])

    def tip(self, row: BoardRow) -> str:
        sums = row.totals
        parts = [amount_figure(amount, amount_of(sums, amount), self.units).text for amount in AMOUNT_TITLES]
        if isinstance(sums, Sums):
            parts.append(f"{climb_figure(sums.ascent_mm).text} climbed")
        moves = f": {move_words(row)}" if self.has_moves else ""
        return f"{isolated(row.athlete)}{moves}\n{counted(sums.workouts, 'workout')}, {', '.join(parts)}"


def move_words(row: BoardRow) -> str:
    """`up 3`, `down 1`, `same place`, `new`."""
    if row.moved is None:
        return NEW
    if not row.moved:
        return "same place"
    return f"{'up' if row.moved > 0 else 'down'} {abs(row.moved):,}"


def age_words(age_s: float, *, is_live: bool) -> str:
    """`live, 2 s ago`; `as of 3 min ago` while changes do not reach this console."""
    ago = f"{age_s:.0f} s" if age_s < 59.5 else f"{age_s / 60:.0f} min" if age_s < 3570 else f"{age_s / 3600:.0f} h"
    return f"live, {ago} ago" if is_live else f"as of {ago} ago"
