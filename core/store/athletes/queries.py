"""Queries for the athletes' screens: the list, one athlete's page, the history, leaderboards."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

from sqlalchemy import Connection

from core.achievements.rules import AchievementRules
from core.athletes.history import HistoryPage, HistoryRequest
from core.athletes.leaderboard import Leaderboard, LeaderboardRequest
from core.athletes.listing import AthleteList, AthleteListRequest
from core.athletes.page import AthletePage, page_of
from core.store.athletes.history import read_history
from core.store.athletes.leaderboard import read_leaderboard
from core.store.athletes.listing import read_list
from core.store.athletes.workouts import read_earned, read_workouts


class AthleteQueries:
    """Belongs to the thread of its reader; errors as in ResultsReader. Each answer is of one snapshot."""

    def __init__(
        self,
        connect: Callable[[], AbstractContextManager[Connection]],
        rules: Callable[[Connection], AchievementRules],
    ) -> None:
        """`rules`: those in force."""
        self._connect = connect
        self._rules = rules

    def list(self, request: AthleteListRequest) -> AthleteList:
        """A page of the list."""
        with self._connect() as connection:
            return read_list(connection, request)

    def page(self, name: str, today: date) -> AthletePage:
        """Reads all workouts of the athlete."""
        with self._connect() as connection:
            entries, weights = read_workouts(connection, name)
            earned = read_earned(connection, name)
            rules = self._rules(connection)
        return page_of(name, entries, weights, earned, today, rules)

    def history(self, request: HistoryRequest) -> HistoryPage:
        """A part of the history; by start or athlete, from no more than some 20,000 workouts that were looked through.

        In other orders it reads all workouts that an index does not exclude.
        """
        with self._connect() as connection:
            return read_history(connection, request, self._rules(connection).places)

    def leaderboard(self, request: LeaderboardRequest) -> Leaderboard:
        """A page of the board of a week, a month, a year or all time, of one sport or all; with the cells of its picker
        and the sports that its period has."""
        with self._connect() as connection:
            return read_leaderboard(connection, request)
