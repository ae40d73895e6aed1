"""Connects the demonstration's sample load to its control bar."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from functools import partial

from PySide6.QtCore import QObject, Slot

from core.workouts.model import Workout
from core.workouts.samples import sample_athletes
from gui.workspaces.demo.load_bar import LoadBar
from worker.host.sample_load import SampleLoad, sample_workouts


class DemoLoad(QObject):
    """Main thread; the load runs in a thread of its own."""

    def __init__(
        self,
        bar: LoadBar,
        submit: Callable[[Sequence[Workout]], None],
        zone: tzinfo,
        parent: QObject | None = None,
    ) -> None:
        """`zone`: the time zone of the sample athletes."""
        super().__init__(parent)
        workouts = sample_workouts(sample_athletes(), random.Random(), partial(datetime.now, zone))
        self._load = SampleLoad(submit, workouts, rate_per_s=bar.rate_per_s)
        self._running = False
        bar.rate_chosen.connect(self._on_rate_chosen)
        bar.burst_requested.connect(self._on_burst_requested)
        bar.load_paused.connect(self._on_load_paused)

    def start(self) -> None:
        """Start the load. Further calls do nothing: after a change of the connection the load goes on."""
        if not self._running:
            self._running = True
            self._load.start()

    def stop(self) -> None:
        """Stop the load within one of its ticks; returns at once."""
        self._load.stop()

    @Slot(float)
    def _on_rate_chosen(self, rate_per_s: float) -> None:
        self._load.set_rate(rate_per_s)

    @Slot(int)
    def _on_burst_requested(self, count: int) -> None:
        self._load.burst(count)

    @Slot(bool)
    def _on_load_paused(self, paused: bool) -> None:
        self._load.set_paused(paused)
