"""The process of a comparison, as the console starts, reads and ends it."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from core.config.settings import WorkSpan
from gui.theme.theme import Theme
from gui.workspaces.demo.comparison.controller import ComparisonController
from gui.workspaces.demo.comparison.panel import ComparisonPanel
from worker.demo.comparison.plan import ComparisonPlan
from worker.demo.comparison.report import ComparisonReport, SideReport

BOUND_MS = 30_000
PARTIAL = ComparisonReport(inline=SideReport(answered=3, p50_ms=100, p95_ms=200), queued=SideReport(p50_ms=1))
LAST = PARTIAL.model_copy(update={"ended": True})
WRITE = "import sys; out = sys.stdout.buffer; put = lambda line: (out.write(line), out.flush()); "
WAIT = "sys.stdin.buffer.read(); "


class Desk:
    """`script`: what the process does, in Python."""

    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self.script = ""
        self.panel = ComparisonPanel(Theme("dark"), [ComparisonPlan()])
        qtbot.addWidget(self.panel, before_close_func=self._end)
        self.controller = ComparisonController(self.panel, lambda _plan: [sys.executable, "-c", WRITE + self.script])

    def _end(self, _panel: object) -> None:
        self.controller.stop()
        self.wait_for_end()

    def run(self, script: str) -> None:
        self.script = script
        self.panel.run.click()

    def wait_for(self, is_so: Callable[[], object]) -> None:
        self._qtbot.waitUntil(lambda: bool(is_so()), timeout=BOUND_MS)

    def wait_for_end(self) -> str:
        """What the page says then."""
        self.wait_for(lambda: not self.controller.running)
        return self.panel.page.accessibleName()


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


def put(report: ComparisonReport) -> str:
    return f"put({report.line!r}); "


def test_that_reports_are_shown_as_they_come(desk: Desk) -> None:
    desk.run(f"{put(PARTIAL)} {WAIT}")
    desk.wait_for(lambda: desk.panel.hint == "so far, 3 of 120")
    assert desk.panel.run.text() == "Stop"


def test_that_the_last_report_ends_it(desk: Desk) -> None:
    desk.run(put(PARTIAL) + put(LAST))
    desk.wait_for_end()
    assert (desk.panel.headline, desk.panel.run.text()) == ("99 % less waiting", "Run again")


def test_that_it_can_run_again_while_its_process_is_ending(desk: Desk) -> None:
    desk.run(f"{put(LAST)} {WAIT}")
    desk.wait_for(lambda: desk.panel.run.text() == "Run again")
    assert desk.controller.running
    desk.run(f"{put(PARTIAL)} {WAIT}")
    desk.wait_for(lambda: desk.panel.hint == "so far, 3 of 120")


def test_that_stop_ends_the_input_of_the_process(desk: Desk) -> None:
    desk.run(f"{put(PARTIAL)} {WAIT} sys.exit(1)")
    desk.wait_for(lambda: desk.panel.hint == "so far, 3 of 120")
    desk.panel.run.click()
    desk.wait_for_end()
    assert desk.panel.hint == "stopped after 3 of 120"


def test_that_a_process_that_does_not_end_is_killed(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gui.workspaces.demo.comparison.controller.KILL_AFTER_MS", 1)
    desk = Desk(qtbot)
    desk.run(f"{put(PARTIAL)} import threading; threading.Event().wait()")
    desk.wait_for(lambda: desk.panel.hint == "so far, 3 of 120")
    desk.controller.stop()
    desk.wait_for_end()
    assert desk.panel.hint == "stopped after 3 of 120"


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("sys.stderr.write('--count must be less.\\n'); sys.exit(2)", "--count must be less."),
        ("sys.stderr.write('x' * 100_000 + '\\nToo long.\\n'); sys.exit(1)", "Too long."),
        ("sys.exit(3)", "Its process ended with code 3."),
        ("import os; os.abort()", "Its process was killed."),
        ("pass", "Its process ended with code 0."),
        (f"put(b'hello\\n'); {WAIT}", "no report"),
        (f"put(b'x' * 10_000); {WAIT}", "too long"),
        (f"put(b'x' * 10_000 + b'\\n'); {WAIT}", "no report"),
    ],
)
def test_that_an_early_end_is_a_sentence(desk: Desk, script: str, words: str) -> None:
    desk.run(script)
    assert words in desk.wait_for_end()
    assert desk.panel.run.text() == "Run again"


def test_that_a_program_that_is_not_there_is_a_sentence(qtbot: QtBot) -> None:
    panel = ComparisonPanel(Theme("dark"), [ComparisonPlan()])
    qtbot.addWidget(panel)
    controller = ComparisonController(panel, lambda _: ["/no/such/program"])
    panel.run.click()
    qtbot.waitUntil(lambda: not controller.running, timeout=BOUND_MS)
    assert "could not be started" in panel.page.accessibleName()


def test_that_the_real_process_measures(qtbot: QtBot) -> None:
    plan = ComparisonPlan(count=4, threads=2, clients=2, work=WorkSpan(0.3, 0.3), failing=1)
    panel = ComparisonPanel(Theme("dark"), [plan])
    qtbot.addWidget(panel)
    controller = ComparisonController(panel)
    panel.run.click()
    qtbot.waitUntil(lambda: not controller.running, timeout=2 * BOUND_MS)
    assert panel.headline.endswith("less waiting")
    assert panel.figures.text("Failed, and lost", "Inline") == panel.figures.text("Failed, and kept", "Queued") == "1"
