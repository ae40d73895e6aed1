"""A pipeline with its outbox writer, wired as the console does it, without a window."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.events import Event
from core.outbox.outbox import Outbox
from core.workouts.model import Workout
from worker.host.pipeline import Pipeline, PipelineOptions
from worker.outbox.outbox_writer import OutboxWriter
from worker.runtime.clock import now_ms

ACCEPT_S = 8.0


class WholePipeline:
    """Of one that only looks on, the writer never runs."""

    def __init__(
        self,
        options: PipelineOptions,
        *,
        on_event: Callable[[Event], None],
        on_answer: Callable[[str, object], None] = lambda _topic, _answer: None,
    ) -> None:
        self._options = options
        self.writer = OutboxWriter(
            Outbox(options.outbox_file, now_ms=now_ms),
            now_ms=now_ms,
            on_event=on_event,
            on_accepted=lambda: self.pipeline.notice(),
        )
        self.pipeline = Pipeline(options, self.writer, on_event=on_event, on_answer=on_answer)

    def start(self) -> None:
        self.pipeline.start()

    def submit(self, workouts: Sequence[Workout]) -> bool:
        return self.writer.submit(workouts)

    def stop(self, timeout_s: float = 9.0) -> bool:
        """Whether everything ended in time."""
        self.pipeline.stop_workers()
        ended = self._options.read_only or self.writer.end(ACCEPT_S)
        return self.pipeline.stop(timeout_s) and ended
