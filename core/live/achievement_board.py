"""Achievements as a screen shows them: the store's last summary, plus what was unlocked since."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import replace

from core.achievements.summary import AchievementSummary, BadgeCount, Unlock
from core.events import EarnedBadge
from core.workouts.model import ANONYMOUS

FEED_ROWS = 50
UNLOCK_SLOT_MS = 10_000
_UNLOCK_SLOTS = 360
_RECENT_ROWS = 5_000


class AchievementBoard:
    """Counts are the store's plus those seen since; the next summary corrects estimates."""

    def __init__(self) -> None:
        self._summary = AchievementSummary(0, (), 0, 0)
        self._badges: dict[str, BadgeCount] = {}
        self.unlocked = 0
        self._recent: deque[Unlock] = deque(maxlen=_RECENT_ROWS)  # live ones, in the order they came
        self._feed: deque[Unlock] = deque(maxlen=FEED_ROWS)  # newest first
        self._slots: Counter[int] = Counter()
        self._fresh: set[tuple[str, str]] = set()  # code and athlete, counted since the summary
        self.version = 0

    @property
    def athletes(self) -> int:
        """Athletes in the store, or more where a badge has more holders, since some must be new."""
        holders = max((badge.holders for badge in self._badges.values()), default=0)
        return max(self._summary.athletes, len({athlete for _, athlete in self._fresh}), holders)

    @property
    def badges(self) -> list[BadgeCount]:
        """In the order of the rules."""
        return list(self._badges.values())

    @property
    def ranking(self) -> list[BadgeCount]:
        """Most holders first; equals in the order of the rules."""
        return sorted(self._badges.values(), key=lambda badge: -badge.holders)

    @property
    def feed(self) -> list[Unlock]:
        """Newest first."""
        return list(self._feed)

    def unlocks_by_slot(self, from_ms: int, now_ms: int) -> list[int]:
        """How many in each 10 s from `from_ms` to now, oldest first; known for the last hour."""
        return [self._slots[slot] for slot in range(from_ms // UNLOCK_SLOT_MS, now_ms // UNLOCK_SLOT_MS + 1)]

    def set_summary(self, summary: AchievementSummary) -> None:
        self._summary = summary
        self._badges = {badge.code: badge for badge in summary.badges}
        self.unlocked = summary.unlocked
        self._fresh.clear()
        since = [unlock for unlock in self._recent if unlock.at_ms > summary.at_ms]
        for unlock in since:
            self._count(unlock)
        self._feed.clear()
        self._feed.extend([*reversed(since), *summary.latest][:FEED_ROWS])
        self._recent.clear()
        self._recent.extend(since)
        self.version += 1

    def unlock(self, at_ms: int, athlete: str, badges: Sequence[EarnedBadge]) -> None:
        for badge in badges:
            unlock = Unlock(at_ms, athlete, badge)
            self._recent.append(unlock)
            self._feed.appendleft(unlock)
            self._count(unlock)
        self._slots[at_ms // UNLOCK_SLOT_MS] += len(badges)
        while len(self._slots) > _UNLOCK_SLOTS:
            del self._slots[min(self._slots)]
        self.version += 1

    def forget(self, athlete: str) -> None:
        """The name; how many there are, the next summary says."""
        others = tuple(unlock for unlock in self._summary.latest if unlock.athlete != athlete)
        self._summary = replace(self._summary, latest=others)
        for unlocks in (self._recent, self._feed):
            kept = [unlock for unlock in unlocks if unlock.athlete != athlete]
            unlocks.clear()
            unlocks.extend(kept)
        self._fresh = {(code, name) for code, name in self._fresh if name != athlete}
        self.version += 1

    def _count(self, unlock: Unlock) -> None:
        self.unlocked += 1
        badge = unlock.badge
        known = self._badges.get(badge.code) or BadgeCount(badge.code, badge.name, 0)
        key = (badge.code, unlock.athlete)
        # A repeatable badge may be its athlete's first or tenth, which only the store knows.
        is_new = key not in self._fresh and not known.repeatable and unlock.athlete != ANONYMOUS
        if is_new and len(self._fresh) < _RECENT_ROWS:
            self._fresh.add(key)
            known = replace(known, holders=known.holders + 1)
        self._badges[badge.code] = known
