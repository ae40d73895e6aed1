"""Cyclic garbage is collected by the main thread alone: by any other, a chart in a cycle ends the process."""

from __future__ import annotations

import ast
import gc
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread, current_thread, get_ident
from time import perf_counter, thread_time

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from core.config.settings import load_settings
from gui.startup import garbage, garbage_collector
from gui.startup.garbage import (
    FULL,
    FULL_S,
    MIDDLE,
    REST,
    YOUNG,
    YOUNG_OBJECTS,
    YOUNG_PER_MIDDLE,
    CollectionSchedule,
    collect_due,
)
from gui.startup.garbage_collector import TICK_MS, GarbageCollector
from gui.theme.theme import Theme
from tests.support.console_rig import running
from tests.support.keychains import NoKeychain

ROOT = Path(__file__).resolve().parents[4]
MANY = 20_000  # cycles
MAY_REMAIN = 4 * YOUNG_OBJECTS


class Cyclic:
    """One that only the collector can free; counts those that live."""

    living = 0

    def __init__(self) -> None:
        self.me = self
        Cyclic.living += 1

    def __del__(self) -> None:
        Cyclic.living -= 1


class TestSchedule:
    def test_that_little_is_left_alone(self) -> None:
        assert CollectionSchedule(0.0).due(YOUNG_OBJECTS, 1.0) is None

    def test_that_much_is_collected_and_every_so_often_the_middle_generation_too(self) -> None:
        schedule, done = CollectionSchedule(0.0), []
        for _ in range(2 * (YOUNG_PER_MIDDLE + 1)):
            generation = schedule.due(YOUNG_OBJECTS + 1, 1.0)
            assert generation is not None
            schedule.done(generation, 1.0, 0.001)
            done.append(generation)
        assert done == 2 * [*YOUNG_PER_MIDDLE * [YOUNG], MIDDLE]

    def test_that_a_full_one_comes_by_time_however_little_there_is(self) -> None:
        schedule = CollectionSchedule(5.0)
        assert schedule.due(0, 5.0 + FULL_S - 0.1) is None
        assert schedule.due(0, 5.0 + FULL_S) == FULL

    @pytest.mark.parametrize(("took_s", "rest_s"), [(0.002, FULL_S), (0.5, REST * 0.5)])
    def test_that_a_long_full_one_is_seldom(self, took_s: float, rest_s: float) -> None:
        schedule = CollectionSchedule(0.0)
        schedule.done(FULL, 100.0, took_s)
        assert schedule.due(0, 100.0 + rest_s - 0.1) is None
        assert schedule.due(0, 100.0 + rest_s) == FULL

    def test_that_what_is_due_is_collected(self) -> None:
        collect_due(CollectionSchedule(perf_counter()), perf_counter)  # what came before
        before = Cyclic.living
        for _ in range(2 * YOUNG_OBJECTS):
            Cyclic()
        assert Cyclic.living == before + 2 * YOUNG_OBJECTS
        assert collect_due(CollectionSchedule(perf_counter()), perf_counter) == YOUNG
        assert Cyclic.living <= before


@pytest.fixture
def collector(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[GarbageCollector]:
    monkeypatch.setattr(garbage_collector, "SETTLE_S", 0.0)
    collector = GarbageCollector()
    yield collector
    collector.stop()
    collector.deleteLater()


class TestCollector:
    def test_that_python_collects_nothing_by_itself(self, collector: GarbageCollector) -> None:
        assert not gc.isenabled()
        collector.stop()
        assert not gc.isenabled()

    def test_that_what_the_start_built_is_set_aside_until_the_end(
        self, collector: GarbageCollector, qtbot: QtBot
    ) -> None:
        qtbot.waitUntil(lambda: gc.get_freeze_count() > 0)
        collector.stop()
        assert gc.get_freeze_count() == 0

    @pytest.mark.parametrize("busy_ms", [0, 20])
    def test_that_the_garbage_of_a_thread_is_collected_in_the_main_thread(
        self, monkeypatch: pytest.MonkeyPatch, collector: GarbageCollector, qtbot: QtBot, busy_ms: int
    ) -> None:
        """Also while the main thread has hardly a moment.

        Python takes what a collection frees from the count of what was made meanwhile, so that a young one may look
        needless after a burst. The full one that comes by time takes the rest; here not after a minute.
        """
        monkeypatch.setattr(garbage, "FULL_S", 1.0)
        monkeypatch.setattr(garbage, "REST", 1)
        collected_in: set[int] = set()

        def note(_phase: str, _info: dict[str, int]) -> None:
            collected_in.add(get_ident())

        def work() -> None:
            until_s = perf_counter() + busy_ms / 1_000
            while perf_counter() < until_s:
                pass

        ended = Event()

        def allocate() -> None:
            for _ in range(MANY):
                Cyclic()
            ended.wait()

        busy = QTimer()
        busy.timeout.connect(work)
        if busy_ms:
            busy.start(0)
        before = Cyclic.living
        qtbot.waitUntil(lambda: gc.get_freeze_count() > 0)
        gc.callbacks.append(note)
        thread = Thread(target=allocate)
        thread.start()
        try:
            qtbot.waitUntil(lambda: bool(collected_in) and Cyclic.living - before <= MAY_REMAIN, timeout=30_000)
        finally:
            gc.callbacks.remove(note)
            ended.set()
            thread.join()
            busy.stop()
        assert collected_in == {get_ident()}
        assert current_thread().name == "MainThread"

    def test_that_a_tick_costs_no_frame_when_nothing_is_due(self, collector: GarbageCollector) -> None:
        schedule = CollectionSchedule(perf_counter())
        gc.collect(YOUNG)
        began_s = thread_time()
        for _ in range(1_000):
            assert schedule.due(gc.get_count()[0] - YOUNG_OBJECTS, perf_counter()) is None
        assert thread_time() - began_s < TICK_MS / 1_000


def run_scene_cycles(who: str, seconds: float) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.support.scene_cycles", who, str(seconds)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def test_that_a_console_has_it(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    with running(qtbot, load_settings(data_dir=tmp_path, keychain=NoKeychain()), theme) as console:
        assert console.session.findChild(GarbageCollector) is not None


class TestChartsInCycles:
    def test_that_collecting_in_any_thread_ends_the_process(self) -> None:
        """Without this the collector would be needless."""
        done = run_scene_cycles("any", 25.0)  # it ends with the first crash; on a busy machine that takes longer
        assert done.returncode != 0, done.stdout
        assert "Fatal Python error" in done.stderr or "Timeout (" in done.stderr, done.stderr

    def test_that_collecting_in_the_main_thread_does_not(self) -> None:
        done = run_scene_cycles("main", 8.0)
        assert done.returncode == 0, done.stderr
        assert int(done.stdout) > 10


def test_that_only_the_start_of_the_console_touches_the_collector() -> None:
    """`gc.enable()` or a collection in a thread would bring the crash back."""
    users = {
        str(path.relative_to(ROOT))
        for layer in ("core", "worker", "gui")
        for path in (ROOT / layer).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import) and any(alias.name == "gc" for alias in node.names)
    }
    assert users == {"gui/startup/session.py", "gui/startup/garbage.py", "gui/startup/garbage_collector.py"}
