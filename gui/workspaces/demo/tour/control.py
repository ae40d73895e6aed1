"""What the tour does to the demonstration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from core.failures.corrections import FieldCorrection
from core.live.console_state import ConsoleState
from gui.host.pipeline_host import PipelineHost
from gui.workspaces.demo.chaos.control import ConsoleControl
from gui.workspaces.demo.chaos.protections_page import ProtectionsPage
from gui.workspaces.demo.load.controller import LoadController
from worker.demo.engine import DemoWorkerView
from worker.demo.experiments.experiment import NOT_TRIED, Observation
from worker.demo.experiments.runner import ExperimentRunner
from worker.demo.protections import Protections
from worker.demo.tour.repair import find_metres
from worker.runtime.query import Query

if TYPE_CHECKING:
    from worker.host.pipeline import Pipeline


class ConsoleTourControl:
    """A TourControl. Main thread. `state` is that of the last refresh."""

    def __init__(
        self,
        host: PipelineHost,
        control: ConsoleControl,
        runner: ExperimentRunner,
        load: LoadController,
        page: ProtectionsPage,
    ) -> None:
        self._host, self._control, self._runner, self._load, self._page = host, control, runner, load, page
        self.state: ConsoleState | None = None
        self.now_ms = 0

    def short(self, worker: str) -> str:
        return self._control.short(worker)

    def workers(self) -> Sequence[DemoWorkerView]:
        return self._control.workers()

    def use_workers(self, count: int) -> None:
        names = [worker.name for worker in self.workers()]

        def use(pipeline: Pipeline) -> None:
            for place, name in enumerate(names):
                worker = pipeline.worker(name)
                (worker.start if place < count else worker.stop)()
            for _ in range(count - len(names)):
                pipeline.add_worker()

        self._host.do(use)

    def pause(self) -> None:
        self._control.pause()

    def resume(self) -> None:
        self._control.resume()

    def submit(self, count: int) -> Sequence[str]:
        return self._control.submit(count)

    def choose_load(self, rate_per_s: float, slowness_s: float) -> None:
        self._load.go_on(rate_per_s, slowness_s)

    def run_experiment(self, key: str) -> None:
        if self.state is not None:
            self._runner.run(key, self.state, self.now_ms)

    def forget(self, key: str) -> None:
        if self._runner.running != key:
            self._runner.record(key, NOT_TRIED)

    def observation(self, key: str) -> Observation:
        return self._runner.observations[key]

    def repair(self) -> None:
        now_ms = self.now_ms
        self._host.ask(
            Query("repair of the tour", lambda reader: find_metres(reader.failed, now_ms=now_ms), self._on_found)
        )

    def _on_found(self, correction: FieldCorrection | None) -> None:
        if correction is not None:
            self._host.act_on_failed(lambda failed: failed.convert([correction], _ignore, _ignore))

    def set_protections(self, protections: Protections) -> None:
        self._page.choose(protections)

    @property
    def protections(self) -> Protections:
        return self._page.protections

    def lost(self) -> Mapping[str, str]:
        return self._control.lost()


def _ignore(_news: object) -> None:
    """The step follows the events of the message."""
