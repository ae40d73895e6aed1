"""The store's achievements and those unlocked since."""

from __future__ import annotations

from core.achievements.summary import AchievementSummary, BadgeCount, Unlock
from core.events import EarnedBadge
from core.live.achievement_board import FEED_ROWS, AchievementBoard

T0 = 1_700_000_000_000
FIVE, HOUR, RECORD = (
    EarnedBadge("5k", "5K Runner"),
    EarnedBadge("hour", "Hour of Power"),
    EarnedBadge("pr", "Longest Run"),
)
SUMMARY = AchievementSummary(
    T0,
    (
        BadgeCount("5k", "5K Runner", 48),
        BadgeCount("hour", "Hour of Power", 50),
        BadgeCount("pr", "Longest Run", 3, "", True),
    ),
    unlocked=129,
    athletes=60,
    latest=(Unlock(T0 - 5, "Priya", FIVE),),
)


def _holders(board: AchievementBoard) -> dict[str, int]:
    return {badge.code: badge.holders for badge in board.badges}


def test_that_live_unlocks_add_to_what_the_store_said() -> None:
    board = AchievementBoard()
    board.set_summary(SUMMARY)
    board.unlock(T0 + 1, "Ana", [FIVE, HOUR])
    board.unlock(T0 + 2, "Ana", [FIVE])
    assert (board.unlocked, board.athletes) == (132, 60)
    assert _holders(board) == {"5k": 49, "hour": 51, "pr": 3}
    assert [badge.code for badge in board.ranking] == ["hour", "5k", "pr"]
    assert [(unlock.athlete, unlock.badge) for unlock in board.feed[:2]] == [("Ana", FIVE), ("Ana", HOUR)]


def test_that_a_repeated_badge_gains_no_holder_until_the_store_says_so() -> None:
    board = AchievementBoard()
    board.set_summary(SUMMARY)
    board.unlock(T0 + 1, "Ana", [RECORD])
    assert _holders(board)["pr"] == 3
    assert board.unlocked == 130


def test_that_anonymous_is_told_of_and_is_no_holder() -> None:
    board = AchievementBoard()
    board.set_summary(SUMMARY)
    board.unlock(T0 + 1, "anonymous", [HOUR])
    board.unlock(T0 + 2, "anonymous", [HOUR])
    assert (board.unlocked, board.athletes, _holders(board)["hour"]) == (131, 60, 50)
    assert [unlock.athlete for unlock in board.feed] == ["anonymous", "anonymous", "Priya"]


def test_that_a_summary_counts_nothing_twice_and_loses_nothing_newer() -> None:
    board = AchievementBoard()
    board.unlock(T0 - 10, "Ana", [FIVE])
    board.unlock(T0 + 10, "Ben", [HOUR])
    board.set_summary(SUMMARY)
    assert board.unlocked == 130
    assert _holders(board) == {"5k": 48, "hour": 51, "pr": 3}
    assert [unlock.athlete for unlock in board.feed] == ["Ben", "Priya"]


def test_that_without_the_store_those_seen_are_counted() -> None:
    board = AchievementBoard()
    board.unlock(T0, "Ana", [FIVE])
    board.unlock(T0, "Ben", [FIVE])
    assert (board.unlocked, board.athletes, _holders(board)) == (2, 2, {"5k": 2})


def test_that_unlocks_over_time_are_kept_for_an_hour_by_ten_seconds() -> None:
    board = AchievementBoard()
    for step in range(1_000):
        board.unlock(T0 + step * 10_000, "Ana", [FIVE, HOUR])
    end = T0 + 9_990_000
    assert board.unlocks_by_slot(end - 20_000, end) == [2, 2, 2]
    assert sum(board.unlocks_by_slot(T0, end)) == 360 * 2


def test_that_memory_stays_bounded_when_no_summary_ever_comes() -> None:
    board = AchievementBoard()
    for number in range(12_000):
        board.unlock(T0, f"athlete {number}", [FIVE])
    assert len(board.feed) == FEED_ROWS
    assert board.unlocked == 12_000
    assert board.athletes == 5_000


def test_that_each_change_raises_the_version() -> None:
    board = AchievementBoard()
    board.set_summary(SUMMARY)
    before = board.version
    board.unlock(T0, "Ana", [FIVE])
    assert board.version > before


def test_that_an_erased_athlete_is_forgotten() -> None:
    board = AchievementBoard()
    board.set_summary(SUMMARY)
    board.unlock(T0 + 1, "Ana", [FIVE])
    board.unlock(T0 + 2, "Priya", [HOUR])
    before = board.version
    board.forget("Priya")
    assert [unlock.athlete for unlock in board.feed] == ["Ana"]
    assert board.version > before
    board.set_summary(SUMMARY)
    board.forget("Ana")
    assert [unlock.athlete for unlock in board.feed] == ["Priya"]
