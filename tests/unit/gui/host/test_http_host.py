"""The console's own HTTP endpoint: switched on and off, its workouts among the receipts."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.live.receipts import Stage
from gui.dialogs.connection_url import NamedConnection
from gui.frame.view_models import SettingsView
from gui.options import Options
from gui.theme.theme import Theme
from tests.support.http_calls import SAMPLE, Answer, call, post
from tests.support.program_rig import Program, running, settings_in
from tests.support.rabbitmq_node import free_port


@pytest.fixture
def port() -> int:
    """One that no connection of this test's own, nor of another's, is given meanwhile."""
    return free_port()


@pytest.fixture
def program(qtbot: QtBot, theme: Theme, tmp_path: Path) -> Iterator[Program]:
    with running(qtbot, theme, settings_in(tmp_path)) as program:
        program.wait_for(lambda: program.state.online)
        yield program


def choose(program: Program, *, on: bool, port: int) -> None:
    program.session.controller._on_settings_chosen(SettingsView("dark", http_endpoint=on, http_port=port))


def status(program: Program) -> str:
    return program.parts.window.status_bar.line.text


def is_free(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 5).close()
    except OSError:
        return True
    return False


def test_that_nothing_is_listened_on_until_somebody_asks(program: Program) -> None:
    assert "HTTP" not in status(program)


def test_that_a_posted_workout_is_a_receipt_like_any_other(program: Program, port: int) -> None:
    choose(program, on=True, port=port)
    program.wait_for(lambda: f"HTTP endpoint on http://127.0.0.1:{port}" in status(program))
    answer: Answer = post(port, SAMPLE)
    assert answer.status == 202
    program.wait_for(lambda: program.stages() == [Stage.STORED])
    program.wait_for(lambda: program.state.ledger().verdict_text == "balances" and program.state.ledger().accepted == 1)
    program.wait_for(lambda: call(port, "GET", "/health").json["status"] == "ok")
    choose(program, on=False, port=port)
    program.wait_for(lambda: is_free(port))
    program.wait_for(lambda: "HTTP" not in status(program))


def test_that_a_busy_port_is_one_sentence_and_another_may_be_chosen(program: Program, port: int) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        busy = int(taken.getsockname()[1])
        choose(program, on=True, port=busy)
        program.wait_for(lambda: "The HTTP endpoint is off." in program.banner())
        assert f"Port {busy} of 127.0.0.1 is in use by another program" in program.banner()
        assert "HTTP" not in status(program)
        choose(program, on=True, port=port)
        program.wait_for(lambda: f":{port}" in status(program))


def test_that_it_is_on_again_after_a_restart_and_ends_with_the_window(
    qtbot: QtBot, theme: Theme, tmp_path: Path, port: int
) -> None:
    (tmp_path / "settings.json").write_text(json.dumps({"http_endpoint": True, "http_port": port}))
    with running(qtbot, theme, settings_in(tmp_path)) as program:
        program.wait_for(lambda: f":{port}" in status(program))
        assert post(port, SAMPLE).status == 202
    assert is_free(port)


def test_that_it_goes_on_while_the_connection_changes(program: Program, port: int, tmp_path: Path) -> None:
    choose(program, on=True, port=port)
    program.wait_for(lambda: f":{port}" in status(program))
    other = f"sqlite:///{tmp_path / 'other.db'}"
    program.session.controller.connection.change(NamedConnection(other, "Other"))
    assert post(port, SAMPLE).status == 202
    # The queue that is being left may have it already: then it waits there.
    program.wait_for(lambda: program.stages() in ([Stage.STORED], [Stage.WAITING]))
    program.wait_for(lambda: settings_in(tmp_path).broker_url == other)
    assert post(port, {"type": "Running", "duration": 45}).status == 202
    program.wait_for(lambda: program.stages() in ([Stage.STORED] * 2, [Stage.STORED, Stage.WAITING]))


def test_that_who_only_looks_listens_nowhere(qtbot: QtBot, theme: Theme, tmp_path: Path, port: int) -> None:
    (tmp_path / "settings.json").write_text(json.dumps({"http_endpoint": True, "http_port": port}))
    with running(qtbot, theme, settings_in(tmp_path), Options(read_only=True)) as program:
        program.wait_for(lambda: program.state.online)
        assert "HTTP" not in status(program)
        assert is_free(port)
