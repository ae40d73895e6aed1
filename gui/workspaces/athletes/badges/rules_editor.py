"""The editor of the achievement rules: their text, what is wrong with it, and how far results are computed again."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget
from typing_extensions import override

from core.achievements.rules import RULE_FILE
from core.errors import RuleFileError
from core.store.rules.recompute import Computed
from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.theme import Theme
from gui.widgets import Button, Dialog, ElidedLabel, Label, restyle
from gui.widgets.dialog import QuestionDialog
from gui.widgets.timers import once_timer
from gui.workspaces.athletes.badges.rule_edit import RuleEdit
from gui.workspaces.athletes.formatting import counted

WIDTH_PX = 860
LEAST_TEXT_PX = 200
CHECK_MS = 300
_KEYS = SHORTCUTS[Scope.RULES]
LOADING, CHECKING = "Reading the rules…", "Checking…"


class RulesEditor(Dialog):
    """Main thread. What it asks for is answered by the methods under "what is known"."""

    check_requested = Signal(str)
    save_requested = Signal(str)
    compute_requested = Signal()
    cancel_requested = Signal()
    file_requested = Signal()  # to be loaded
    copy_requested = Signal(str)  # to be saved as a file
    shipped_requested = Signal()

    def __init__(self, theme: Theme, *, why_not: str = "", parent: QWidget | None = None) -> None:
        """`why_not`: why the rules may be looked at only."""
        super().__init__(theme, "Achievement rules", width_px=WIDTH_PX, parent=parent)
        self._why_not = why_not
        self._in_force: str | None = None  # the text that is saved
        self._line: int | None = None
        self._is_right = self._is_saving = self._is_computing = self._unfinished = False
        self.whose = ElidedLabel(theme, LOADING, "body", "second")
        self.load_button = Button(theme, "&Load file…", role="small")
        self.copy_button = Button(theme, "Save &as file…", role="small")
        self.shipped_button = Button(theme, "S&hipped rules", role="small")
        self.edit = RuleEdit(theme)
        self.edit.setReadOnly(True)
        self.problem = Label(theme, "", "medium")
        self.problem.setWordWrap(True)
        self.go_button = Button(theme, "&Go to the line", role="small", key=_KEYS["line"].key)
        self.state = Label(theme, "", "body", "second")
        self.state.setWordWrap(True)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("Progress of the computation")
        self.continue_button = Button(theme, "Con&tinue", role="small")
        self.close_button = Button(theme, "Close")
        self.save_button = Button(theme, "Save and compute again", role="default", key=_KEYS["save"].key)
        self._check = once_timer(self, CHECK_MS, self._on_check_due)
        theme.bound_height(self.edit, LEAST_TEXT_PX)
        self._build()
        self._connect()
        self._show_state(why_not)
        self._show_problem("")
        self._show_acts()

    def _build(self) -> None:
        problem, state = QHBoxLayout(), QHBoxLayout()
        for row, first, button in (
            (problem, self.problem, self.go_button),
            (state, self.state, self.continue_button),
        ):
            row.setSpacing(8)
            row.addWidget(first, 1)
            row.addWidget(button)
        self.body.setSpacing(10)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.whose, 1)
        for button in (self.load_button, self.copy_button, self.shipped_button):
            top.addWidget(button)
        self.body.addLayout(top)
        self.body.addWidget(self.edit, 1)
        self.body.addLayout(problem)
        self.body.addLayout(state)
        self.body.addWidget(self.progress)
        self.progress.hide()
        self.foot.addStretch(1)
        self.foot.addWidget(self.close_button)
        self.foot.addWidget(self.save_button)
        for button in self.findChildren(Button):
            button.setAutoDefault(False)

    def _connect(self) -> None:
        self.edit.textChanged.connect(self._on_edited)
        self.edit.shortcut_pressed.connect(self._on_shortcut)
        self.go_button.clicked.connect(self._on_go)
        self.continue_button.clicked.connect(self.compute_requested)
        self.shipped_button.clicked.connect(self.shipped_requested)
        self.load_button.clicked.connect(self.file_requested)
        self.copy_button.clicked.connect(self._on_copy)
        self.close_button.clicked.connect(self.reject)
        self.save_button.clicked.connect(self._on_save)

    # --- what is known -----------------------------------------------------------------------------------------------

    def show_rules(self, text: str, whose: str) -> None:
        """Those in force."""
        self._in_force = text
        self.whose.setText(whose)
        self.edit.setReadOnly(bool(self._why_not))
        self.edit.setPlainText(text)  # which Ctrl+Z does not take back
        self.edit.setFocus()

    def put_text(self, text: str) -> None:
        """In place of what is there; Ctrl+Z brings that back."""
        if text != self.text:
            cursor = self.edit.textCursor()
            cursor.select(cursor.SelectionType.Document)
            cursor.insertText(text)
            cursor.movePosition(cursor.MoveOperation.Start)
            self.edit.setTextCursor(cursor)
        self._on_edited()
        self.edit.setFocus()

    def saved(self, text: str, whose: str) -> None:
        """What was saved is in force."""
        self._in_force = text
        self.whose.setText(whose)
        self._check.start()
        self._show_acts()

    def show_check(self, text: str, problem: RuleFileError | None, count: int) -> None:
        """An answer to `check_requested`; one that came too late is dropped."""
        if text != self.text:
            return
        self._check.stop()
        self._is_right = problem is None
        self._line = None if problem is None else problem.line
        self.edit.mark(self._line)
        if problem is None:
            words = counted(count, "rule")
            self._show_problem(words if text == self._in_force else f"{words}, not saved", is_wrong=False)
        else:
            words = str(problem).removeprefix(f"{RULE_FILE}, ").replace(RULE_FILE, "It", 1)
            self._show_problem(words[:1].upper() + words[1:])
        self._show_acts()

    def show_computed(self, computed: Computed) -> None:
        """It goes on."""
        self._is_saving, self._is_computing = False, True
        done, total = computed.athletes + computed.workouts, computed.of_athletes + computed.of_workouts
        self.progress.setRange(0, max(1, total))
        self.progress.setValue(min(done, total))
        self.progress.show()
        words = f"Computed for {computed.athletes:,} of {computed.of_athletes:,} athletes"
        alone = f", and {computed.workouts:,} workouts without one" if computed.workouts else ""
        self._show_state(f"{words}{alone}…")
        self._show_acts()

    def show_saving(self) -> None:
        self._is_saving = True
        self._show_state("Saving…")
        self._show_acts()

    def show_state(self, sentence: str, *, unfinished: bool = False) -> None:
        """Nothing is computed now. `unfinished`: some results follow the rules of before."""
        self._is_saving = self._is_computing = False
        self._unfinished = unfinished
        self.progress.hide()
        self._show_state(sentence)
        self._show_acts()

    @property
    def text(self) -> str:
        return self.edit.toPlainText()

    @property
    def is_changed(self) -> bool:
        return self._in_force is not None and self.text != self._in_force

    @property
    def is_read_only(self) -> bool:
        return bool(self._why_not)

    def _show_problem(self, words: str, *, is_wrong: bool = True) -> None:
        self.problem.setText(words or CHECKING)
        self.problem.setProperty("ink", "failed" if is_wrong and words else "second")
        restyle(self.problem)
        self.go_button.setVisible(self._line is not None)

    def _show_state(self, sentence: str) -> None:
        self.state.setText(sentence)
        self.state.setVisible(bool(sentence))

    def _show_acts(self) -> None:
        is_busy = self._is_saving or self._is_computing
        idle = not is_busy and not self._why_not and self._in_force is not None
        self.save_button.setEnabled(idle and self._is_right and self.is_changed)
        self.shipped_button.setEnabled(idle)
        self.load_button.setEnabled(idle)
        self.copy_button.setEnabled(self._in_force is not None)
        self.continue_button.setVisible(self._unfinished and not self._is_computing)
        self.continue_button.setEnabled(idle)
        self.close_button.set_text("Cancel" if self._is_computing else "Close")
        for button in (self.save_button, self.shipped_button, self.load_button, self.continue_button):
            button.setToolTip(self._why_not)
            button.setAccessibleDescription(self._why_not)

    # --- what the user does ------------------------------------------------------------------------------------------

    @override
    def reject(self) -> None:
        """Esc: stop computing; else close, and ask first when something would be lost."""
        if self._is_computing:
            self.cancel_requested.emit()
        elif self.is_changed:
            question = QuestionDialog(
                self._theme,
                "Discard the changes",
                "Discard the changes?",
                "The rules were edited and not saved.",
                None,
                act="Discard",
                icon="trash-can-outline",
                keep="Keep editing",
                parent=self,
            )
            question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            question.confirmed.connect(self._on_discarded)
            question.finished.connect(self.come_back)
            question.open()
        else:
            super().reject()

    @Slot()
    def come_back(self) -> None:
        """From a question."""
        self.activateWindow()  # needed where there is no window manager
        self.edit.setFocus()

    @Slot()
    def _on_discarded(self) -> None:
        super().reject()

    @Slot()
    def _on_edited(self) -> None:
        self._is_right = False
        self._line = None
        self.edit.mark(None)
        self._show_problem("")
        self._show_acts()
        self._check.start()

    @Slot()
    def _on_check_due(self) -> None:
        self.check_requested.emit(self.text)

    @Slot(str)
    def _on_shortcut(self, name: str) -> None:
        if name == "line":
            self._on_go()
        elif self.save_button.isEnabled():
            self._on_save()

    @Slot()
    def _on_go(self) -> None:
        if self._line is not None:
            self.edit.go_to(self._line)

    @Slot()
    def _on_save(self) -> None:
        self.save_requested.emit(self.text)

    @Slot()
    def _on_copy(self) -> None:
        self.copy_requested.emit(self.text)
