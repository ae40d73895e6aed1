"""The panel of the comparison."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.theme.theme import TEXT_FACTORS, Theme
from gui.workspaces.demo.comparison.formatting import OF_ARTICLE
from gui.workspaces.demo.comparison.panel import ComparisonPanel
from gui.workspaces.demo.workspace import CHAOS_PX, COMPARISON_PX, SIDE_PX
from worker.demo.comparison.plan import KILL_PLAN, OUTAGE_PLAN, ComparisonPlan
from worker.demo.comparison.report import ComparisonReport, SideReport

INLINE = SideReport(answered=120, p50_ms=1_510, p95_ms=2_410, p99_ms=2_490, sustained_per_s=5.3, stored=117, lost=3)
QUEUED = SideReport(answered=120, p50_ms=11, p95_ms=24, p99_ms=30, sustained_per_s=1_240, stored=117, kept=3)
LAST = ComparisonReport(ended=True, elapsed_s=25, inline=INLINE, queued=QUEUED)
PARTIAL = ComparisonReport(inline=INLINE.model_copy(update={"answered": 40}), queued=QUEUED)


@pytest.fixture
def theme() -> Theme:
    return Theme("dark", 1.0)


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme) -> ComparisonPanel:
    made = ComparisonPanel(theme, (ComparisonPlan(), OUTAGE_PLAN, KILL_PLAN))
    qtbot.addWidget(made)
    made.resize(SIDE_PX, COMPARISON_PX)
    made.show()
    return made


def test_that_it_says_what_it_is_for_before_the_first_run(panel: ComparisonPanel) -> None:
    assert panel.page.isVisible()
    assert panel.page.title == "Not run yet"
    assert not panel.figures.isVisible()
    assert panel.run.text() == "Run"


def test_that_the_button_runs_and_stops_by_keyboard(panel: ComparisonPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.run_requested):
        qtbot.keyClick(panel.run, Qt.Key.Key_Space)
    panel.show_running()
    assert panel.run.text() == panel.run.accessibleName() == "Stop"
    with qtbot.waitSignal(panel.stop_requested):
        qtbot.keyClick(panel.run, Qt.Key.Key_Space)


def test_that_numbers_are_shown_while_it_runs(panel: ComparisonPanel) -> None:
    panel.show_running()
    panel.show_report(ComparisonReport())
    assert panel.page.isVisible()
    panel.show_report(PARTIAL)
    assert panel.figures.isVisible()
    assert (panel.hint, panel.run.text()) == ("so far, 40 of 120", "Stop")


def test_that_the_result_is_shown_with_the_claim(panel: ComparisonPanel) -> None:
    panel.show_running()
    panel.show_report(LAST)
    assert (panel.headline, panel.hint, panel.run.text()) == ("99 % less waiting", OF_ARTICLE, "Run again")
    text = panel.figures.text
    assert [text("p50, the person waits", side) for side in ("Inline", "Queued")] == ["1.51 s", "11 ms"]
    assert [text("p95", side) for side in ("Inline", "Queued")] == ["2.41 s", "24 ms"]
    assert [text("p99", side) for side in ("Inline", "Queued")] == ["2.49 s", "30 ms"]
    assert [text("Sustained", side) for side in ("Inline", "Queued")] == ["5.3 /s", "1,240 /s"]
    assert [text("Failed, and lost", side) for side in ("Inline", "Queued")] == ["3", "0"]
    assert [text("Failed, and kept", side) for side in ("Inline", "Queued")] == ["0", "3"]


def test_that_what_was_measured_stays_when_it_is_stopped(panel: ComparisonPanel) -> None:
    panel.show_running()
    panel.show_report(PARTIAL)
    panel.show_stopped()
    assert (panel.hint, panel.run.text()) == ("stopped after 40 of 120", "Run again")
    panel.show_running()
    panel.show_stopped()
    assert (panel.page.title, panel.run.text()) == ("Stopped", "Run")


def test_that_each_plan_keeps_what_it_measured(panel: ComparisonPanel) -> None:
    assert panel.choice.isVisible()
    assert panel.choice.width() >= panel.choice.sizeHint().width()  # none of its words is cut
    few = panel.choice.value
    panel.show_running()
    assert not panel.choice.isEnabled()
    panel.show_report(LAST)
    assert panel.choice.isEnabled()
    panel.choice.select("Outage")
    assert (panel.plan, panel.page.title, panel.run.text()) == (OUTAGE_PLAN, "Not run yet", "Run")
    panel.show_running()
    panel.show_report(PARTIAL)
    panel.show_stopped()
    panel.choice.select(few)
    assert (panel.headline, panel.hint, panel.run.text()) == ("99 % less waiting", OF_ARTICLE, "Run again")
    panel.choice.select("Outage")
    assert panel.hint == "stopped after 40 of 120"


def test_that_a_problem_takes_the_place_of_the_numbers(panel: ComparisonPanel) -> None:
    panel.show_running()
    panel.show_report(PARTIAL)
    panel.show_problem("Its process was killed.")
    assert "Its process was killed." in panel.page.accessibleName()
    assert panel.page.isVisible()
    assert panel.run.text() == "Run again"


@pytest.mark.parametrize(("low", "most_px"), [(False, COMPARISON_PX), (True, CHAOS_PX)])
@pytest.mark.parametrize("factor", TEXT_FACTORS)
def test_that_it_fits_its_place(
    panel: ComparisonPanel, theme: Theme, qtbot: QtBot, factor: float, low: bool, most_px: int
) -> None:
    theme.set_text_factor(factor)
    panel.set_low(low)
    panel.show_report(LAST)
    qtbot.waitUntil(lambda: panel.minimumSizeHint().height() <= theme.px(most_px))
