"""The problem text about deliveries that neither the failed queue nor a retry queue accepts."""

from __future__ import annotations

from collections.abc import Callable

from core.broker.ports import Held
from core.events import Event, ProblemRaised
from core.logs import get_log

_log = get_log(__name__)


class HeldNotice:
    """Of one worker loop. The text stays the same while the problem lasts, so that it is raised once."""

    def __init__(self, worker: str, on_event: Callable[[Event], None], now_ms: Callable[[], int]) -> None:
        self._worker = worker
        self._on_event = on_event
        self._now_ms = now_ms
        self._text = ""
        self._was_full = False

    def update(self, held: Held) -> str:
        """A sentence or two, empty while nothing is held. A new text is logged and raised as a problem."""
        if not held.count:
            self._text = ""
        elif not self._text or held.is_full != self._was_full:
            self._text, self._was_full = self._sentences(held), held.is_full
            _log.warning("messages cannot be put away", worker=self._worker, problem=self._text)
            self._on_event(ProblemRaised(self._now_ms(), "worker", self._text))
        return self._text

    def _sentences(self, held: Held) -> str:
        if held.is_full:
            return (
                f"The worker {self._worker} holds {held.count:,} messages that cannot be put away, and takes no more "
                f"until they can. {held.reason}"
            )
        return (
            f"The worker {self._worker} holds a message that cannot be put into the failed list or a retry queue. "
            f"It is tried again every few seconds, and the others go on. {held.reason}"
        )
