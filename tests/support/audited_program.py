"""The program with something in each of its workspaces: stored and failed workouts, workers here and elsewhere."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QCursor, QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.broker.connect import open_broker
from core.broker.ports import Message
from core.config.settings import Settings
from core.workouts.samples import sample_athletes
from gui.controllers.workspaces import WORKSPACES
from gui.options import Options
from gui.theme.theme import Theme
from tests.support.pipeline_scene import T0, fleet_events
from tests.support.program_rig import Program, running, settings_in
from worker.demo.producers.load import sample_workouts
from worker.runtime.clock import now_ms

KEYS = tuple(entry.key for entry in WORKSPACES)
PAGES = {"history of athletes": "athletes", "roster of athletes": "athletes"}  # that take the place of a workspace
SCREENS = (*KEYS, *PAGES)
SQUAD = (
    "Athlete\tSport\tDuration\tDistance\nTess Novak\tRunning\t45\t5200\nTheodora Papadopoulou\tSwimming\t1:05:30\t2500"
)
STORED, FAILED, SCENE_S = 40, 6, 60
_LAYOUTS = 6  # deeper than any layout follows from others
_WRONG = ({"distance": 5200}, {"distance": 5100}, {"duration": "abc"}, {"distance": 4800}, {"userId": 7}, {"type": ""})


def _publish_wrong(settings: Settings) -> None:
    fields = {"type": "Running", "duration": 45, "userId": "Tess Novak", "distance": 5.2}
    bodies = [json.dumps({**fields, **wrong}).encode() for wrong in _WRONG]
    publisher = open_broker(settings.broker_url).publisher()
    publisher.open()
    try:
        publisher.publish([Message(body, message_id=f"m-{place}") for place, body in enumerate(bodies)])
    finally:
        publisher.close()


def _play(program: Program) -> None:
    """A minute of a fleet that ends now."""
    first = (now_ms() - T0) // 1000 - SCENE_S
    for second in range(first, first + SCENE_S):
        for event in fleet_events(second):
            program.session.post(event)


@contextmanager
def audited(qtbot: QtBot, theme: Theme, folder: Path, *, demo: bool = False) -> Iterator[Program]:
    """All workspaces built, each with rows. `demo`: as a demonstration."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    QCursor.setPos(0, 0)  # a test before may have left it over a chart, whose values would cover the axis
    theme.apply(app)
    settings = settings_in(folder)
    with running(qtbot, theme, settings, Options(size=(1280, 800), demo=demo)) as program:
        program.wait_for(lambda: program.session.controller.workspaces.all_built)
        program.wait_for(lambda: program.state.online)
        _publish_wrong(settings)
        made = sample_workouts(sample_athletes(), random.Random(7), lambda: datetime.now(UTC))
        program.session.controller.submit(list(islice(made, STORED)))
        program.wait_for(lambda: program.state.ledger().stored >= STORED)
        program.wait_for(lambda: program.state.ledger().failed >= FAILED)
        _play(program)
        program.wait_for(lambda: len(program.state.workers) > 2)
        program.parts.window.show_workspace("athletes")
        program.wait_for(lambda: program.parts.athletes.page.page is not None)
        program.wait_for(lambda: program.parts.athletes.board.empty.title != "Reading the leaderboard")
        program.parts.window.show_workspace("failed")
        program.wait_for(lambda: program.parts.failed.list.model.rowCount())
        yield program


def show(program: Program, screen: str, size: tuple[int, int]) -> None:
    """Bring a workspace or a page to the front in a window of this size, with all of it laid out and drawn."""
    window = program.parts.window
    window.resize(*size)
    key = key_of(screen)
    window.show_workspace(key)
    if key == "athletes":
        _show_view(program, screen)
    QApplication.processEvents()
    workspace = program.session.controller.workspaces.built[key]
    workspace.tick(program.state, now_ms())
    workspace.refresh(program.state, now_ms())
    QApplication.processEvents()
    # That may have shown what was read meanwhile. Its layout, and the layouts that follow from it, are not to be
    # overtaken by still more rows.
    for _ in range(_LAYOUTS):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)


def key_of(screen: str) -> str:
    """Of the workspace that a screen belongs to."""
    return PAGES.get(screen, screen)


def _show_view(program: Program, screen: str) -> None:
    """The history with its rows, the roster with one that is typed and wrong, or the workspace itself."""
    athletes = program.parts.athletes
    if screen.startswith("history"):
        if not athletes.shows_history:
            athletes.show_history("")
        program.wait_for(lambda: athletes.history.model.rows)
    elif screen.startswith("roster"):
        athletes.show_roster()
        roster = athletes.roster
        if not any(row.texts for row in roster.grid.rows):
            QGuiApplication.clipboard().setText(SQUAD)
            QTest.keySequence(roster.table, QKeySequence("Ctrl+V"))
        program.wait_for(lambda: roster.checks.is_done)
    elif athletes.shows_history:
        athletes.history.left.emit()
    else:
        athletes.leave_roster()
