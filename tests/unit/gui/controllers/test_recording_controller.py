"""Recording a session by its key, and from the command line."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.events import Accepted, BatchProcessed, ConnectionChanged, Event, LedgerSnapshot
from core.recording.recording import Recording, open_recording
from core.recording.records import RecordedBatch, RecordedNote
from gui.controllers.recording_controller import RecordingController
from gui.frame.actions import why_not
from gui.options import Options
from gui.theme.theme import Theme
from tests.support.program_rig import Program, running, settings_in
from tests.support.workouts import workouts

ATHLETE = "Zoë Ångström"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    found = tmp_path / "recordings" / "now.paceline"
    monkeypatch.setattr(RecordingController, "_usual_path", lambda _: found)
    return found


def send_one(program: Program) -> None:
    program.wait_for(lambda: program.state.online)
    stored = program.state.stored_seen
    made = next(workouts(1)).model_copy(update={"id": uuid4(), "athlete": ATHLETE})
    program.session.controller.submit([made])
    program.wait_for(lambda: program.state.stored_seen > stored)


def press(program: Program) -> None:
    program.parts.window.activateWindow()
    QTest.keyClick(
        program.parts.window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    )


def events_of(recording: Recording) -> list[Event]:
    return [event for each in recording.records() if isinstance(each, RecordedBatch) for event in each.events]


def content(path: Path) -> str:
    return zlib.decompress(path.read_bytes(), wbits=31).decode()


def test_that_one_key_records_and_ends_it(qtbot: QtBot, theme: Theme, tmp_path: Path, path: Path) -> None:
    with running(qtbot, theme, settings_in(tmp_path)) as program:
        send_one(program)
        program.wait_for(lambda: program.state.ledger().is_counted)
        sign = program.parts.window.status_bar.recording
        assert not sign.isVisible()
        assert why_not(program.parts.window.frame_actions.page) == "Nothing was recorded in this session"
        press(program)
        program.wait_for(sign.isVisible)
        assert sign.accessibleName() == "Recording 0:00: press to stop"
        send_one(program)
        program.wait_for(lambda: sign.text() != "Recording 0:00")
        QTest.mouseClick(sign, Qt.MouseButton.LeftButton)
        assert not sign.isVisible()
        program.wait_for(lambda: str(path) in program.banner())
        send_one(program)  # no longer recorded
        program.parts.window.frame_actions.page.trigger()
        page = path.with_suffix(".html")
        program.wait_for(lambda: str(page) in program.banner())
        assert "<html" in page.read_text("utf-8")
    found = open_recording(path)
    events = events_of(found)
    assert [type(event) for event in events[:1]] == [ConnectionChanged]  # how things stood
    assert any(isinstance(event, LedgerSnapshot) for event in events[:3])
    assert sum(isinstance(event, Accepted) for event in events) == 1
    assert sum(isinstance(event, BatchProcessed) for event in events) == 1
    assert (found.is_whole, found.dropped, found.header.names) == (True, 0, False)
    assert ATHLETE not in content(path)
    assert str(tmp_path) not in content(path)


def test_that_the_command_line_records_from_the_start_to_the_end(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    path = tmp_path / "all.paceline"
    options = Options(size=(1280, 800), record=path, record_names=True)
    with running(qtbot, theme, settings_in(tmp_path), options) as program:
        send_one(program)
        program.session.controller.recording.record(RecordedNote(5, "Kill a worker"))
    found = open_recording(path)
    records = list(found.records())
    assert RecordedNote(5, "Kill a worker") in records
    assert sum(isinstance(event, Accepted) for event in events_of(found)) == 1
    assert found.is_whole
    assert ATHLETE in content(path)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda path: (path.parent.mkdir(), path.touch()), "exists already"),
        (lambda path: path.parent.touch(), "cannot be made"),
    ],
)
@pytest.mark.expects_warnings
def test_that_a_file_that_cannot_be_made_is_a_sentence(
    qtbot: QtBot, theme: Theme, tmp_path: Path, path: Path, spoil: Callable[[Path], object], says: str
) -> None:
    spoil(path)
    with running(qtbot, theme, settings_in(tmp_path)) as program:
        program.wait_for(lambda: program.state.online)
        press(program)
        program.wait_for(lambda: says in program.banner())
        assert not program.parts.window.status_bar.recording.isVisible()
        assert program.session.controller.recording.path is None


def test_that_a_recording_that_cannot_go_on_takes_its_sign_away(
    qtbot: QtBot, theme: Theme, tmp_path: Path, path: Path
) -> None:
    with running(qtbot, theme, settings_in(tmp_path)) as program:
        program.wait_for(lambda: program.state.online)
        press(program)
        recording = program.session.controller.recording
        recorder = recording._recorder
        assert recorder is not None
        recorder.stop()  # as it does itself where its disk is full
        program.wait_for(lambda: recording.path is None)
        program.wait_for(lambda: not program.parts.window.status_bar.recording.isVisible())
