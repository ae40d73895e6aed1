"""What is said of deliveries that can be put neither into the failed list nor into a retry queue."""

from __future__ import annotations

from core.broker.ports import Held


class HeldNotice:
    """Of one worker loop. The words stay the same while the trouble lasts, so that it is told once."""

    def __init__(self, worker: str) -> None:
        self._worker = worker
        self._words = ""
        self._was_full = False
        self.is_news = False  # whether the last `words` are to be told

    def words(self, held: Held) -> str:
        """A sentence or two; empty while nothing is held."""
        before = self._words
        if not held.count:
            self._words, self._was_full = "", False
        elif not before or held.is_full != self._was_full:
            self._words, self._was_full = self._sentence(held), held.is_full
        self.is_news = self._words not in ("", before)
        return self._words

    def _sentence(self, held: Held) -> str:
        if held.is_full:
            return (
                f"The worker {self._worker} holds {held.count:,} messages that cannot be put away, and takes no more "
                f"until they can. {held.reason}"
            )
        return (
            f"The worker {self._worker} holds a message that cannot be put into the failed list or a retry queue. "
            f"It is tried again every few seconds, and the others go on. {held.reason}"
        )
