"""A session that is recorded, and played through the same screens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.live.console_state import ConsoleState
from gui.options import Options
from gui.playback.bar import PlaybackBar
from gui.playback.whole_recording import WholeRecording, open_whole
from gui.startup.session import Session, run_sessions
from gui.theme.theme import Theme
from gui.workspaces.demo.flow.recorded_controller import RecordedDemoController
from tests.support.program_rig import WAIT_MS, Program, running, settings_in
from tests.support.workouts import workouts
from worker.runtime.bounded_keychain import BoundedKeychain

COUNT = 30
PLAY = Options(size=(1280, 800), play=Path("a recording"))


def told_by(state: ConsoleState) -> dict[str, object]:
    """What screens show of a session, without what depends on the moment."""
    ledger = state.ledger()
    return {
        "ledger": (ledger.accepted, ledger.stored, ledger.failed, ledger.waiting, ledger.verdict_text),
        "seen": (state.stored_seen, state.failed_seen, state.missed),
        "badges": (state.achievements.unlocked, state.achievements.athletes),
        "depth": state.depth and state.depth.ready,
        "latency": state.latency.headline(),
    }


def is_settled(state: ConsoleState, earned: int) -> bool:
    """A sample of the queue is from before the last events for a while. A summary of the store may hold badges whose
    events are still to come, until the next one corrects the estimate."""
    is_empty = state.depth is not None and not state.depth.ready
    return state.ledger().verdict_text == "balances" and is_empty and state.achievements.unlocked == earned


@contextmanager
def played(qtbot: QtBot, theme: Theme, folder: Path, recording: WholeRecording) -> Iterator[Session]:
    session = Session(theme, PLAY, settings_in(folder), has_display=True, recording=recording)
    try:
        yield session
    finally:
        if session.earlier is None:
            with qtbot.waitSignal(session.controller.finished, timeout=WAIT_MS):
                session.controller.shut_down()
        session.close()


@pytest.fixture
def recorded(qtbot: QtBot, theme: Theme, tmp_path: Path, broker: str) -> tuple[WholeRecording, dict[str, object]]:
    path = tmp_path / "a.paceline"
    options = Options(size=(1280, 800), record=path)
    with running(qtbot, theme, settings_in(tmp_path / "data", broker=broker), options) as program:
        program.wait_for(lambda: program.state.online)
        program.session.controller.submit(list(workouts(COUNT, athletes=5)))
        program.wait_for(lambda: program.state.ledger().stored == COUNT)
        program.wait_for(lambda: program.state.stored_seen == COUNT)
        receipts = program.parts.receipts.model
        program.wait_for(lambda: is_settled(program.state, sum(len(receipt.badges) for receipt in receipts.rows)))
        end = told_by(program.state)
    return open_whole(path, 100.0), end


def test_that_the_screens_end_as_they_did(
    qtbot: QtBot, theme: Theme, tmp_path: Path, recorded: tuple[WholeRecording, dict[str, object]]
) -> None:
    recording, end = recorded
    with played(qtbot, theme, tmp_path / "played", recording) as session:
        program = Program(session, qtbot)
        bar = session.window.findChild(PlaybackBar)
        assert bar is not None
        program.wait_for(lambda: bar.note.text() == "This is the end of the recording.")
        assert recording.recording.is_whole
        assert told_by(session.state) == end
        assert [each.key for each in session.window._workspaces] == ["console", "pipeline", "demo"]
        program.wait_for(lambda: session.controller.workspaces.all_built)
        assert {receipt.athlete for receipt in program.parts.receipts.model.rows} <= {
            f"Athlete {number}" for number in range(1, 6)
        }
        assert len(program.parts.receipts.model.rows) == COUNT
        demo = session.controller.workspaces.built["demo"]
        assert isinstance(demo, RecordedDemoController)
        session.controller.submit(list(workouts(1)))  # nothing takes it
        assert list((tmp_path / "played").glob("*.db")) == []


def test_that_an_earlier_time_begins_another_session_there(
    qtbot: QtBot,
    theme: Theme,
    tmp_path: Path,
    recorded: tuple[WholeRecording, dict[str, object]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recording, end = recorded
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    sessions: list[Session] = []
    original = Session.__init__

    def remember(session: Session, *arguments: Any, **named: Any) -> None:
        original(session, *arguments, **named)
        sessions.append(session)

    monkeypatch.setattr(Session, "__init__", remember)
    middle_ms = (recording.from_ms + recording.end_ms) // 2

    def run() -> int:
        session = sessions[-1]
        bar = session.window.findChild(PlaybackBar)
        assert bar is not None
        qtbot.waitUntil(lambda: bar.note.text() == "This is the end of the recording.", timeout=WAIT_MS)
        assert told_by(session.state) == end
        with qtbot.waitSignal(session.controller.finished, timeout=WAIT_MS):
            if len(sessions) == 1:
                session.window.show_workspace("demo")
                bar.time_chosen.emit(middle_ms)
            else:
                session.controller.shut_down()
        return 0

    options = replace(PLAY, theme="dark")
    keychain = BoundedKeychain()
    assert run_sessions(app, run, options, settings_in(tmp_path / "p"), keychain, recording, has_display=True) == 0
    assert len(sessions) == 2
    assert sessions[0].earlier is not None
    assert sessions[0].earlier.from_ms == middle_ms
