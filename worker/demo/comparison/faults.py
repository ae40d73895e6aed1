"""What fails in a comparison, the same for both sides. Qt-free."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from core.broker.ports import Message
from core.codec.workout_codec import DecodedMessage, decode
from core.config.settings import WorkSpan


class ProcessingFailedError(Exception):
    """The simulated failure of the processing of one workout."""


class ProcessingFaults:
    """Of one side. Methods are for any thread."""

    def __init__(
        self,
        failing: frozenset[str],
        outage: WorkSpan | None,
        *,
        on_failed: Callable[[str], None],
        monotonic_s: Callable[[], float] = monotonic,
    ) -> None:
        """`failing`: ids of workouts that fail at every try. `outage`: seconds after `begin`; see ComparisonPlan.

        `on_failed` is called with the id at each failure, in the thread that processes.
        """
        self._failing, self._outage = failing, outage
        self._on_failed, self._monotonic_s = on_failed, monotonic_s
        self._began_s = monotonic_s()

    def begin(self, ago_s: float = 0.0) -> None:
        """The outage is counted from so long ago."""
        self._began_s = self._monotonic_s() - ago_s

    def check(self, workout_id: str) -> None:
        """ProcessingFailedError where the processing of this workout fails now."""
        if workout_id in self._failing or self._is_out():
            self._on_failed(workout_id)
            raise ProcessingFailedError("The processing failed, as the comparison asks for.")

    def read_body(self, message: Message, *, now_ms: int) -> DecodedMessage:
        """As `decode`, for a worker loop: its error is that of the processing."""
        found = decode(message, now_ms=now_ms)
        self.check(found.workout_id)
        return found

    def _is_out(self) -> bool:
        if self._outage is None:
            return False
        return self._outage.min_s <= self._monotonic_s() - self._began_s < self._outage.max_s
