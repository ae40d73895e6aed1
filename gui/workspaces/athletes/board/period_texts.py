"""How the leaderboard calls its periods. Qt-free."""

from __future__ import annotations

from datetime import date

from core.athletes.board_periods import BoardPeriod, period_of
from core.athletes.leaderboard import BoardCell, Leaderboard
from core.athletes.periods import Period
from core.athletes.weeks import week_of
from gui.workspaces.athletes.board.rows import BOARD_TITLES, BoardFormat
from gui.workspaces.athletes.formatting import counted, days_text

KINDS: tuple[tuple[Period, str], ...] = (("week", "Week"), ("month", "Month"), ("year", "Year"), ("all", "All time"))
ALL_SPORTS = "All sports"


def is_current(period: BoardPeriod, today: date) -> bool:
    return period == period_of(period.kind, today)


def period_title(period: BoardPeriod) -> str:
    """`Week 46`, `November`, `2025`, `All time`."""
    if period.kind == "week":
        return f"Week {week_of(period.first).iso_week}"
    if period.kind == "month":
        return f"{period.first:%B}"
    return str(period.first.year) if period.kind == "year" else "All time"


def period_dates(period: BoardPeriod, today: date) -> str:
    """What the title leaves open: `8 to 14 Dec`, of another year with it; of a month the year."""
    if period.kind == "month":
        return str(period.first.year)
    if period.kind != "week":
        return ""
    days = days_text(period.first, period.last)
    has_year = period.last.year == today.year or is_current(period, today)
    return days if has_year else f"{days} {period.last.year}"


def cell_label(period: BoardPeriod) -> str:
    """`46`, `Nov`, `’25`: ten of them stand side by side."""
    if period.kind == "week":
        return str(week_of(period.first).iso_week)
    return f"{period.first:%b}" if period.kind == "month" else f"\N{RIGHT SINGLE QUOTATION MARK}{period.first:%y}"


def cell_words(period: BoardPeriod, cell: BoardCell | None, texts: BoardFormat) -> str:
    """`Week 46, 10 to 16 Nov: 613.2 km in all`; without the sum while it is not known."""
    dates = days_text(period.first, period.last) if period.kind == "week" else period_dates(period, date.min)
    words = ", ".join(filter(None, (period_title(period), dates)))
    if cell is None:
        return words
    return f"{words}: {texts.written(cell.value)}{'' if texts.amount == 'workouts' else ' in all'}"


def when(period: BoardPeriod, today: date) -> str:
    """`this week`, `that month`; empty of all time."""
    return "" if period.kind == "all" else f"{'this' if is_current(period, today) else 'that'} {period.kind}"


def trained_words(board: Leaderboard, today: date) -> str:
    """`24 of 30 trained this week`."""
    words = f"{board.trained:,} of {board.athletes:,} trained"
    return f"{words} {when(board.request.period, today)}".strip()


def empty_words(board: Leaderboard, today: date) -> tuple[str, str]:
    """Why the board has no row, and what will change that."""
    period, of_sport = board.request.period, f" of {board.request.sport}" if board.request.sport else ""
    open_still = is_current(period, today)
    if not board.trained:
        words = f"No workout{of_sport} {when(period, today)}"
        return (f"{words.strip()} yet", "The first one that is stored opens it.") if open_still else (words, "")
    title = BOARD_TITLES[board.request.amount].lower()
    return (
        " ".join(filter(None, (f"No {title}{of_sport}", when(period, today)))),
        f"{counted(board.trained, 'athlete')} trained without one: choose another measure.",
    )
