"""A further workspace is a line of the registry: a tiny one is found everywhere, and is told all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from typing_extensions import override

from core.events import Accepted, Event
from core.live.console_state import ConsoleState
from gui.controllers.workspaces import WORKSPACES
from gui.forms.formatting import Units
from gui.frame.workspace import WorkspaceContext, WorkspaceController
from gui.frame.workspace_entry import NewWorkout, OpenWorkout, RepairWorkout, WorkspaceEntry
from gui.options import Options
from gui.startup.session import Session
from gui.theme.theme import Theme
from tests.support.program_rig import WAIT_MS, Program, running, settings_in
from tests.support.workouts import workouts
from worker.runtime.query import Query


class TinyController(WorkspaceController):
    """Remembers what it is told, and asks the results how many athletes there are."""

    def __init__(self, context: WorkspaceContext) -> None:
        command = QAction("Count the athletes")
        command.setProperty("group", "Tiny")
        super().__init__(QLabel("tiny"), [command])
        self.context = context
        self.told: list[str] = []
        self.events: list[Event] = []
        self.units: list[Units] = []
        self.names: tuple[str, ...] = ()

    @override
    def start(self) -> None:
        self.told.append("start")

    @override
    def opened(self) -> None:
        self.told.append("opened")

    @override
    def take(self, events: Sequence[Event]) -> None:
        self.events.extend(events)

    @override
    def refresh(self, state: ConsoleState, now_ms: int) -> None:
        self.told.append("refresh")

    @override
    def tick(self, state: ConsoleState, now_ms: int) -> None:
        self.told.append("tick")
        query = Query("tiny names", lambda reader: reader.athlete_names("", 10), self._on_names)
        self.context.host.ask(query)

    def _on_names(self, names: tuple[str, ...]) -> None:
        self.names = names

    @override
    def set_shown(self, shown: bool) -> None:
        self.told.append("shown" if shown else "hidden")

    @override
    def set_units(self, units: Units) -> None:
        self.units.append(units)

    @override
    def stop(self) -> None:
        self.told.append("stop")


TINY = WorkspaceEntry(
    "tiny",
    "Tiny",
    "play-circle-outline",
    f"{__name__}:TinyController",
    count=lambda state: int(state.started),
)


def tiny(program: Program) -> TinyController:
    program.wait_for(lambda: program.session.controller.workspaces.all_built)
    workspace = program.session.controller.workspaces.built["tiny"]
    assert isinstance(workspace, TinyController)
    return workspace


def test_a_line_of_the_registry_makes_a_workspace(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    session = Session(
        theme, Options(size=(1280, 800)), settings_in(tmp_path), has_display=True, workspaces=(*WORKSPACES, TINY)
    )
    program = Program(session, qtbot)
    window = session.window
    try:
        assert "tiny" not in session.controller.workspaces.built, "not before the first paint"
        workspace = tiny(program)
        assert workspace.told[0] == "start"
        assert workspace.units == [Units()]
        (workout,) = workouts(1)
        session.controller.submit([workout])
        program.wait_for(lambda: any(isinstance(event, Accepted) for event in workspace.events))
        program.wait_for(lambda: {"opened", "refresh", "tick"} <= set(workspace.told))
        program.wait_for(lambda: workspace.names == (workout.athlete,))
        number = len(WORKSPACES) + 1
        assert window.rail.item("tiny").toolTip() == f"Tiny (Ctrl+{number})"
        program.wait_for(lambda: window.rail.item("tiny").count == 1)
        QTest.keyClick(window, getattr(Qt.Key, f"Key_{number}"), Qt.KeyboardModifier.ControlModifier)
        assert window.workspace == "tiny"
        assert workspace.widget.isVisible()
        assert workspace.told.count("shown") == 1
        window.show_workspace("console")
        assert workspace.told[-1] == "hidden"
        commands = [action.text() for action in window._all_actions()]
        assert {"Tiny", "Count the athletes"} <= set(commands)
    finally:
        with qtbot.waitSignal(session.controller.finished, timeout=WAIT_MS):
            session.controller.shut_down()
        session.close()
    assert workspace.told.count("stop") == 1


def test_what_happened_before_a_workspace_was_built_is_told_to_it_in_order(
    qtbot: QtBot, theme: Theme, tmp_path: Path
) -> None:
    session = Session(
        theme, Options(size=(1280, 800)), settings_in(tmp_path), has_display=True, workspaces=(*WORKSPACES, TINY)
    )
    program = Program(session, qtbot)
    loader = session.controller.workspaces
    told: list[str] = []
    try:
        loader.tell(lambda workspace: told.append(f"first to {type(workspace).__name__}"))
        loader.tell(lambda workspace: told.append(f"second to {type(workspace).__name__}"))
        assert told == ["first to ConsoleController", "second to ConsoleController"]
        told.clear()
        loader.build("tiny")
        assert told == ["first to TinyController", "second to TinyController"]
        loader.build("tiny")
        assert len(told) == 2
        program.wait_for(lambda: loader.all_built)
        assert len(told) == 2 * len(WORKSPACES)
    finally:
        with qtbot.waitSignal(session.controller.finished, timeout=WAIT_MS):
            session.controller.shut_down()
        session.close()


def test_each_request_is_handled_by_one_workspace() -> None:
    handled = [request for entry in WORKSPACES for request in entry.handles]
    assert len(handled) == len(set(handled))
    assert {OpenWorkout, RepairWorkout} <= set(handled)
    keys = [entry.key for entry in WORKSPACES]
    assert len(keys) == len(set(keys))


def test_that_a_new_workout_of_an_athlete_begins_in_the_form(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    with running(qtbot, theme, settings_in(tmp_path), Options(size=(1280, 800), workspace="athletes")) as program:
        program.wait_for(lambda: program.session.controller.workspaces.all_built)
        program.session.controller.workspaces.go(NewWorkout("Ana Ruiz", "Cycling"))
        assert program.parts.window.workspace == "console"
        texts = program.parts.form.body_fields.texts()
        assert (texts["userId"], texts["type"]) == ("Ana Ruiz", "Cycling")
        assert program.parts.window.focusWidget() is program.parts.form.body_fields.fields["duration"].edit
        program.session.controller.workspaces.go(NewWorkout(""))
        assert program.parts.form.body_fields.texts()["userId"] == "Ana Ruiz", "nothing is replaced"
