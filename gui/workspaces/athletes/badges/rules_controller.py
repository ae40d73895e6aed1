"""Connects the editor of the rules to the results: reads, checks and saves them, and computes again, off the main
thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Event

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from core.achievements.rule_differences import RuleDifferences, differences
from core.achievements.rule_file import checked_rules, read_text
from core.achievements.rules import RULE_FILE, AchievementRules, default_rules
from core.errors import PacelineError, RuleFileError, SettingError
from core.store.rules.changes import RulesState, compute_again, put_in_force
from core.store.rules.recompute import REST_S, Computed, Recomputed, Watching
from gui.formatting import READ_ONLY
from gui.frame.workspace import WorkspaceContext
from gui.widgets.dialog import QuestionDialog
from gui.workspaces.athletes.badges.rules_editor import RulesEditor
from gui.workspaces.athletes.badges.rules_texts import changes_text, differences_text, unfinished_text
from worker.failed.failed_service import current_user
from worker.runtime.query import Query

SHOW_MS = 100  # between two looks at how far it is
PATTERNS = "Rules (*.toml);;All files (*)"
NOTHING_CHANGES = "Saved. No athlete's badges change."
KEPT = "The rules are in force. {}"


@dataclass(frozen=True, slots=True)
class _Checked:
    text: str
    problem: RuleFileError | None = None
    count: int = 0
    found: RuleDifferences | None = None


class RulesController(QObject):
    """Main thread. One editor at a time."""

    computed = Signal()  # what athletes have earned may have changed

    def __init__(self, context: WorkspaceContext, window: QWidget) -> None:
        super().__init__(window)
        self._context, self._window = context, window
        self._host, self._tasks = context.host, context.tasks
        self.editor: RulesEditor | None = None
        self._state: RulesState | None = None
        self._checked: _Checked | None = None
        self._stop = Event()
        self._so_far: Computed | None = None  # written by the thread that computes
        self._timer = QTimer(self)
        self._timer.setInterval(SHOW_MS)
        self._timer.timeout.connect(self._on_show_due)

    @Slot()
    def open(self) -> None:
        if self.editor is None:
            editor = self.editor = RulesEditor(
                self._context.theme, why_not=READ_ONLY if self._context.options.read_only else "", parent=self._window
            )
            editor.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            editor.check_requested.connect(self._on_check_requested)
            editor.save_requested.connect(self._on_save_requested)
            editor.compute_requested.connect(self._compute)
            editor.cancel_requested.connect(self._on_cancel_requested)
            editor.file_requested.connect(self._on_file_requested)
            editor.copy_requested.connect(self._on_copy_requested)
            editor.shipped_requested.connect(self._on_shipped_requested)
            editor.finished.connect(self._on_closed)
            editor.open()
            self._host.ask(Query("rules state", lambda reader: reader.rules_state(), self._on_state, self._on_problem))

    def stop(self) -> None:
        """The program ends: what is computed goes on at the next start of a worker."""
        self._stop.set()
        self._timer.stop()

    # --- reading and checking ----------------------------------------------------------------------------------------

    def _on_state(self, state: RulesState) -> None:
        self._state = state
        if self.editor is not None:
            self.editor.show_rules(_text_of(state), self._whose(state))
            if state.computed is not None and not self.editor.is_read_only:
                self.editor.show_state(f"{unfinished_text(state.computed)}.", unfinished=True)

    def _whose(self, state: RulesState) -> str:
        if state.text is None:
            return "The rules that the program is shipped with."
        at_ms = state.changed_at_ms or 0
        at = datetime.fromtimestamp(at_ms / 1000, self._context.zone)
        return f"Rules of your own, saved by {state.changed_by} on {at:%Y-%m-%d at %H:%M}."

    @Slot(str)
    def _on_check_requested(self, text: str) -> None:
        before = None if self._state is None else _text_of(self._state)
        self._tasks.run(partial(_check, text, before), self._on_checked, self._on_problem)

    def _on_checked(self, checked: _Checked) -> None:
        self._checked = checked
        if self.editor is not None:
            self.editor.show_check(checked.text, checked.problem, checked.count)

    def _on_problem(self, error: PacelineError) -> None:
        if self.editor is not None:
            self.editor.show_state(str(error))

    # --- saving ------------------------------------------------------------------------------------------------------

    @Slot(str)
    def _on_save_requested(self, text: str) -> None:
        state, checked = self._state, self._checked
        if self.editor is None or state is None or checked is None or checked.text != text or checked.found is None:
            return
        question = QuestionDialog(
            self._context.theme,
            "Change the rules",
            "Change the rules of everyone?",
            differences_text(checked.found, state.athletes),
            text,
            act="Save and compute" if checked.found.computes else "Save",
            icon="content-save-outline",
            keep="Keep editing",
            parent=self.editor,
        )
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.confirmed.connect(self._on_confirmed)
        question.finished.connect(self.editor.come_back)
        question.open()

    @Slot(object)
    def _on_confirmed(self, text: str) -> None:
        if self._state is not None and self.editor is not None:
            self.editor.show_saving()
            save = partial(
                put_in_force,
                self._host.settings.database_url,
                None if text == default_rules().text else text,
                default_rules(),
                by=current_user(),
                now_ms=self._context.now_ms(),
                version=self._state.version,
            )
            self._tasks.run(save, self._on_saved, self._on_problem)

    def _on_saved(self, state: RulesState) -> None:
        self._state = state
        self._context.rules.look()
        if self.editor is None:
            return
        self.editor.saved(_text_of(state), self._whose(state))
        if state.computed is None:
            self.editor.show_state(NOTHING_CHANGES)
            self.computed.emit()
        else:
            self._compute()

    # --- computing ---------------------------------------------------------------------------------------------------

    @Slot()
    def _compute(self) -> None:
        if self._state is None or self.editor is None:
            return
        self._stop = Event()
        self._so_far = self._state.computed or Computed(0, self._state.athletes)
        watching = Watching(self._note, partial(_goes_on, self._stop))
        compute = partial(
            compute_again,
            self._host.settings.database_url,
            default_rules(),
            now_ms=self._context.now_ms(),
            watching=watching,
        )
        self._timer.start()
        self._on_show_due()
        self._tasks.run(compute, self._on_computed, self._on_compute_failed)

    def _note(self, computed: Computed) -> None:
        self._so_far = computed

    @Slot()
    def _on_show_due(self) -> None:
        if self.editor is not None and self._so_far is not None:
            self.editor.show_computed(self._so_far)

    @Slot()
    def _on_cancel_requested(self) -> None:
        self._stop.set()

    def _on_computed(self, done: Recomputed) -> None:
        self._timer.stop()
        self._context.rules.look()
        self.computed.emit()
        if self.editor is None:
            return
        if done.is_finished:
            self.editor.show_state(changes_text(done))
        else:
            computed = self._so_far or Computed(0, 0)
            self.editor.show_state(f"{unfinished_text(computed)}; the rules are in force.", unfinished=True)

    def _on_compute_failed(self, error: PacelineError) -> None:
        self._timer.stop()
        if self.editor is not None:
            self.editor.show_state(KEPT.format(error), unfinished=True)

    # --- files -------------------------------------------------------------------------------------------------------

    @Slot()
    def _on_file_requested(self) -> None:
        dialog = QFileDialog(self.editor, "Rules to edit", "", PATTERNS)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.load)
        dialog.open()

    @Slot(str)
    def load(self, path: str) -> None:
        """Put the text of this file into the editor."""
        self._tasks.run(partial(read_text, Path(path)), self._on_loaded, self._on_problem)

    def _on_loaded(self, text: str) -> None:
        if self.editor is not None:
            self.editor.put_text(text)

    @Slot(str)
    def _on_copy_requested(self, text: str) -> None:
        self._context.exporter.save_file(self.editor or self._window, "the rules", RULE_FILE, text.encode())

    @Slot()
    def _on_shipped_requested(self) -> None:
        self._on_loaded(default_rules().text)

    @Slot()
    def _on_closed(self) -> None:
        self.editor = self._checked = None


def _goes_on(stop: Event) -> bool:
    return not stop.wait(REST_S)


def _text_of(state: RulesState) -> str:
    return default_rules().text if state.text is None else state.text


def _check(text: str, before: str | None) -> _Checked:
    """In a background thread."""
    try:
        rules = checked_rules(text)
    except RuleFileError as problem:
        return _Checked(text, problem)
    return _Checked(text, None, len(rules.all), differences(_parsed(before), rules))


def _parsed(text: str | None) -> AchievementRules | None:
    """None where another version of the program wrote them."""
    try:
        return None if text is None else AchievementRules.parse(text)
    except SettingError:
        return None
