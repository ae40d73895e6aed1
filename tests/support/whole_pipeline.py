"""A pipeline with its outbox writer, wired as the console does it, without a window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from core.events import Event
from core.outbox.outbox import Outbox
from core.workouts.model import Workout
from worker.host.hosted_worker import USUAL_PARTS, PipelineParts
from worker.host.pipeline import Pipeline, PipelineOptions
from worker.outbox.outbox_writer import OutboxWriter
from worker.outbox.restore import RestoredConsole
from worker.runtime.clock import now_ms
from worker.runtime.query import Posted, Reply

ACCEPT_S = 8.0


class WholePipeline:
    """Of one that only looks on, the writer never runs."""

    def __init__(
        self,
        options: PipelineOptions,
        *,
        on_event: Callable[[Event], None],
        on_reply: Callable[[Reply[Any]], None] = lambda _: None,
        on_restored: Callable[[RestoredConsole | None], None] = lambda _: None,
        parts: PipelineParts = USUAL_PARTS,
    ) -> None:
        self._options, self._on_event, self._on_reply = options, on_event, on_reply
        self.writer = OutboxWriter(
            Outbox(options.outbox_file, now_ms=now_ms),
            now_ms=now_ms,
            on_event=on_event,
            on_accepted=lambda: self.pipeline.notice(),
        )
        self.pipeline = Pipeline(options, self.writer, post=self._post, on_restored=on_restored, parts=parts)

    def _post(self, posted: Posted) -> None:
        if isinstance(posted, Reply):
            self._on_reply(posted)
        else:
            self._on_event(posted)

    def start(self) -> None:
        self.pipeline.start()

    def submit(self, workouts: Sequence[Workout]) -> bool:
        return self.writer.submit(workouts)

    def stop(self, timeout_s: float = 9.0) -> bool:
        """Whether everything ended in time."""
        self.pipeline.each_worker(lambda worker: worker.stop())
        ended = self._options.read_only or self.writer.end(ACCEPT_S)
        return self.pipeline.stop(timeout_s) and ended
