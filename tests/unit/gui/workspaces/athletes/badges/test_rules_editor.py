"""The editor of the achievement rules by keys, over a real results database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.achievements.rule_differences import RuleDifferences
from core.achievements.rules import default_rules, shipped_text
from core.store.rules import recompute
from core.store.rules.changes import compute_again, put_in_force, rules_state
from core.store.rules.recompute import BadgeChange, Recomputed, Watching
from gui.formatting import READ_ONLY
from gui.theme.theme import Theme
from gui.widgets.dialog import QuestionDialog
from gui.workspaces.athletes.badges import rules_controller
from gui.workspaces.athletes.badges.rules_dialog import RulesDialog
from gui.workspaces.athletes.badges.rules_editor import RulesEditor
from gui.workspaces.athletes.badges.rules_texts import changes_text, differences_text
from tests.support.athletes_screen import AthletesScreen
from tests.support.incoming import submitted

RULE = (
    '[[achievement]]\ncode = "first"\nname = "First"\ndescription = "One workout"\nicon = "mdi6.run"\n'
    'kind = "count"\ntarget = 1\n'
)
Key, Modifier = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def screen(theme: Theme, qtbot: QtBot, tmp_path: Path) -> Iterator[AthletesScreen]:
    with AthletesScreen(theme, qtbot, tmp_path) as screen:
        yield screen


def editor_of(screen: AthletesScreen) -> RulesEditor:
    """Opened by its button in "All rules", and read."""
    screen.workspace.badges.rules_button.click()
    screen.wait_for(lambda: isinstance(QApplication.activeModalWidget(), RulesDialog))
    rules = QApplication.activeModalWidget()
    assert isinstance(rules, RulesDialog)
    QTest.keyClick(rules, Key.Key_E, Modifier.AltModifier)
    screen.wait_for(lambda: screen.controller.rules.editor is not None)
    editor = screen.controller.rules.editor
    assert editor is not None
    screen.wait_for(lambda: "rule" in editor.problem.text())
    return editor


def question_of(screen: AthletesScreen) -> QuestionDialog:
    screen.wait_for(lambda: isinstance(QApplication.activeModalWidget(), QuestionDialog))
    question = QApplication.activeModalWidget()
    assert isinstance(question, QuestionDialog)
    return question


def press(widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Modifier.NoModifier) -> None:
    QTest.keyClick(widget, key, modifier)


def test_that_rules_are_edited_checked_saved_and_computed(screen: AthletesScreen) -> None:
    screen.keep(submitted(1, athlete="Ana", km=6), submitted(2, athlete="Ben", km=2))
    screen.open()
    screen.wait_for_page("Ana")
    editor = editor_of(screen)
    assert editor.text == shipped_text()
    assert (editor.whose.text(), editor.save_button.isEnabled()) == (
        "The rules that the program is shipped with.",
        False,
    )

    editor.put_text(RULE.replace("target = 1", "target = "))
    QTest.keyClicks(editor.edit, " ")
    screen.wait_for(lambda: editor.edit.wrong_line is not None)
    assert (editor.edit.wrong_line, editor.go_button.isVisible(), editor.save_button.isEnabled()) == (7, True, False)
    press(editor.edit, Key.Key_S, Modifier.ControlModifier)
    assert QApplication.activeModalWidget() is editor  # nothing is asked
    press(editor.edit, Key.Key_F8)
    assert editor.edit.textCursor().blockNumber() == 6
    press(editor.edit, Key.Key_End)
    QTest.keyClicks(editor.edit, "1")
    screen.wait_for(editor.save_button.isEnabled)
    assert editor.problem.text() == "1 rule, not saved"

    press(editor.edit, Key.Key_S, Modifier.ControlModifier)
    question = question_of(screen)
    press(question.act_button, Key.Key_Space)
    screen.wait_for(lambda: "earned First" in editor.state.text())
    assert editor.state.text().startswith("2 athletes earned First; ")
    assert editor.whose.text().startswith("Rules of your own, saved by ")
    screen.wait_for(lambda: screen.rules.rules.all[0].code == "first")
    badges = screen.workspace.badges.model
    screen.tick()
    screen.wait_for(lambda: badges.rowCount() == 1 and badges.index(0, 0).data() == "First")
    assert (editor.progress.isVisible(), editor.is_changed) == (False, False)

    press(editor, Key.Key_Escape)
    assert screen.controller.rules.editor is None


def test_that_computing_is_cancelled_and_goes_on(screen: AthletesScreen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recompute, "_ATHLETES_AT_ONCE", 1)
    screen.keep(*(submitted(number, athlete=f"Runner {number}", km=6) for number in range(1, 4)))
    screen.open()
    url = screen.settings.database_url
    put_in_force(url, RULE, default_rules(), by="zoë", now_ms=screen.now_ms)
    once = Watching(goes_on=lambda: False)
    compute_again(url, default_rules(), now_ms=screen.now_ms, watching=once)
    screen.wait_for_page("Runner 1")
    editor = editor_of(screen)
    assert editor.state.text() == "Computed for 1 of 3 athletes."
    monkeypatch.setattr(rules_controller, "REST_S", 60)  # so that Esc comes in between
    editor.continue_button.click()
    screen.wait_for(lambda: editor.progress.isVisible() and "2 of 3" in editor.state.text())
    assert editor.close_button.text() == "Cancel"
    press(editor, Key.Key_Escape)
    screen.wait_for(editor.continue_button.isVisible)
    assert editor.state.text() == "Computed for 2 of 3 athletes; the rules are in force."
    monkeypatch.setattr(rules_controller, "REST_S", 0)
    editor.continue_button.click()
    screen.wait_for(lambda: rules_state(url, default_rules()).computed is None)
    screen.wait_for(lambda: not editor.continue_button.isVisible())
    press(editor, Key.Key_Escape)


def test_that_what_is_not_saved_is_asked_about(screen: AthletesScreen, tmp_path: Path) -> None:
    screen.keep_people("Ana")
    screen.open()
    screen.wait_for_page("Ana")
    editor = editor_of(screen)
    path = tmp_path / "mine.toml"
    path.write_text(RULE, encoding="utf-8")
    screen.controller.rules.load(str(path))
    screen.wait_for(lambda: editor.text == RULE)
    press(editor, Key.Key_Escape)
    press(question_of(screen).keep_button, Key.Key_Space)
    assert editor.text == RULE
    screen.controller.rules.load(str(tmp_path / "none.toml"))
    screen.wait_for(lambda: "none.toml cannot be read" in editor.state.text())
    editor.shipped_button.click()
    assert not editor.is_changed
    press(editor.edit, Key.Key_Z, Modifier.ControlModifier)
    assert editor.text == RULE
    press(editor, Key.Key_Escape)
    press(question_of(screen).act_button, Key.Key_Space)
    assert screen.controller.rules.editor is None


def test_that_a_change_of_another_console_is_told(screen: AthletesScreen) -> None:
    screen.keep_people("Ana")
    screen.open()
    screen.wait_for_page("Ana")
    editor = editor_of(screen)
    put_in_force(screen.settings.database_url, RULE, default_rules(), by="zoë", now_ms=screen.now_ms)
    editor.put_text(RULE.replace("First", "Second"))
    screen.wait_for(editor.save_button.isEnabled)
    editor.save_button.click()
    press(question_of(screen).act_button, Key.Key_Space)
    screen.wait_for(lambda: editor.state.text() == "zoë changed the rules meanwhile: look at those first.")
    screen.rules.look()
    screen.wait_for(lambda: len(screen.rules.rules.all) == 1)


def test_that_a_read_only_console_shows_them_with_the_reason(theme: Theme, qtbot: QtBot, tmp_path: Path) -> None:
    with AthletesScreen(theme, qtbot, tmp_path, read_only=True) as screen:
        screen.keep_people("Ana")
        screen.open()
        screen.wait_for_page("Ana")
        editor = editor_of(screen)
        assert (editor.edit.isReadOnly(), editor.state.text()) == (True, READ_ONLY)
        buttons = (editor.save_button, editor.shipped_button, editor.load_button)
        assert {(button.isEnabled(), button.accessibleDescription()) for button in buttons} == {(False, READ_ONLY)}
        press(editor, Key.Key_Escape)


def test_that_a_change_is_said_in_words() -> None:
    found = RuleDifferences(("A", "B"), ("C",), (), computes=True)
    words = "Added: A, B.\nRemoved: C.\nThe badges of 1 athlete are computed again; workers go on meanwhile."
    assert differences_text(found, 1) == words
    same = RuleDifferences((), (), tuple("abcdefgh"), computes=False)
    assert differences_text(same, 9) == "Changed: a, b, c, d, e, f and 2 more.\nNo athlete's badges change."
    done = Recomputed(True, (BadgeChange("n", "Night Owl", 3),), (BadgeChange("e", "Early Bird", 1),))
    assert changes_text(done) == "3 athletes earned Night Owl; 1 athlete no longer has Early Bird."
    assert changes_text(Recomputed(True)) == "All is computed: no athlete has earned or lost a badge."
    many = Recomputed(True, tuple(BadgeChange(str(n), f"B{n}", 1) for n in range(8)))
    assert changes_text(many).endswith("1 athlete earned B5; and 2 other badges changed.")
