"""Connects the controls of the sample load to its threads."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from PySide6.QtCore import QObject, Slot

from core.broker.connect import open_broker
from core.errors import SettingError
from core.events import Event, Producer
from core.workouts.model import Workout
from gui.frame.workspace import WorkspaceContext
from gui.host.pipeline_host import WorkerSettings
from gui.options import DEMO_RATE_PER_S, longest_work_s, work_span
from gui.workspaces.demo.load.panel import LoadPanel
from worker.demo.engine import DemoEngine
from worker.demo.producers.load import Pattern
from worker.demo.producers.sample_run import SampleRun


@dataclass(frozen=True, slots=True)
class LoadSettings:
    """Workouts a second, seconds a job takes on average, share of bad messages."""

    rate_per_s: float
    slowness_s: float
    share: float


class LoadController(QObject):
    """Main thread; the load runs in a process of its own."""

    def __init__(self, context: WorkspaceContext, engine: DemoEngine, panel: LoadPanel) -> None:
        super().__init__(panel)
        self._engine = engine
        self._host, self._panel = context.host, panel
        self._stopping = False
        self.samples = SampleRun(
            self._submit,
            context.host.report_accepted,
            engine.direct.submit,
            context.host.settings.folder.outbox_file,
            context.zone,
            context.now_ms,
            rate_per_s=DEMO_RATE_PER_S,
            share=panel.share.value,
        )
        self._is_kept = True
        panel.rate_chosen.connect(self._on_rate_chosen)
        panel.slowness_chosen.connect(self._on_slowness_chosen)
        panel.share_chosen.connect(self._on_share_chosen)
        panel.pattern_chosen.connect(self._on_pattern_chosen)
        panel.burst_requested.connect(self._on_burst_requested)
        panel.load_paused.connect(self._on_load_paused)

    def _submit(self, workouts: Sequence[Workout]) -> None:
        """What experiments send."""
        if self._engine.protections.outbox:
            self._host.submit(workouts, Producer.LOAD)
        else:
            self._engine.direct.submit(workouts)

    @property
    def settings(self) -> LoadSettings:
        return LoadSettings(self._panel.rate.value, self._panel.slowness.value, self._panel.share.value)

    @property
    def longest_job_s(self) -> float:
        return longest_work_s(self._panel.slowness.value)

    def choose(self, settings: LoadSettings) -> None:
        """As if a person moved the sliders."""
        self._panel.rate.set_value(settings.rate_per_s)
        self._panel.slowness.set_value(settings.slowness_s)
        self._panel.share.set_value(settings.share)

    def go_on(self, rate_per_s: float, slowness_s: float) -> None:
        """At this rate; 0 pauses it."""
        self._panel.set_paused(rate_per_s == 0)
        if rate_per_s:
            self._panel.rate.set_value(rate_per_s)
        self._panel.slowness.set_value(slowness_s)

    def opened(self) -> None:
        """There is a connection, perhaps another one: begin, or go on there."""
        if self._stopping:
            return
        with suppress(SettingError):  # the connection reports it; what is submitted is kept
            self.samples.use(open_broker(self._engine.routes.route(self._host.settings.broker_url)))
        self.samples.start()

    def refresh(self) -> None:
        """Ten times a second."""
        if self._is_kept is not self._engine.protections.outbox:
            self._is_kept = self._engine.protections.outbox
            self.samples.load.set_kept(self._is_kept)

    def take(self, events: Sequence[Event]) -> None:
        self.samples.take(events)

    def stop(self) -> None:
        """Returns at once."""
        self._stopping = True
        self.samples.stop()

    @Slot(float)
    def _on_rate_chosen(self, rate_per_s: float) -> None:
        self.samples.load.set_rate(rate_per_s)

    @Slot(float)
    def _on_slowness_chosen(self, slowness_s: float) -> None:
        worker = self._host.worker
        self._host.set_worker(WorkerSettings(worker.prefetch, work_span(slowness_s), worker.workers))

    @Slot(float)
    def _on_share_chosen(self, share: float) -> None:
        self.samples.load.set_share(share)

    @Slot(str)
    def _on_pattern_chosen(self, name: str) -> None:
        self.samples.load.set_pattern(Pattern[name])

    @Slot(int)
    def _on_burst_requested(self, count: int) -> None:
        self.samples.load.burst(count)

    @Slot(bool)
    def _on_load_paused(self, paused: bool) -> None:
        self.samples.load.set_paused(paused)
