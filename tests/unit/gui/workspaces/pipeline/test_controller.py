"""The Pipeline workspace on a real pipeline: search, timeline, and this console's own worker."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.events import WorkerState
from core.live.receipts import Stage
from core.live.timeline import Timeline
from core.live.workers import LiveWorker
from core.metrics.throughput import COARSE_MS
from core.store.writer import ResultsStore
from gui.options import Options
from gui.theme.theme import Theme
from tests.support.incoming import submitted
from tests.support.program_rig import Program, running, settings_in
from tests.support.workouts import workouts
from worker.runtime.clock import now_ms

SHOWN = Options(size=(1280, 800), workspace="pipeline")


def _worker(program: Program) -> LiveWorker:
    rows = program.parts.pipeline.workers.model.rows
    return rows[0].view


def _wait_for_worker(program: Program, state: WorkerState) -> None:
    model = program.parts.pipeline.workers.model
    program.wait_for(lambda: model.rows and model.rows[0].view.state is state)


def _told(program: Program) -> Timeline:
    """The whole way: of the results and of the outbox."""
    panel = program.parts.pipeline.timeline
    program.wait_for(lambda: panel.timeline and panel.timeline.revision == 1 and len(panel.timeline.steps) >= 5)
    assert panel.timeline is not None
    return panel.timeline


def test_that_what_was_stored_is_found_and_its_way_told(theme: Theme, qtbot: QtBot, tmp_path: Path) -> None:
    with running(qtbot, theme, settings_in(tmp_path), SHOWN) as program:
        workspace = program.parts.pipeline
        (workout,) = workouts(1)
        program.session.controller.submit([workout])
        program.wait_for(lambda: program.stages() == [Stage.STORED])
        program.wait_for(lambda: workspace.tail_panel.model.rowCount() == 1)
        workspace.toolbar.search.setText(workout.athlete)
        program.wait_for(lambda: workspace.tail_panel.searching and workspace.tail_panel.model.rowCount() == 1)
        workspace.tail_panel.table.selectRow(0)
        timeline = _told(program)
        assert [step.kind for step in timeline.steps][:5] == ["sent", "accepted", "confirmed", "picked", "stored"]
        assert timeline.total_ms == sum(step.delta_ms or 0 for step in timeline.steps)
        page = workspace.timeline.body_page
        program.wait_for(lambda: page.source.text().startswith("As it was sent from here"))
        assert workout.athlete in page.text.toPlainText()
        workspace.toolbar.search.clear()
        assert not workspace.tail_panel.searching
        workspace.timeline._close_button.click()
        assert workspace.timeline.timeline is None


def test_that_the_way_is_told_the_same_after_a_restart(theme: Theme, qtbot: QtBot, tmp_path: Path) -> None:
    (workout,) = workouts(1)
    told: list[Timeline] = []
    took: list[str] = []
    for sent in ([workout], [], []):
        with running(qtbot, theme, settings_in(tmp_path), SHOWN) as program:
            program.wait_for(lambda: program.state.online)
            program.session.controller.submit(sent)
            program.wait_for(lambda: program.stages() == [Stage.STORED])
            program.parts.receipts.receipt_opened.emit(workout.workout_id)
            told.append(_told(program))
            model = program.parts.receipts.model
            took.append(model.index(0, model.place_of("Took")).data())
    live, first, again = told
    assert first == again
    assert live.total_ms == first.total_ms == sum(ms for _, ms in first.phases)
    assert live.phases == first.phases
    assert took[0] == took[1] == took[2]
    assert [step.kind for step in first.steps][:5] == ["sent", "accepted", "confirmed", "picked", "stored"]
    assert [name for name, _ in first.steps[4].parts] == ["work", "commit"]


def test_that_the_own_worker_is_paused_resumed_stopped_killed_and_started(
    theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    with running(qtbot, theme, settings_in(tmp_path), SHOWN) as program:
        workspace = program.parts.pipeline
        _wait_for_worker(program, WorkerState.RUNNING)
        name = _worker(program).name
        workspace.prefetch_requested.emit(name, 7)
        for act, state in (
            ("pause", WorkerState.PAUSED),
            ("resume", WorkerState.RUNNING),
            ("stop", WorkerState.STOPPED),
            ("start", WorkerState.RUNNING),
            ("kill", WorkerState.STOPPED),
            ("start", WorkerState.RUNNING),
            ("drain", WorkerState.STOPPED),
        ):
            workspace.action_requested.emit(act, name)
            _wait_for_worker(program, state)
        workspace.action_requested.emit("start", name)
        _wait_for_worker(program, WorkerState.RUNNING)
        workspace.worker_added.emit()
        program.wait_for(lambda: len(workspace.workers.model.rows) == 2)


def test_that_a_console_that_looks_on_acts_on_nothing(theme: Theme, qtbot: QtBot, tmp_path: Path) -> None:
    with running(qtbot, theme, settings_in(tmp_path)) as program:
        program.session.controller.submit(list(workouts(1)))
        program.wait_for(lambda: program.stages() == [Stage.STORED])
    options = Options(size=(1280, 800), workspace="pipeline", read_only=True)
    with running(qtbot, theme, settings_in(tmp_path), options) as program:
        workspace = program.parts.pipeline
        program.wait_for(lambda: program.state.online)
        workspace.worker_added.emit()
        workspace.action_requested.emit("stop", "anybody")
        workspace.prefetch_requested.emit("anybody", 5)
        assert not workspace.workers.model.rows
        assert workspace.workers.add_button.isHidden()


def test_that_a_receipt_opens_the_way_of_its_workout(theme: Theme, qtbot: QtBot, tmp_path: Path) -> None:
    with running(qtbot, theme, settings_in(tmp_path)) as program:
        (workout,) = workouts(1)
        program.session.controller.submit([workout])
        program.wait_for(lambda: program.stages() == [Stage.STORED])
        program.parts.receipts.receipt_opened.emit(workout.workout_id)
        assert program.parts.window.workspace == "pipeline"
        timeline = program.parts.pipeline.timeline
        program.wait_for(lambda: timeline.timeline and timeline.timeline.revision == 1)


def test_that_the_day_before_the_start_is_read_from_the_results(theme: Theme, qtbot: QtBot, tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    hours_ago_ms = now_ms() - 3 * 3_600_000
    store = ResultsStore(settings.database_url, now_ms=lambda: hours_ago_ms)
    store.open()
    store.apply([submitted(1), submitted(2)], worker="of-yesterday", picked_up_at_ms=hours_ago_ms - 50)
    store.close()
    with running(qtbot, theme, settings, SHOWN) as program:
        program.wait_for(lambda: program.state.online)
        work = program.state.work
        program.parts.pipeline.toolbar.window_segment.button("1440").click()
        # Rows of this console's own seconds may be there before those of the results.
        oldest_ms = pytest.approx(hours_ago_ms, abs=COARSE_MS)
        program.wait_for(lambda: list(work.rates(0, now_ms(), now_ms()).rows.at_ms[:1]) == [oldest_ms])
        waits = work.times(hours_ago_ms - COARSE_MS, now_ms(), now_ms()).rows
        program.wait_for(lambda: work.times(0, now_ms(), now_ms()).rows[0].wait)
        assert waits[0].run is None


def test_that_the_work_of_this_consoles_workers_is_counted_apart(theme: Theme, qtbot: QtBot, tmp_path: Path) -> None:
    with running(qtbot, theme, settings_in(tmp_path), SHOWN) as program:
        program.session.controller.submit(list(workouts(3)))
        program.wait_for(lambda: program.stages() == [Stage.STORED] * 3)
        own = program.state.own.times(0, now_ms(), now_ms()).rows
        assert sum(row.run.count for row in own if row.run) == 3
