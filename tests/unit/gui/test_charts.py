"""The three live charts: what they say in each state, and what they leave undone when nothing changed."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from itertools import combinations, pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QGuiApplication,
    QImage,
    QMouseEvent,
    QPainter,
    QPalette,
    QPixmap,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.achievements.summary import AchievementSummary, Unlock
from core.events import (
    BatchProcessed,
    ConnectionChanged,
    ConnectionState,
    DepthSampled,
    EarnedBadge,
    OutcomeKind,
    WorkerHeartbeat,
    WorkerState,
    WorkoutOutcome,
)
from gui.charts.achievements_chart import AchievementsChart
from gui.charts.axes import avoid_overlap, count_axis, duration_axis, time_ticks
from gui.charts.depth_chart import DepthChart
from gui.charts.downsampling import bin_maxima, downsample_min_max, runs, steps
from gui.charts.export import ChartExporter, Table
from gui.charts.formatting import ago, duration, empty_in_parts, rate_parts
from gui.charts.latency_chart import LatencyChart
from gui.charts.plot_decorations import free_place
from gui.charts.side_column import wrapped
from gui.charts.time_plot import TimePlot
from gui.charts.time_window import TimeView
from gui.formatting import clock_text
from gui.theme.theme import Theme
from tests.support.chart_screen import BADGES, BERLIN, T0, Screen
from tests.support.fonts import room_for

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def screen(qtbot: QtBot, qapp: QApplication) -> Screen:
    return Screen(qtbot, qapp)


def _link(at_ms: int, state: ConnectionState) -> ConnectionChanged:
    return ConnectionChanged(at_ms, state, "RabbitMQ", "localhost:5672")


def _said(chart: DepthChart | LatencyChart | AchievementsChart) -> str:
    assert chart._side is not None
    return chart._side.accessibleDescription()


def test_that_before_the_first_answer_nothing_is_said_of_the_queue(screen: Screen) -> None:
    for connection in (None, _link(T0, ConnectionState.CONNECTING)):
        if connection is not None:
            screen.state.apply(connection)
        screen.refresh()
        assert screen.depth.empty.accessibleName().startswith("Not known yet")
        assert "waiting –, running –, empty in –" in _said(screen.depth)
        assert "The queue is not read yet: connecting." in _said(screen.latency)
        assert _total(screen).strip() == "not counted yet"
    screen.state.apply(DepthSampled(T0, 0, 0, 1, 0, 0, None))
    screen.state.apply(_link(T0, ConnectionState.ONLINE))
    screen.refresh()
    assert screen.depth.empty.accessibleName().startswith("Nothing is waiting")
    assert "waiting 0, running 0" in _said(screen.depth)


def test_that_an_empty_console_says_what_will_appear(screen: Screen) -> None:
    screen.state.apply(DepthSampled(T0, 0, 0, 1, 0, 0, None))
    screen.state.apply(WorkerHeartbeat(T0, "worker-1", WorkerState.RUNNING))
    screen.state.achievements.set_summary(AchievementSummary(T0, tuple(BADGES[:2]), 0, 0))
    screen.refresh()
    assert screen.depth.stack.currentWidget() is not screen.depth.plot
    assert screen.latency.stack.currentWidget() is not screen.latency.plot
    assert "Workers ready 1" in _said(screen.depth)
    assert _total(screen) == "0 of 2 badges"
    assert not screen.depth.segment.isVisible()
    assert "p95: 95 of 100 were at least this quick." in _said(screen.latency)


def test_that_work_turns_the_pages_to_the_plots(screen: Screen) -> None:
    screen.refresh()
    screen.work(5)
    assert screen.depth.stack.currentWidget() is screen.depth.plot
    assert screen.latency.stack.currentWidget() is screen.latency.plot
    assert screen.depth.segment.isVisible()
    assert "waiting 38, running 4" in _said(screen.depth)
    assert "Going out 10.0 /s" in _said(screen.depth)
    assert "38 are waiting; 10.0/s come in, 10.0/s go out." in _said(screen.latency)


def test_that_nothing_is_drawn_when_nothing_changed(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    screen.work(5)
    QApplication.sendPostedEvents()  # the plots have their size only now
    screen.refresh()
    drawn: list[str] = []
    for kind in (DepthChart, LatencyChart, AchievementsChart):
        monkeypatch.setattr(kind, "_draw", lambda chart, *_: drawn.append(chart.accessibleName()))
    screen.refresh()
    assert drawn == []
    screen.clock.ms += 1_000
    screen.refresh()
    assert len(drawn) == 3


def test_that_hidden_charts_wait_until_they_are_seen(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    screen.work(5)
    screen.depth.hide()
    drawn: list[int] = []
    monkeypatch.setattr(screen.depth, "_draw", lambda _state, now_ms: drawn.append(now_ms))
    screen.work(5)
    assert drawn == []
    screen.depth.show()
    assert drawn == [screen.clock.ms]


def test_that_offline_keeps_the_last_numbers_and_says_from_when(screen: Screen) -> None:
    screen.state.apply(_link(T0, ConnectionState.ONLINE))
    screen.work(5, ready=63)
    screen.clock.ms += 500
    screen.state.apply(_link(screen.clock.ms, ConnectionState.OFFLINE))
    screen.clock.ms += 30_000
    screen.refresh()
    assert "waiting 63, running 4, empty in –" in _said(screen.depth)
    assert "Last known at " in _said(screen.depth)
    assert "Live again as soon as RabbitMQ answers." in _said(screen.depth)
    assert "Times stop with the connection. Nothing is lost." in _said(screen.latency)


def test_that_offline_from_the_start_shows_no_invented_zero(screen: Screen) -> None:
    screen.state.apply(_link(T0, ConnectionState.OFFLINE))
    screen.refresh()
    assert "waiting –, running –" in _said(screen.depth)


def test_that_the_offline_region_is_drawn(screen: Screen) -> None:
    screen.state.apply(_link(T0, ConnectionState.ONLINE))
    screen.work(60)
    screen.state.apply(_link(screen.clock.ms, ConnectionState.OFFLINE))
    screen.refresh()
    before = _middle_of_region(screen)
    screen.clock.ms += 120_000
    screen.refresh()
    assert _middle_of_region(screen) != before


def _middle_of_region(screen: Screen) -> list[int]:
    """A row of pixels where the region of the last two minutes lies."""
    plot = screen.depth.plot
    image: QImage = plot.grab().toImage()
    area = plot.plot_area
    return [image.pixel(int(area.right()) - offset, int(area.top()) + 12) for offset in range(5, 100)]


def test_that_the_window_drives_both_time_charts(screen: Screen) -> None:
    screen.work(120)
    screen.depth.segment.select("1")
    assert screen.view.window_min == 1
    for plot in (screen.depth.plot, screen.latency.plot):
        assert plot._to_ms - plot._from_ms == 60_000
    screen.view.set_window(15)
    assert screen.depth.segment.value == "15"


def test_that_the_window_grows_with_the_data_up_to_the_chosen_one(screen: Screen) -> None:
    lengths_s = []
    for seconds in (10, 110, 400):
        screen.work(seconds)
        lengths_s.append((screen.depth.plot._to_ms - screen.depth.plot._from_ms) / 1_000)
    assert lengths_s == [60, 120, 300]


def _texts_of(plot: TimePlot) -> dict[str, QRectF]:
    """What a plot draws, with the place of each text."""
    found: dict[str, QRectF] = {}

    class Painter(QPainter):
        def drawText(self, at: QPointF, text: str) -> None:  # type: ignore[override]
            box = QFontMetricsF(self.font()).tightBoundingRect(text)
            found[text] = box.translated(at)
            super().drawText(at, text)

        def drawRoundedRect(self, box: QRectF, across: float, down: float) -> None:  # type: ignore[override]
            found["pill"] = box

    image = QImage(plot.viewport().size(), QImage.Format.Format_ARGB32)
    painter = Painter(image)
    area = QRectF(image.rect())
    plot.drawBackground(painter, area)
    plot.drawForeground(painter, area)
    painter.end()
    return found


@pytest.mark.parametrize("width", [300, 500, 880])
@pytest.mark.parametrize(("ready", "running"), [(1_991, 3), (1, 4), (0, 0), (9_999, 9_990)])
def test_that_no_label_is_clipped_or_covers_another(screen: Screen, width: int, ready: int, running: int) -> None:
    screen.depth.resize(width, 138)
    screen.work(70)
    for second in range(30):
        screen.clock.ms += 1_000
        screen.state.apply(DepthSampled(screen.clock.ms, ready - (second > 3) * (ready // 3), running, 1, 0, 0, 2.0))
    screen.refresh()
    for frozen in (False, True):
        if frozen:
            screen.depth.freeze_button.click()
        texts = _texts_of(screen.depth.plot)
        within = QRectF(screen.depth.plot.viewport().rect())
        assert all(within.contains(box) for box in texts.values()), (within, texts)
        pairs = combinations([(text, box) for text, box in texts.items() if not text.startswith("frozen")], 2)
        assert not [(a, b) for (a, one), (b, other) in pairs if one.intersects(other)]
        assert len([text for text in texts if re.fullmatch(r"\d\d:\d\d(:\d\d)?", text)]) >= 2
        assert any(text.startswith("frozen ") for text in texts) == frozen


def test_that_a_frozen_chart_says_since_when(screen: Screen) -> None:
    screen.work(10)
    screen.depth.freeze_button.click()
    at = clock_text(screen.clock.ms, BERLIN, "minutes")
    for plot in (screen.depth.plot, screen.latency.plot):
        assert f"frozen {at}" in _texts_of(plot)


def test_that_a_label_is_placed_where_no_line_goes_through() -> None:
    line = (np.array([0.0, 100.0]), np.array([50.0, 50.0]))
    places = [QRectF(40, 45, 20, 10), QRectF(40, -5, 20, 10), QRectF(40, 10, 20, 10)]
    within = QRectF(0, 0, 100, 100)
    assert free_place(places, within, [line]) == places[2]
    assert free_place(places[:2], within, [line]) is None
    assert free_place(places, within, [(np.empty(0), np.empty(0))]) == places[0]


def test_that_frozen_charts_stand_still_while_numbers_go_on(screen: Screen) -> None:
    screen.work(10)
    screen.depth.freeze_button.click()
    held = screen.depth.plot._to_ms
    screen.work(10, ready=99)
    assert screen.depth.plot._to_ms == held
    assert screen.depth.live_button.isVisible()
    assert screen.depth.plot._ends == (38, 4)
    assert "waiting 99" in _said(screen.depth)
    screen.depth.freeze_button.click()
    assert screen.view.live
    assert screen.depth.plot._to_ms == screen.clock.ms
    assert not screen.depth.live_button.isVisible()


def _wheel(plot: QWidget, at: QPointF, delta: QPoint) -> None:
    event = QWheelEvent(
        at,
        at,
        QPoint(),
        delta,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    plot.wheelEvent(event)


def test_that_the_wheel_zooms_around_the_pointer_and_back_to_live_ends_it(screen: Screen) -> None:
    screen.work(20)
    plot = screen.depth.plot
    middle = plot.plot_area.center()
    before = plot._time_at(middle.x())
    _wheel(plot, middle, QPoint(0, 240))
    assert not screen.view.live
    assert plot._to_ms - plot._from_ms == pytest.approx(60_000 * 0.64)
    assert plot._time_at(middle.x()) == pytest.approx(before)
    assert screen.latency.plot._from_ms == plot._from_ms
    screen.depth.live_button.click()
    assert screen.view.live


def test_that_turning_sideways_moves_through_time_but_never_past_now(screen: Screen) -> None:
    screen.work(20)
    plot = screen.depth.plot
    _wheel(plot, plot.plot_area.center(), QPoint(120, 0))
    assert plot._to_ms == screen.clock.ms - 6_000
    _wheel(plot, plot.plot_area.center(), QPoint(-600, 0))
    assert plot._to_ms == screen.clock.ms


def test_that_the_wheel_beside_the_curves_is_left_to_the_page(screen: Screen) -> None:
    screen.work(5)
    _wheel(screen.depth.plot, QPointF(3, 20), QPoint(0, 120))
    assert screen.view.live


def test_that_pointing_reads_values_in_both_charts(screen: Screen) -> None:
    screen.work(60)
    plot = screen.depth.plot
    at = QPointF(plot.x_of(screen.clock.ms - 20_000), 30)
    move = QMouseEvent(
        QMouseEvent.Type.MouseMove,
        at,
        at,
        Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )
    plot.mouseMoveEvent(move)
    assert screen.latency.plot._hover_ms == pytest.approx(screen.clock.ms - 20_000, abs=1)
    read = plot.readout_at(screen.clock.ms - 20_000)
    assert read is not None
    assert [(name, value) for name, value, _ in read[1].rows] == [("waiting", "38"), ("running", "4")]
    times = screen.latency.plot.readout_at(screen.clock.ms - 20_000)
    assert times is not None
    assert times[1].rows[0][0] == "wait"
    assert times[1].rows[-1][1] == "2.00 s"
    assert plot.readout_at(T0 - 100_000) is None
    plot.leaveEvent(None)
    assert screen.latency.plot._hover_ms is None


def test_that_a_gap_in_the_samples_is_a_gap_in_the_line(screen: Screen) -> None:
    screen.work(20)
    whole = screen.depth.plot._running.path.toSubpathPolygons()
    screen.clock.ms += 60_000
    screen.work(20)
    assert len(whole) == 1
    assert len(screen.depth.plot._running.path.toSubpathPolygons()) == 2


def test_that_the_newest_depth_and_the_filling_bucket_are_dashed(screen: Screen) -> None:
    screen.work(33)
    newest = screen.depth.plot._newest.path.boundingRect()
    assert newest.width() == pytest.approx(5, abs=1.1)
    wait, _run = screen.latency.plot._families
    assert [curve.path.elementCount() for curve in wait._newest] == [2, 2, 2]


def test_that_one_bucket_alone_can_be_seen(screen: Screen) -> None:
    screen.work(1)
    wait, _run = screen.latency.plot._families
    drawn = sum(curve.path.elementCount() for curve in [*wait._lines, *wait._newest])
    assert drawn >= 6


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 1.75, 2.0])
@pytest.mark.parametrize("at", [11, 12, 13, 14])
def test_that_no_edge_of_a_plot_is_darker_than_the_panel(qtbot: QtBot, ratio: float, at: int) -> None:
    """At a fractional scale, wherever it begins on the panel: while it is empty, all of it is of one colour."""
    theme = Theme("light")
    surface = theme.colour("surface")
    panel = QWidget()
    qtbot.addWidget(panel)
    panel.setPalette(QPalette(surface))
    panel.resize(300, 140)
    plot = TimePlot(theme, TimeView(panel, zone=UTC), "empty", 0.0)
    plot.setParent(panel)
    plot.setGeometry(at, at - 4, 201, 80 + at)
    with qtbot.waitExposed(panel):
        panel.show()
    pixmap = QPixmap(round(300 * ratio), round(140 * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(QColor("black"))
    panel.render(pixmap)
    picture = pixmap.toImage()
    across = {picture.pixelColor(x, picture.height() // 2).name() for x in range(picture.width())}
    down = {picture.pixelColor(picture.width() // 2, y).name() for y in range(picture.height())}
    theme.deleteLater()
    assert across | down == {surface.name()}


def test_that_a_change_of_theme_repaints(screen: Screen) -> None:
    screen.work(30)
    dark = screen.window.grab().toImage()
    screen.theme.set_mode("light")
    light = screen.window.grab().toImage()
    for chart in (screen.depth, screen.latency, screen.achievements):
        ground = chart.mapTo(screen.window, QPoint(6, 60))  # the padding: nothing is written there
        assert dark.pixelColor(ground).lightness() < 90 < light.pixelColor(ground).lightness()


def _total(screen: Screen) -> str:
    return f"{screen.achievements.total.text()} {screen.achievements.share.text()}"


def test_that_what_only_anonymous_earned_is_no_athletes_share(screen: Screen) -> None:
    unlocked = (Unlock(T0 - 5, "anonymous", EarnedBadge("hour", "Hour of Power")),)
    badges = tuple(replace(badge, holders=0) for badge in BADGES)
    screen.state.achievements.set_summary(AchievementSummary(T0 - 1, badges, 1, 0, unlocked))
    screen.refresh()
    assert _total(screen) == "1 by anonymous"
    assert screen.achievements.bars.accessibleDescription().startswith("5K Runner: 0, Hour of Power: 0")
    assert "anonymous: Hour of Power" in _said(screen.achievements)
    screen.achievements.resize(600, 128)  # where there is no room for the name
    screen.refresh()
    assert _total(screen).strip() == "1"


def test_that_achievements_are_ranked_counted_and_told(screen: Screen) -> None:
    screen.state.achievements.set_summary(AchievementSummary(T0 - 1, BADGES, 129, 60))
    outcome = WorkoutOutcome(
        "id", "Ana", "Running", OutcomeKind.STORED, 1.0, 1.0, badges=(EarnedBadge("5k", "5K Runner"),)
    )
    screen.state.apply(BatchProcessed(T0, "worker-1", (outcome,)))
    screen.refresh()
    assert _total(screen) == "130 by 60 athletes"
    assert [badge.name for badge in screen.achievements.bars.shown] == ["Century Ride", "5K Runner", "Hour of Power"]
    assert "5K Runner: 49 of 60" in screen.achievements.bars.accessibleDescription()
    assert "Ana: 5K Runner" in _said(screen.achievements)
    assert screen.achievements.spark.accessibleName() == "1 unlocked in the last 5 min"


def test_that_the_scope_of_the_times_follows_the_workers_heard(screen: Screen) -> None:
    screen.work(2)
    assert screen.latency.pill.text == "this worker"
    outcome = WorkoutOutcome("id", "Ana", "Running", OutcomeKind.STORED, 7.0, 8.0)
    screen.state.apply(BatchProcessed(screen.clock.ms, "worker-2", (outcome,)))
    screen.clock.ms += 300
    screen.refresh()
    assert screen.latency.pill.text == "all workers"


@pytest.mark.parametrize("width", [880, 624, 480, 320])
def test_that_a_narrow_panel_gives_up_the_least_needed_first(screen: Screen, width: int) -> None:
    screen.work(5)
    screen.depth.freeze_button.click()
    for chart in (screen.depth, screen.latency, screen.achievements):
        chart.resize(width, chart.height())
        QApplication.sendPostedEvents()
        assert chart.minimumSizeHint().width() <= width
        assert chart._side is not None
        assert chart._side.isVisible() == (width >= 500)
    assert screen.depth.segment.isVisible()
    assert screen.depth.freeze_button.isVisible()
    room = screen.depth._head.width()
    assert width < 400 or screen.depth.header.sizeHint().width() <= room
    assert width != 880 or screen.depth.pill.isVisible()
    screen.depth.resize(room_for(screen.theme, 624), screen.depth.height())
    QApplication.sendPostedEvents()
    assert screen.depth.pill.isVisible()


def test_that_a_table_holds_what_is_on_screen(screen: Screen) -> None:
    screen.work(20)
    depth, latency = screen.depth.table(), screen.latency.table()
    assert depth.columns == ("time_utc", "waiting", "running")
    assert depth.rows[0][1:] == (38, 4)
    assert str(depth.rows[0][0]).endswith("Z")
    assert len(latency.columns) == len(latency.rows[0]) == 8
    screen.state.achievements.set_summary(AchievementSummary(T0, BADGES, 129, 60))
    screen.clock.ms += 1_000
    screen.refresh()
    assert screen.achievements.table().rows[0] == ("cent", "Century Ride", 50, 60)


def test_that_copying_gives_a_picture_and_a_table(screen: Screen) -> None:
    screen.work(5)
    screen.exporter.copy(screen.depth, screen.depth.table())
    data = QGuiApplication.clipboard().mimeData()
    assert data.hasImage()
    assert data.text().splitlines()[0] == "time_utc\twaiting\trunning"
    screen.exporter.finish(5.0)
    left = QGuiApplication.clipboard().mimeData()
    assert not left.hasImage()
    assert left.text().splitlines()[0] == "time_utc\twaiting\trunning"


def test_that_what_was_copied_since_is_left_alone(screen: Screen) -> None:
    screen.exporter.copy(screen.depth, screen.depth.table())
    QGuiApplication.clipboard().setText("of another")
    screen.exporter.finish(1.0)
    assert QGuiApplication.clipboard().text() == "of another"


COPY_AND_LEAVE = """
from PySide6.QtWidgets import QApplication, QLabel
from gui.charts.export import ChartExporter, Table
app = QApplication([])
exporter, label = ChartExporter(), QLabel("picture")
exporter.copy(label, Table(("a",), ()))
exporter.finish(1.0)
"""


def test_that_a_program_that_copied_a_chart_ends_well() -> None:
    command = [sys.executable, "-c", COPY_AND_LEAVE]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_that_a_file_is_written_and_told(screen: Screen, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "depth.csv"
    with qtbot.waitSignal(screen.exporter.saved) as saved:
        screen.exporter.write(path, Table(("a",), ((1,), (None,))).as_text().encode())
    assert saved.args == [str(path)]
    assert path.read_text(encoding="utf-8") == 'a\n1\n""\n'
    screen.exporter.finish(5.0)


def test_that_a_file_that_cannot_be_written_is_one_sentence(screen: Screen, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(screen.exporter.failed) as failed:
        screen.exporter.write(tmp_path / "missing" / "depth.png", b"")
    assert failed.args == ["Could not save depth.png: No such file or directory."]
    screen.exporter.finish(5.0)


def test_that_a_drive_that_answers_after_the_end_tells_nobody(
    screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered, told = threading.Event(), [""]

    def write_slowly(_path: Path, _content: bytes) -> int:
        answered.wait()
        return 1

    monkeypatch.setattr(Path, "write_bytes", write_slowly)
    exporter = ChartExporter()
    exporter.saved.connect(told.append)
    exporter.write(tmp_path / "a.csv", b"a")
    exporter.finish(0.01)
    answered.set()
    for thread in exporter._writing:
        thread.join()
    QApplication.sendPostedEvents()
    assert told == [""]


def test_that_every_control_has_a_name(screen: Screen) -> None:
    screen.work(2)
    for chart in (screen.depth, screen.latency, screen.achievements):
        assert chart.accessibleName()
        assert chart.menu_button.accessibleName()
    assert screen.depth.freeze_button.accessibleName() == "Freeze the charts"


@given(st.integers(0, 10**9))
def test_that_a_count_axis_has_room_above_the_highest(highest: int) -> None:
    axis = count_axis(highest)
    assert axis.high > highest
    assert axis.high <= max(4, highest * 2.9)
    assert [tick.value for tick in axis.ticks] == [axis.high * quarter / 4 for quarter in range(5)]


@given(st.floats(0, 1e12), st.floats(0, 1e12), st.floats(30, 400))
def test_that_a_duration_axis_always_has_two_named_marks_and_finite_ends(one: float, other: float, px: float) -> None:
    axis = duration_axis(min(one, other), max(one, other), px)
    named = [tick for tick in axis.ticks if tick.label]
    assert np.isfinite([axis.low, axis.high]).all()
    assert axis.high - axis.low >= 1
    assert all(axis.low <= tick.value <= axis.high + 1e-6 for tick in axis.ticks)
    assert len(named) >= (2 if px >= 60 else 1)


def test_that_an_axis_of_seconds_shows_them() -> None:
    noon_ms = datetime(2026, 7, 13, 10, tzinfo=UTC).timestamp() * 1000
    assert [tick.label for tick in time_ticks(noon_ms, noon_ms + 10_000, 230, 46, BERLIN)] == [
        "12:00:00",
        "12:00:05",
        "12:00:10",
    ]


def test_that_durations_on_the_axis_read_like_speech() -> None:
    labels = [tick.label for tick in duration_axis(60, 5_000, 98).ticks if tick.label]
    assert labels == ["100 ms", "1 s", "10 s"]


@given(st.sampled_from([60_000, 300_000, 900_000, 3_600_000, 17_000]), st.integers(0, 10**8), st.floats(150, 900))
def test_that_time_marks_are_round_and_never_crowd(span_ms: int, offset_ms: int, width: float) -> None:
    ticks = time_ticks(T0 + offset_ms, T0 + offset_ms + span_ms, width, 46, BERLIN)
    gaps = [(b.value - a.value) / span_ms * width for a, b in pairwise(ticks)]
    assert len(ticks) >= 2
    assert all(gap >= 46 + 10 - 1e-6 for gap in gaps)
    assert all(T0 + offset_ms <= tick.value <= T0 + offset_ms + span_ms for tick in ticks)
    assert all(tick.value % 5_000 == 0 for tick in ticks) or len(ticks) == 2


@pytest.mark.parametrize(
    ("zone", "change", "before", "after"),
    [
        (BERLIN, "2026-03-29T01:00Z", "01:30", "03:00"),
        (BERLIN, "2026-10-25T01:00Z", "02:30", "02:00"),
        (ZoneInfo("Australia/Lord_Howe"), "2026-10-03T15:30Z", "01:30", "02:30"),
        (ZoneInfo("Asia/Kolkata"), "2026-10-03T15:30Z", "20:30", "21:00"),
    ],
)
def test_that_time_marks_are_round_on_both_sides_of_a_clock_change(
    zone: tzinfo, change: str, before: str, after: str
) -> None:
    at_ms = datetime.fromisoformat(change).timestamp() * 1000
    ticks = time_ticks(at_ms - 3_600_000, at_ms + 3_600_000, 400, 46, zone)
    labels = [tick.label for tick in ticks]
    assert {label[-2:] for label in labels} <= {"00", "30"}
    assert before in [tick.label for tick in ticks if tick.value < at_ms]
    assert after in [tick.label for tick in ticks if tick.value >= at_ms]
    assert all(b.value - a.value >= 1_800_000 for a, b in pairwise(ticks))


@given(st.lists(st.floats(0, 100), min_size=1, max_size=6).map(sorted))
def test_that_labels_never_overlap_and_stay_inside(wanted: list[float]) -> None:
    placed = avoid_overlap(wanted, 12, 0, 100)
    assert all(b - a >= 12 - 1e-6 for a, b in pairwise(placed))
    assert placed[0] >= -1e-6
    assert placed[-1] <= 100 + 1e-6


def test_that_labels_with_room_stay_where_they_want_to_be() -> None:
    assert avoid_overlap([10.0, 40.0], 12, 0, 100) == [10.0, 40.0]
    assert avoid_overlap([50.0, 52.0], 12, 0, 100) == [45.0, 57.0]


def test_that_thinning_keeps_every_peak_and_the_newest() -> None:
    x = np.arange(3_600.0)
    y = np.zeros(3_600)
    y[1_234], y[-1] = 500.0, 7.0
    reduced_x, reduced_y = downsample_min_max(x, y, 14.0)
    assert len(reduced_x) <= 2 * 258 + 1
    assert reduced_y.max() == 500
    assert (reduced_x[-1], reduced_y[-1]) == (3_599, 7)
    assert (np.diff(reduced_x) > 0).all()
    assert downsample_min_max(x[:50], y[:50], 0.5)[0] is not None
    assert len(downsample_min_max(x[:50], y[:50], 0.5)[0]) == 50


def test_that_bins_keep_their_highest() -> None:
    x, (y,) = bin_maxima(np.array([0.0, 1.0, 2.0, 3.0]), [np.array([1.0, 9.0, 2.0, 3.0])], 2.0)
    assert (x.tolist(), y.tolist()) == ([1.0, 3.0], [9.0, 3.0])


def test_that_lines_break_at_gaps_and_outages() -> None:
    at = np.array([0.0, 1.0, 2.0, 10.0, 11.0])
    assert runs(at, 5.0) == [slice(0, 3), slice(3, 5)]
    assert runs(at, 50.0, [1.5, -4.0, 99.0]) == [slice(0, 2), slice(2, 5)]
    assert runs(np.empty(0), 5.0) == []


def test_that_steps_keep_each_value_until_the_next() -> None:
    x, y = steps(np.array([0.0, 1.0]), np.array([4.0, 3.0]))
    assert (x.tolist(), y.tolist()) == ([0, 1, 1], [4, 4, 3])


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (None, "–"),
        (0.0, "0 ms"),
        (0.04, "0.04 ms"),
        (8.04, "8.0 ms"),
        (81.4, "81 ms"),
        (240.0, "240 ms"),
        (690.0, "0.69 s"),
        (2_460.0, "2.46 s"),
        (12_340.0, "12.3 s"),
        (210_000.0, "3.5 min"),
        (5_400_000.0, "90 min"),
        (7_200_000.0, "2.0 h"),
        (500_000_000.0, "6 d"),
    ],
)
def test_that_durations_are_short_and_have_a_unit(ms: float | None, text: str) -> None:
    assert duration(ms) == text


def test_that_rates_and_times_to_empty_are_short() -> None:
    assert rate_parts(43.61) == ("43.6", "/s")
    assert rate_parts(12_345.0) == ("12,345", "/s")
    assert rate_parts(None) == ("–", "")
    assert empty_in_parts(47.6) == ("48", "s")
    assert empty_in_parts(160.0) == ("3", "min")
    assert empty_in_parts(None) == ("–", "")
    assert empty_in_parts(None, measuring=True) == ("", "measuring")
    assert empty_in_parts(47.6, measuring=True) == ("48", "s")


@pytest.mark.parametrize(
    ("ms", "text"),
    [(-5, "0 s"), (3_200, "3 s"), (59_700, "1 min"), (720_000, "12 min"), (7_200_000, "2 h"), (172_800_000, "2 d")],
)
def test_that_ago_is_one_figure_and_a_unit(ms: int, text: str) -> None:
    assert ago(ms) == text


def test_that_a_sentence_is_wrapped_and_cut_to_its_lines(screen: Screen) -> None:
    words = "Waiting takes 8 times the work: another worker would help."
    lines = wrapped(screen.theme, words, 200, 2)
    assert " ".join(lines) == words
    assert len(wrapped(screen.theme, words, 60, 2)) == 2
    assert wrapped(screen.theme, words, 60, 2)[1].endswith("…")
