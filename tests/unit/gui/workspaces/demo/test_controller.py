"""The Demo workspace of a demonstration, and of another console."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QProcess, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.recording.recording import open_recording
from core.recording.records import RecordedAccount
from gui.controllers.recording_controller import RecordingController
from gui.frame.workspace_entry import StartDemo
from gui.options import DEMO_SLOWNESS_S, Options, work_span
from gui.theme.theme import Theme
from gui.widgets import Label
from gui.workspaces.demo.invitation import DemoInvitation
from gui.workspaces.demo.tour.notes import PresenterNotes
from tests.support.program_rig import Program, running, settings_in
from worker.demo.producers.load import Pattern
from worker.demo.tour.tour import Tour


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The arguments of each process that would be started."""
    found: list[list[str]] = []
    monkeypatch.setattr(QProcess, "startDetached", lambda _program, arguments: found.append(arguments))
    return found


def _invitation(program: Program) -> DemoInvitation:
    widget = program.session.controller.workspaces.build("demo").widget
    assert isinstance(widget, DemoInvitation)
    return widget


@pytest.mark.parametrize("options", [Options(), Options(demo=True, read_only=True)])
def test_that_elsewhere_a_demonstration_of_its_own_is_offered(
    qtbot: QtBot, theme: Theme, tmp_path: Path, started: list[list[str]], options: Options
) -> None:
    with running(qtbot, theme, settings_in(tmp_path), options) as program:
        program.wait_for(lambda: program.state.online)
        program.parts.window.show_workspace("demo")
        page = _invitation(program).page
        program.wait_for(page.button.hasFocus)
        QTest.keyClick(page.button, Qt.Key.Key_Space)
        assert started == [["-m", "gui", "--demo", "--theme", theme.mode]]
        assert program.state.ledger().accepted == 0


def test_that_the_console_leads_to_one(qtbot: QtBot, theme: Theme, tmp_path: Path, started: list[list[str]]) -> None:
    with running(qtbot, theme, settings_in(tmp_path)) as program:
        program.session.controller.workspaces.go(StartDemo())
        assert len(started) == 1


def test_that_the_load_follows_its_controls(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    with running(qtbot, theme, settings_in(tmp_path), Options(demo=True)) as program:
        panel, controller = program.parts.demo.load, program.session.controller
        program.wait_for(lambda: program.state.ledger().accepted > 0)
        assert controller._host.worker.work == work_span(DEMO_SLOWNESS_S)
        panel.slowness.set_value(0)
        assert controller._host.worker.work == ""
        panel.rate.set_value(100)
        panel.pattern.select(Pattern.SPIKES.name)
        panel.share.set_value(0.2)
        program.wait_for(lambda: program.state.ledger().stored > 50)
        program.wait_for(lambda: program.state.ledger().failed > 3)
        panel.set_paused(True)
        program.wait_for(lambda: program.state.waiting == 0 and program.state.running == 0)
        panel.set_paused(False)
        accepted = program.state.ledger().accepted
        program.wait_for(lambda: program.state.ledger().accepted > accepted)


def test_that_a_small_window_shows_one_of_the_panels_below_the_flow(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    with running(qtbot, theme, settings_in(tmp_path), Options(demo=True, size=(1280, 800))) as program:
        program.parts.window.show_workspace("demo")
        demo = program.parts.demo
        program.wait_for(lambda: demo.load.isVisible() and demo.chaos.isVisible() and not demo.choice.isVisible())
        program.parts.window.resize(1024, 700)
        program.wait_for(lambda: demo.choice.isVisible() and demo.chaos.isVisible() and not demo.load.isVisible())
        demo.choice.select("load")
        program.wait_for(lambda: demo.load.isVisible() and not demo.chaos.isVisible())
        demo.choice.select("comparison")
        program.wait_for(lambda: demo.comparison.isVisible() and not demo.load.isVisible())
        program.parts.window.resize(1280, 800)
        program.wait_for(lambda: all(each.isVisible() for each in (demo.load, demo.chaos, demo.comparison)))


def test_that_panels_keep_the_size_of_their_texts_where_they_move(
    qtbot: QtBot, qapp: QApplication, theme: Theme, tmp_path: Path
) -> None:
    theme.apply(qapp)
    with running(qtbot, theme, settings_in(tmp_path), Options(demo=True, size=(1280, 800))) as program:
        program.wait_for(lambda: program.state.online)
        program.parts.window.show_workspace("demo")
        demo = program.parts.demo
        program.wait_for(lambda: demo.load.isVisible() and not demo.choice.isVisible())
        labels = [label for panel in (demo.comparison, demo.load) for label in panel.findChildren(Label)]
        usual_px = [label.font().pixelSize() for label in labels]
        theme.set_text_factor(1.5)
        program.wait_for(demo.choice.isVisible)
        for key in ("comparison", "load"):
            demo.choice.select(key)
        assert [label.font().pixelSize() for label in labels] == [round(size_px * 1.5) for size_px in usual_px]
        theme.set_text_factor(1.0)
        program.wait_for(lambda: not demo.choice.isVisible())
        assert [label.font().pixelSize() for label in labels] == usual_px


def test_that_the_account_agrees_with_what_is_stored(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    with running(qtbot, theme, settings_in(tmp_path), Options(demo=True)) as program:
        demo = program.parts.demo
        demo.load.slowness.set_value(0)
        demo.load.share.set_value(0.1)
        demo.load.bursts[1].click()
        program.wait_for(lambda: program.state.ledger().stored > 60 and program.state.ledger().failed > 3)
        demo.load.set_paused(True)
        program.wait_for(lambda: program.state.waiting == 0 and program.state.running == 0)
        assert demo.chaos.protections.account == "Nothing is lost, nothing is doubled"


def test_that_a_recording_that_begins_later_has_the_account(
    qtbot: QtBot, theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "later.paceline"
    monkeypatch.setattr(RecordingController, "_usual_path", lambda _: path)
    with running(qtbot, theme, settings_in(tmp_path), Options(demo=True)) as program:
        program.parts.demo.load.set_paused(True)
        program.parts.window.frame_actions.record.trigger()
        program.wait_for(lambda: program.session.controller.recording.path == path)
        program.wait_for(lambda: program.state.ledger().is_counted)
        demo = program.session.controller.workspaces.built["demo"]
        demo.tick(program.state, 5)
        demo.tick(program.state, 6)  # nothing changed
    accounts = [each for each in open_recording(path).records() if isinstance(each, RecordedAccount)]
    assert accounts
    assert len(accounts) == len({replace(each, at_ms=0) for each in accounts})


def test_that_the_flow_leads_to_the_failed_messages(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    with running(qtbot, theme, settings_in(tmp_path), Options(demo=True)) as program:
        program.parts.window.show_workspace("demo")
        program.parts.demo.flow.failed_requested.emit()
        assert program.parts.window.workspace == "failed"


def test_that_the_presenter_view_is_flow_and_tour_with_notes_on_a_second_screen(
    qtbot: QtBot, theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(qtbot, theme, settings_in(tmp_path), Options(demo=True, size=(1280, 800))) as program:
        window, demo = program.parts.window, program.parts.demo
        window.show_workspace("demo")
        program.wait_for(lambda: program.state.online and demo.load.isVisible())
        monkeypatch.setattr("gui.workspaces.demo.controller.other_screen", lambda _window: window.screen())
        factor = theme.text_factor
        QTest.keyClick(demo, Qt.Key.Key_F5)
        program.wait_for(lambda: window.is_presenting and not demo.load.isVisible() and not demo.chaos.isVisible())
        assert theme.text_factor > factor
        assert demo.flow.isVisible()
        assert demo.tour.isVisible()
        (notes,) = demo.tour.findChildren(PresenterNotes)
        QTest.keyClick(demo, Qt.Key.Key_PageDown)
        program.wait_for(lambda: notes.number.text() == f"Step 1 of {Tour.count}")
        QTest.keyClick(demo, Qt.Key.Key_F5)
        program.wait_for(lambda: not window.is_presenting and demo.load.isVisible())
        program.wait_for(lambda: not demo.tour.findChildren(PresenterNotes))
        assert theme.text_factor == factor
