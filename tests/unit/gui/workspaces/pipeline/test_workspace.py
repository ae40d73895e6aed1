"""The Pipeline workspace: what it shows of a fleet, and what it wants of the program."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.errors import ProblemKind, StoreUnavailableError, StoreValueError
from core.events import (
    BatchProcessed,
    ConnectionChanged,
    ConnectionState,
    EventsLost,
    OutcomeKind,
    WorkerHeartbeat,
    WorkerInfo,
    WorkerState,
    WorkoutOutcome,
)
from core.failures.causes import (
    ACK_TIMEOUT,
    BROKER,
    CONFLICT,
    FIELD_LABELS,
    HANGS,
    INVALID,
    UNDECODABLE,
    WORKER_DIED,
    cause_of,
    classify_error,
    failure_code_for,
)
from core.live.console_state import ConsoleState
from core.live.timeline import build_timeline
from core.live.workout_log import Attempt, WorkoutLog, WorkoutTrace
from core.metrics.latency import HistoryBucket, Percentiles
from core.metrics.throughput import COARSE_MS
from core.store.models import SearchHit
from core.workouts.limits import BOUNDS
from gui.charts.export import ChartExporter
from gui.formatting import READ_ONLY, clock_text
from gui.forms.formatting import Units
from gui.frame.worker_names import WorkerNames
from gui.theme.palette import Role
from gui.theme.theme import Theme
from gui.widgets.painted_table import SCROLL_BAR_PX
from gui.workspaces.pipeline.workspace import PipelineWorkspace
from tests.support.pipeline_scene import BEN, ELSEWHERE, GONE, OWN, STORY, T0, Clock, bens_events, outcome, play

TOO_FAR = f"{INVALID}/distance/range"


class Screen:
    def __init__(self, theme: Theme) -> None:
        self.clock = Clock()
        self.state = ConsoleState(self.clock)
        self.workspace = PipelineWorkspace(theme, WorkerNames(), now_ms=self.clock, zone=UTC)
        self.exporter = ChartExporter(self.workspace)
        self.workspace.resize(1192, 700)
        self.workspace.names.set_own([OWN])
        self.workspace.set_can_act(True)
        self.workspace.add_charts(self.exporter)
        self.workspace.show()

    def play(self) -> None:
        self.workspace.tail.apply_all(play(self.state, self.clock))
        self.refresh()

    def refresh(self) -> None:
        self.workspace.refresh_tables(self.state, self.clock.ms)
        self.workspace.refresh(self.state, self.clock.ms)

    def state_of(self, name: str) -> str:
        model = self.workspace.workers.model
        place = model.number_of(name)
        assert place is not None
        return str(model.data(model.index(place, model.place_of("State"))))


@pytest.fixture
def screen(theme: Theme, qtbot: QtBot) -> Iterator[Screen]:
    screen = Screen(theme)
    qtbot.addWidget(screen.workspace)
    yield screen
    screen.exporter.finish(1.0)


def test_that_numbers_stand_over_every_chart_with_their_scope(screen: Screen) -> None:
    screen.play()
    charts = screen.workspace.charts
    assert charts is not None
    assert charts.throughput.figures.text.startswith("In 19.")
    assert "Failed 8" in charts.throughput.figures.text
    assert "Oldest" in charts.wait.figures.text
    assert _pills(screen) == ["whole queue"] * 3
    assert charts.throughput.table().rows
    assert len(charts.wait.table().columns) == 5
    assert len(charts.run.table().columns) == 4
    assert not screen.workspace.grab().isNull()


def _pills(screen: Screen) -> list[str]:
    charts = screen.workspace.charts
    assert charts is not None
    return [chart.pill.text for chart in (charts.throughput, charts.wait, charts.run)]


def test_that_the_charts_show_this_consoles_workers_alone_when_asked(screen: Screen) -> None:
    screen.state.own.names = frozenset([OWN])
    screen.play()
    charts, segment = screen.workspace.charts, screen.workspace.toolbar.scope_segment
    assert charts is not None
    whole = charts.throughput.figures.text
    segment.button("own").click()
    assert _pills(screen) == ["this worker"] * 3
    assert charts.throughput.figures.text.startswith("Taken ")
    assert charts.throughput.figures.text != whole
    assert "Oldest" not in charts.wait.figures.text
    assert "Failed 3" in charts.throughput.figures.text
    screen.workspace.names.set_own([OWN, "here-7-2"])
    screen.refresh()
    assert segment.words("own") == "These workers"
    screen.workspace.names.set_own([])
    screen.refresh()
    assert not segment.button("own").isEnabled()
    assert segment.button("own").toolTip() == "This console has no worker"
    screen.clock.ms += 1_000
    screen.refresh()
    assert _pills(screen) == ["whole queue"] * 3


def test_that_the_scope_can_be_changed_from_the_palette(screen: Screen) -> None:
    screen.refresh()
    (action,) = [each for each in screen.workspace.command_actions if "whole queue" in each.text()]
    action.trigger()
    assert screen.workspace.toolbar.scope_segment.value == "own"
    action.trigger()
    assert screen.workspace.toolbar.scope_segment.value == "whole"


def test_that_the_day_is_drawn_from_what_is_kept_and_from_the_results(screen: Screen) -> None:
    screen.play()
    screen.workspace.resize(1600, 800)
    charts = screen.workspace.charts
    assert charts is not None
    first_ms = (T0 - 20 * 3_600_000) // COARSE_MS * COARSE_MS
    past = [HistoryBucket(first_ms, 600, 30, Percentiles(200.0, 900.0, 2_400.0, 600))]
    screen.state.recall_day(past)
    screen.workspace.toolbar.window_segment.button("1440").click()
    screen.refresh()
    assert (charts.wait.remark.text(), charts.run.remark.text()) == ("5 min buckets", "since start")
    rows = charts.throughput.table().rows
    assert rows[0][1:] == (None, 2.1, 30)
    assert rows[-1][1] is not None
    assert charts.wait.table().rows[0][1:4] == (200.0, 900.0, 2_400.0)
    assert len(charts.run.table().rows) < len(charts.wait.table().rows) + 1
    assert charts.run.table().rows[0][1] is None
    assert "Failed 38" in charts.throughput.figures.text
    assert not screen.workspace.grab().isNull()
    screen.workspace.toolbar.window_segment.button("5").click()
    assert (charts.wait.remark.text(), charts.run.remark.text()) == ("log scale, 5 s buckets", "log scale")


def test_that_charts_are_whole_before_anything_moved(screen: Screen) -> None:
    screen.refresh()
    charts = screen.workspace.charts
    assert charts is not None
    assert charts.wait.figures.text == "p50 –, p95 –, p99 –, Oldest –"
    assert not screen.workspace.grab().isNull()


def test_that_the_own_worker_comes_first_and_a_silent_one_says_when_it_leaves(screen: Screen) -> None:
    screen.play()
    model = screen.workspace.workers.model
    assert [row.view.name for row in model.rows] == [OWN, GONE, ELSEWHERE]
    assert (screen.state_of(OWN), screen.state_of(GONE)) == ("running", "silent")
    assert screen.workspace.workers.summary == "2 of 3 running, 1 silent"
    gone = model.rows[1]
    assert gone.leaves_words.startswith("leaves in ")
    assert gone.job_words == ("", "its work went back to the queue")
    assert "on track-pc, process 4182" in model.rows[2].sentence
    assert "version 0.1.0" in model.rows[2].sentence


def test_that_workers_say_as_of_when_they_are_known_while_the_broker_is_away(screen: Screen) -> None:
    screen.play()
    screen.state.apply(ConnectionChanged(screen.clock.ms, ConnectionState.OFFLINE, "RabbitMQ", "localhost:5672"))
    screen.refresh()
    at = clock_text(screen.clock.ms, UTC)
    assert screen.workspace.workers.summary == f"2 of 3 running, 1 silent, as of {at}"


def test_that_keys_act_on_the_chosen_own_worker_only(screen: Screen, qtbot: QtBot) -> None:
    screen.play()
    table = screen.workspace.workers.table
    acts: list[tuple[str, str]] = []
    prefetches: list[tuple[str, int]] = []
    screen.workspace.action_requested.connect(lambda act, name: acts.append((act, name)))
    screen.workspace.prefetch_requested.connect(lambda name, number: prefetches.append((name, number)))
    table.selectRow(0)
    for key in "PDSK":
        qtbot.keyClick(table, key)
    qtbot.keyClick(table, "+")
    qtbot.keyClick(table, "-")
    table.selectRow(2)
    qtbot.keyClick(table, "P")
    qtbot.keyClick(table, "+")

    assert acts == [(act, OWN) for act in ("pause", "drain", "stop", "kill")]
    assert prefetches == [(OWN, 8), (OWN, 2)]


def test_that_each_button_of_a_row_is_its_own(screen: Screen, qtbot: QtBot) -> None:
    screen.play()
    table = screen.workspace.workers.table
    acts: list[str] = []
    screen.workspace.action_requested.connect(lambda act, _name: acts.append(act))
    cell = table.visualRect(screen.workspace.workers.model.index(0, 7))
    for number in range(4):
        at = QPoint(cell.right() - 100 + 25 * number + 12, cell.center().y())
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)

    assert acts == ["pause", "drain", "stop", "kill"]


def test_that_what_cannot_be_done_says_why(screen: Screen) -> None:
    screen.play()
    table, rows = screen.workspace.workers.table, screen.workspace.workers.model.rows
    elsewhere = [action.text for action in table.row_actions(rows[2])]
    assert elsewhere[0] == "Pause: track-pc runs on 4182: control it there"
    screen.workspace.set_can_act(False)
    screen.refresh()
    mine = table.row_actions(screen.workspace.workers.model.rows[0])
    assert mine[0].text == f"Pause: {READ_ONLY}"
    assert screen.workspace.workers.add_button.isHidden()


def test_that_no_row_of_a_worker_has_text_in_the_faint_ink(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    inks: set[str] = set()

    def ink(theme: Theme, role: Role) -> QColor:
        inks.add(role)
        return QColor(theme.palette.ink(role))

    screen.play()
    screen.state.apply(WorkerHeartbeat(screen.clock.ms, ELSEWHERE, WorkerState.STOPPED))
    screen.refresh()
    monkeypatch.setattr(Theme, "ink", ink)
    screen.workspace.workers.table.grab()
    assert "text" in inks
    assert "faint" not in inks


def test_that_a_stopped_own_worker_stays_and_can_be_started(screen: Screen, qtbot: QtBot) -> None:
    screen.state.apply(WorkerHeartbeat(T0, OWN, WorkerState.STOPPED, "", WorkerInfo("here", 7)))
    screen.clock.ms += 3_600_000
    screen.refresh()
    assert screen.state_of(OWN) == "stopped"
    acts: list[str] = []
    screen.workspace.action_requested.connect(lambda act, _name: acts.append(act))
    screen.workspace.workers.table.selectRow(0)
    qtbot.keyClick(screen.workspace.workers.table, "S")
    qtbot.keyClick(screen.workspace.workers.table, "K")
    assert acts == ["start"]


def test_that_a_worker_on_hold_says_what_it_waits_for(screen: Screen) -> None:
    screen.state.apply(WorkerHeartbeat(T0, "w", WorkerState.ON_HOLD, "The database is away.", WorkerInfo("pc", 1)))
    screen.refresh()
    assert screen.workspace.workers.model.rows[1].job_words == ("", "The database is away.")
    assert not screen.workspace.grab().isNull()


def test_that_what_was_missed_is_said(screen: Screen) -> None:
    missed = [EventsLost(T0, 1_284)]
    screen.state.apply_all(missed)
    screen.workspace.tail.apply_all(missed)
    screen.refresh()
    assert screen.workspace.toolbar._missed.text() == "1,284 outcomes missed"
    assert "1,284 missed" in screen.workspace.tail_panel._not_shown.toolTip()


def test_that_the_tail_is_filtered_by_words_and_kind_and_says_what_it_hides(screen: Screen) -> None:
    screen.play()
    panel = screen.workspace.tail_panel
    assert panel.model.rowCount() == 200
    panel.filter.setText("sport:swim")
    assert {line.sport for line in panel.model.rows} == {"Swimming"}
    panel.filter.clear()
    panel.kinds.select("failed")
    assert {line.kind for line in panel.model.rows} == {OutcomeKind.FAILED}
    assert "by filter" in panel._not_shown.toolTip()


def test_that_a_paused_tail_stands_still_and_reading_further_down_pauses_it(screen: Screen) -> None:
    screen.play()
    panel = screen.workspace.tail_panel
    panel.pause_button.click()
    before = list(panel.model.rows)
    screen.workspace.tail.apply_all(bens_events())
    screen.refresh()
    assert panel.model.rows == before
    panel.pause_button.click()
    assert panel.model.rows[0].workout_id == BEN
    panel.table.verticalScrollBar().setValue(20)
    assert screen.workspace.tail.paused
    panel.table.verticalScrollBar().setValue(0)
    assert not screen.workspace.tail.paused


def test_that_new_rows_come_on_top_without_a_reset(screen: Screen, qtbot: QtBot) -> None:
    screen.play()
    panel = screen.workspace.tail_panel
    panel.table.selectRow(3)
    chosen = panel.table.current_row
    with qtbot.assertNotEmitted(panel.model.modelReset), qtbot.waitSignal(panel.model.rowsInserted):
        screen.workspace.tail.apply_all(bens_events())
        screen.refresh()
    assert panel.table.current_row == chosen
    assert panel.model.rowCount() == 200


def test_that_down_goes_from_an_empty_search_to_the_rows_of_the_tail(screen: Screen, qtbot: QtBot) -> None:
    search, panel = screen.workspace.toolbar.search, screen.workspace.tail_panel
    search.setFocus()
    qtbot.keyClick(search, Qt.Key.Key_Down)
    assert screen.workspace.focusWidget() is search  # there are none
    screen.play()
    qtbot.keyClick(search, Qt.Key.Key_Return)
    assert screen.workspace.focusWidget() is search
    qtbot.keyClick(search, Qt.Key.Key_Down)
    assert screen.workspace.focusWidget() is panel.table
    assert panel.table.currentIndex().row() == 0
    assert not panel.searching


def test_that_a_search_takes_the_place_of_the_tail_until_it_is_left(screen: Screen, qtbot: QtBot) -> None:
    screen.play()
    panel, search = screen.workspace.tail_panel, screen.workspace.toolbar.search
    with qtbot.waitSignal(screen.workspace.search_requested) as wanted:
        search.setText("ben")
        screen.workspace.toolbar._emit_search()
    assert wanted.args == ["ben"]
    assert panel.searching
    found = SearchHit(BEN, T0, "Ben", "Running", 45.0, 5.2, 422.0, 88.0, OWN)
    panel.show_found([found], 300)
    assert [line.workout_id for line in panel.model.rows] == [BEN]
    with qtbot.waitSignal(screen.workspace.workout_chosen):
        qtbot.keyClick(search, Qt.Key.Key_Down)
    assert panel.table.currentIndex().row() == 0
    qtbot.keyClick(panel.table, Qt.Key.Key_Escape)
    assert not panel.searching
    assert panel.model.rowCount() == 200


def test_that_a_chosen_row_is_told_and_its_id_can_be_copied(screen: Screen, qtbot: QtBot) -> None:
    screen.play()
    screen.workspace.tail.apply_all(bens_events())
    screen.refresh()
    with qtbot.waitSignal(screen.workspace.workout_chosen) as chosen:
        screen.workspace.tail_panel.table.selectRow(0)
    assert chosen.args == [BEN]
    qtbot.keyClick(screen.workspace.tail_panel.table, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(screen.workspace.tail_panel.table.menu, Qt.Key.Key_I)
    assert QGuiApplication.clipboard().text() == BEN


def test_that_the_menu_of_a_failed_row_leads_to_its_repair(screen: Screen, qtbot: QtBot) -> None:
    both = (outcome(1), outcome(2, OutcomeKind.FAILED))  # the newest is on top
    screen.workspace.tail.apply_all([BatchProcessed(T0, OWN, both)])
    screen.refresh()
    table = screen.workspace.tail_panel.table
    asked: list[str] = []
    screen.workspace.repair_requested.connect(asked.append)
    for row in (1, 0):
        table.selectRow(row)
        qtbot.keyClick(table, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
        qtbot.keyClick(table.menu, Qt.Key.Key_R)
        table.menu.hide()
    assert asked == [both[1].workout_id]


def test_that_a_stored_row_is_corrected_and_deleted_by_its_keys_and_menu(screen: Screen, qtbot: QtBot) -> None:
    others = (outcome(2, OutcomeKind.FAILED), outcome(3, OutcomeKind.RETRYING), replace(outcome(4), reason="deleted"))
    screen.workspace.tail.apply_all([BatchProcessed(T0, OWN, (outcome(1), *others))])
    screen.refresh()
    table = screen.workspace.tail_panel.table
    asked: list[tuple[str, str]] = []
    screen.workspace.correct_requested.connect(lambda workout_id: asked.append(("correct", workout_id)))
    screen.workspace.delete_requested.connect(lambda workout_id: asked.append(("delete", workout_id)))
    again: list[str] = []
    screen.workspace.again_requested.connect(again.append)
    reasons: list[str] = []
    for row in range(4):
        table.selectRow(row)
        for key in (Qt.Key.Key_C, Qt.Key.Key_Delete, Qt.Key.Key_U):
            qtbot.keyClick(table, key)
        line = table.current_row
        assert line is not None
        reasons += {action.why_not for action in table.row_actions(line)[1:]}
    assert sorted(set(reasons)) == [
        "",
        "It has failed: repair it, or discard it",
        "It is deleted",
        "It is not stored yet",
    ]
    stored = outcome(1).workout_id
    assert asked == [("correct", stored), ("delete", stored)]
    assert sorted(again) == [outcome(number).workout_id for number in range(1, 5)]


def test_that_the_timeline_of_a_stored_workout_offers_to_change_it(screen: Screen, qtbot: QtBot) -> None:
    journal, timeline = WorkoutLog(), screen.workspace.timeline
    screen.workspace.show_timeline(build_timeline(journal.seen(BEN), None))
    assert timeline.correct_button.isHidden()
    journal.apply_all(bens_events())
    screen.workspace.show_timeline(build_timeline(journal.seen(BEN), STORY))
    for button, key, signal in (
        (timeline.correct_button, Qt.Key.Key_C, screen.workspace.correct_requested),
        (timeline.delete_button, Qt.Key.Key_Delete, screen.workspace.delete_requested),
        (timeline.again_button, Qt.Key.Key_U, screen.workspace.again_requested),
    ):
        with qtbot.waitSignal(signal) as asked:
            button.click()
        assert asked.args == [BEN]
        for focused in (timeline.tabs, timeline.body_page.text):
            with qtbot.waitSignal(signal) as asked:
                qtbot.keyClick(focused, key)
            assert asked.args == [BEN]
    screen.workspace.set_why_not_change("This console was started read-only")
    assert not timeline.correct_button.isEnabled()
    assert timeline.delete_button.toolTip() == "Delete…: This console was started read-only"


def test_that_the_way_of_a_workout_is_told_step_by_step(screen: Screen, qtbot: QtBot) -> None:
    journal = WorkoutLog()
    journal.apply_all(bens_events())
    screen.workspace.show_timeline(build_timeline(journal.seen(BEN), STORY))
    told = screen.workspace.timeline.view.accessibleDescription()
    assert told.startswith("Ben Okafor: Running 45:00, 5.2 km. 0.53 s from Enter to badge")
    assert "Picked up by W1, +422 ms" in told
    assert "Leaderboard: 14th to 11th" in told
    assert screen.workspace.timeline.repair_button.isHidden()
    screen.workspace.set_units(Units("mi", "lb"))
    assert "3.2 mi" in screen.workspace.timeline.view.accessibleDescription()
    with qtbot.waitSignal(screen.workspace.timeline_closed):
        screen.workspace.timeline._close_button.click()


def test_that_a_long_reason_has_the_lines_that_it_needs(screen: Screen) -> None:
    timeline, heights = screen.workspace.timeline, []
    timeline.attempts_page.view.resize(280, 10)
    for reason in ("no", "distance: 120 km is over 100 km for a swim, which is as far as anybody swims in a day"):
        failed = WorkoutTrace(BEN, picked_up_at_ms=T0, ended_at_ms=T0 + 5, end=OutcomeKind.FAILED, reason=reason)
        failed.attempts = (Attempt(T0, OWN, OutcomeKind.FAILED, reason),)
        screen.workspace.show_timeline(build_timeline(failed, None))
        heights.append((timeline.view.height(), timeline.attempts_page.view.sizeHint().height()))
    assert heights[1][0] > heights[0][0] + 8
    assert heights[1][1] > heights[0][1] + 8


def test_that_a_narrow_window_gives_the_timeline_room_only_when_it_is_needed(screen: Screen) -> None:
    screen.workspace.resize(936, 600)
    charts = screen.workspace.charts
    assert charts is not None
    assert screen.workspace.timeline.isHidden()
    assert not charts.run.isHidden()
    journal = WorkoutLog()
    journal.apply_all(bens_events())
    screen.workspace.show_timeline(build_timeline(journal.seen(BEN), STORY))
    assert not screen.workspace.timeline.isHidden()
    assert charts.run.isHidden()
    screen.play()
    assert not screen.workspace.grab().isNull()


def test_that_the_charts_freeze_and_go_back_to_live(screen: Screen) -> None:
    screen.play()
    toolbar = screen.workspace.toolbar
    toolbar.freeze_button.click()
    assert not screen.workspace.view.live
    assert toolbar.freeze_button.text() == "Back to live"
    toolbar.freeze_button.click()
    assert screen.workspace.view.live
    toolbar.window_segment.select("15")
    assert screen.workspace.view.window_min == 15


def test_that_every_control_has_a_name(screen: Screen) -> None:
    from PySide6.QtWidgets import QAbstractButton, QLineEdit, QTableView

    for kind in (QAbstractButton, QLineEdit, QTableView):
        for widget in screen.workspace.findChildren(kind):
            if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.objectName() != "_q_qlineeditclearbutton":
                assert widget.accessibleName() or widget.toolTip() or widget.metaObject().className() != "QToolButton"


def test_that_the_start_is_a_column_in_a_wide_tail_and_in_the_tip_of_each_row(screen: Screen) -> None:
    found = SearchHit(BEN, T0, "Ben", "Running", 45.0, 5.2, 422.0, 88.0, OWN, started_at="2023-11-13T08:30:00-08:00")
    panel = screen.workspace.tail_panel
    screen.workspace.toolbar.search.setText("ben")
    screen.workspace.toolbar._emit_search()
    panel.show_found([found], 300)
    row = panel.model.index(0, panel.model.place_of("Start"))
    assert row.data() == "13 Nov 08:30 -08:00"
    assert "started 13 Nov 08:30 -08:00" in row.data(Qt.ItemDataRole.ToolTipRole)
    for width_px, hidden in ((1_192, True), (1_600, False), (936, True)):
        screen.workspace.resize(width_px, 700)
        assert panel.table.isColumnHidden(panel.model.place_of("Start")) is hidden


def _titles() -> list[str]:
    """Of every cause that a worker may find; a number has no length and is no time."""
    not_of_numbers = {ProblemKind.LENGTH, ProblemKind.FUTURE, ProblemKind.PAST}
    codes = [
        f"{INVALID}/{field}/{kind.name.lower()}"
        for field in FIELD_LABELS
        for kind in ProblemKind
        if field not in BOUNDS or kind not in not_of_numbers
    ]
    kinds = ("json", "text", "size", "shape", "type", "encoding")
    codes += [f"{UNDECODABLE}/{kind}" for kind in kinds]
    codes += [failure_code_for(name).code for name in (WORKER_DIED, HANGS, ACK_TIMEOUT, BROKER, CONFLICT)]
    codes += [classify_error(error).code for error in (StoreUnavailableError("x"), StoreValueError("x"))]
    return [cause_of(code).title for code in codes]


def test_that_a_failure_says_why_in_its_row_and_all_of_it_in_its_tip(
    screen: Screen, theme: Theme, qapp: QApplication
) -> None:
    reason = "distance: must be at most 100 km for Swimming"
    failed = WorkoutOutcome(
        BEN, "Ben", "Swimming", OutcomeKind.FAILED, 1.0, 1.0, None, (), reason, 1_400.0, 120.0, cause=TOO_FAR
    )
    screen.workspace.tail.apply_all([BatchProcessed(T0, OWN, (failed, replace(failed, cause="")))])
    screen.refresh()
    panel = screen.workspace.tail_panel
    older, row = (panel.model.index(number, panel.model.place_of("Badge or reason")) for number in (0, 1))
    whole = "distance: must be at most 100,000 m for Swimming"
    assert (row.data(), older.data()) == ("Over 100,000 m", whole)
    for index in (row, older):
        assert whole in index.data(Qt.ItemDataRole.ToolTipRole)
        assert index.data(Qt.ItemDataRole.AccessibleTextRole) == f"Badge or reason: {whole}"
    assert panel.model.copied(panel.model.rows[1]).endswith(f"\t{whole}")
    column = panel.model.columns[row.column()]
    for width_px in (936, 1_192):  # of windows of 1024 and 1280 pixels
        screen.workspace.resize(width_px, 700)
        for _ in range(3):  # layouts that follow from layouts
            qapp.processEvents()
        area = QRectF(0, 0, panel.table.columnWidth(row.column()) - SCROLL_BAR_PX, 24)  # with more rows than these
        room = column.box_in(area, narrow=panel.table.narrow).width()
        widths = {title: theme.metrics("small").horizontalAdvance(title) for title in _titles()}
        assert {title for title, width in widths.items() if width > room} == set(), (width_px, room)


def test_that_a_live_row_tells_the_start_of_its_outcome(screen: Screen) -> None:
    outcome = WorkoutOutcome(BEN, "Ben", "Running", OutcomeKind.STORED, 1.0, 1.0, started_at="2023-11-14T08:30:00Z")
    screen.workspace.tail.apply_all([BatchProcessed(T0, OWN, (outcome,))])
    screen.refresh()
    model = screen.workspace.tail_panel.model
    assert model.index(0, model.place_of("Start")).data() == "08:30"
