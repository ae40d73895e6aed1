"""An athlete erased from the window: nothing in it has the name any more."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from core.broker.ports import Message
from core.care.athlete_messages import spellings
from core.care.results import reading, workout_ids
from core.events import ProblemRaised
from core.live.receipts import Stage
from core.roster.template import Template
from core.roster.template_file import SESSIONS, load_templates, save_templates
from gui.dialogs.erase_dialog import EraseDialog
from gui.dialogs.merge_dialog import OTHER, MergeDialog
from gui.frame.workspace_entry import OpenWorkout
from gui.theme.theme import Theme
from tests.support.care_window import CONTROL, SHIFT, CareWindow, care_window, of
from tests.support.painted_text import painted_texts
from worker.care.merging import MOST_RECEIPTS

NAME = "Zoë Quist"
WRONG = '{"type": "Running", "duration": 45, "distance": 5200, "userId": "Zoë Quist"}'.encode()


def texts_of(widget: QWidget) -> list[str]:
    """What it paints, says, and has in its model; a hidden one paints nothing."""
    found = [each.text for each in painted_texts(widget)] if widget.isVisible() else []
    found += [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip()]
    for read in ("text", "placeholderText"):
        if callable(said := getattr(widget, read, None)):
            found.append(str(said()))
    if isinstance(widget, QPlainTextEdit):
        found.append(widget.toPlainText())
    if isinstance(widget, QAbstractItemView) and (model := widget.model()) is not None:
        found += [
            str(model.index(row, column).data())
            for row in range(model.rowCount())
            for column in range(model.columnCount())
        ]
    return found


def spelled_in(care: CareWindow) -> dict[str, list[str]]:
    """By widget: texts with the name, in the workspace that is shown or hidden."""
    found = {}
    for widget in filter(isValid, (care.window, *care.window.findChildren(QWidget))):
        if texts := [text for text in texts_of(widget) if "Quist" in text]:
            found[f"{type(widget).__module__}.{type(widget).__name__} {widget.accessibleName()}"] = texts
    return found


def fill(care: CareWindow) -> None:
    """The name in every place of the window that can have it."""
    program, controller = care.program, care.program.session.controller
    workout = of(NAME)[0].model_copy(update={"title": f"Easy run of {NAME}"})
    care.store(workout, *of("Ana", seed=2))
    care.rig.publish(Message(WRONG, "wrong-1"))
    program.wait_for(lambda: program.state.failed == 1)
    program.session.post(ProblemRaised(1, "refused", f"A workout of {NAME} was not accepted."))
    controller.workspaces.go(OpenWorkout(workout.workout_id))
    care.window.show_workspace("pipeline")
    program.wait_for(lambda: program.parts.pipeline.timeline.timeline is not None)
    program.parts.pipeline.toolbar.search.setText("quist")
    program.parts.pipeline.toolbar.search.setText(NAME)
    care.window.show_workspace("failed")
    program.wait_for(lambda: program.parts.failed.repair.key)
    program.parts.failed.repair.fields.fields["title"].set_text(f"of {NAME}")
    athletes = program.parts.athletes
    care.window.show_workspace("athletes")
    athletes.show_roster()
    athletes.roster.grid.type(0, "userId", NAME)
    athletes.roster.grid.type(1, "userId", "Ana")
    athletes.roster._after_change()
    athletes.show_history(NAME)
    program.wait_for(lambda: athletes.history.model.rows)
    athletes.history.left.emit()
    program.parts.form.body_fields.fields["userId"].set_text(NAME)
    program.parts.form.body_fields.fields["duration"].set_text("45")
    program.wait_for(lambda: NAME in program.banner())


def test_that_nothing_in_the_window_names_an_erased_athlete(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    save_templates(SESSIONS, folder, [Template(name="Track", athletes=("Ana", NAME))])
    with care_window(qtbot, theme, folder) as care:
        fill(care)
        assert len(spelled_in(care)) > 8
        care.show_athlete(NAME)
        care.press(Qt.Key.Key_Delete, CONTROL | SHIFT)
        question = care.dialog(EraseDialog)
        assert not question.erase_button.isEnabled()
        question.typed.line.setText("zoë quist")  # letters beyond ASCII are not for QTest
        assert not question.erase_button.isEnabled()
        question.typed.line.setText(NAME)
        qtbot.keyClick(question.typed.line, Qt.Key.Key_Return)
        words = care.ended()
        assert words.startswith("Erased: 1 workout, 1 failed message, 1 sent from here, 1 in the queue.")
        page = care.program.parts.athletes.page
        care.program.wait_for(lambda: page.page is None or page.page.name == "Ana")
        for key in ("console", "athletes", "pipeline", "failed"):
            care.window.show_workspace(key)
            assert spelled_in(care) == {}
        care.window.show_workspace("athletes")
        athletes = care.program.parts.athletes
        care.program.wait_for(lambda: athletes.list.model.number_of("Ana") == 0)
        assert athletes.list.model.rowCount() == 1
        assert [row.texts["userId"] for row in athletes.roster.grid.rows] == ["Ana"]
        assert [row.athlete for row in care.program.parts.receipts.model.rows] == ["Ana"]
        assert spelled_in(care) == {}
        care.store(*of("Ana", seed=3))  # the console goes on
    assert [(each.name, each.athletes) for each in load_templates(SESSIONS, folder, now=care.now)[0]] == [
        ("Track", ("Ana",))
    ]
    # The databases were written anew beside a running worker, and what is left was said.
    forms = spellings(NAME)
    left = {path.name for path in folder.rglob("*") if path.is_file() and any(f in path.read_bytes() for f in forms)}
    assert all(name in words for name in left)


def athletes_in(care: CareWindow) -> dict[str, int]:
    with reading(care.rig.places.database_url) as connection:
        return {name: len(workout_ids(connection, name)) for name in ("Zoe", "Zoë")}


@pytest.mark.parametrize("count", [3, MOST_RECEIPTS + 1])
def test_that_two_athletes_are_merged_and_parted_again(qtbot: QtBot, theme: Theme, tmp_path: Path, count: int) -> None:
    with care_window(qtbot, theme, tmp_path / "data") as care:
        care.store(*of("Zoë", count), *of("Zoe", 1, seed=2))
        sent = len(care.program.stages())
        care.show_athlete("Zoë")
        care.press(Qt.Key.Key_M, CONTROL | SHIFT)
        dialog = care.dialog(MergeDialog)
        assert dialog.other.currentText() == "Zoe"
        assert dialog.names == ("Zoe", "Zoë")  # the name with more workouts stays
        dialog.stays.select(OTHER)
        assert dialog.preview.text() == f"{count} workouts move from Zoë to Zoe, who then has {count + 1}."
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
        assert care.ended() == (
            f"{count} workouts of Zoë are moved to Zoe as the corrections are stored. Ctrl+Z undoes it."
        )
        care.program.wait_for(lambda: athletes_in(care) == {"Zoe": count + 1, "Zoë": 0})
        care.program.wait_for(lambda: care.program.stages() == [Stage.STORED] * sent)  # corrections are of these rows
        assert care.window.status_bar.undo_strip.text == "Merged. Zoë into Zoe."
        care.window.setFocus()
        care.press(Qt.Key.Key_Z, CONTROL)
        assert care.ended() == f"{count} workouts of Zoe go back to Zoë."
        care.program.wait_for(lambda: athletes_in(care) == {"Zoe": 1, "Zoë": count})
        care.window.frame_actions.unmerge.trigger()
        assert care.ended() == "There is no merge that could be undone."
