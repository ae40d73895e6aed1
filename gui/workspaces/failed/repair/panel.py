"""The repair pane: edits a failed message in the form or as raw body, and sends it only if it would be valid."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from typing_extensions import override

from core.errors import FieldProblem, InvalidWorkoutError, UndecodableBodyError
from core.failures.models import FailedMessage, FailedState
from gui.forms.form_parser import FIELDS, Texts, texts_of
from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.theme import Theme
from gui.widgets import READING_MS, is_enter, is_held, pressed
from gui.widgets.announcements import show_note
from gui.workspaces.failed.repair.body_editor import (
    Edit,
    EditCheck,
    OpenedBody,
    body_of,
    check_edit,
    form_fields,
    open_body,
    pretty,
    refused,
)
from gui.workspaces.failed.repair.drafts import RepairDraft, RepairDrafts
from gui.workspaces.failed.repair.layout import FORM, RAW
from gui.workspaces.failed.repair.question import ReadingQuestion
from gui.workspaces.failed.repair.suggested_fixes import fix_for
from gui.workspaces.failed.repair.view import RepairView


class RepairPanel(RepairView):
    """Main thread. Enter in a field sends, as in the Console's form; Ctrl+Enter in the raw body; Esc goes back."""

    resend_requested = Signal(str, bytes)
    retry_requested = Signal(str)
    discard_requested = Signal(str)
    step_requested = Signal(int)  # -1 or 1
    left = Signal()

    def __init__(self, theme: Theme, *, now_ms: Callable[[], int], zone: tzinfo, parent: QWidget | None = None) -> None:
        super().__init__(theme, now_ms=now_ms, zone=zone, parent=parent)
        self._drafts = RepairDrafts()
        self._before: Texts = {}
        self._raw_before = ""
        self._raw_edited = False
        self._sent_at_ms: int | None = None
        self._question = ReadingQuestion(self.fields, now_ms, self)
        self._connect()
        self.clear()

    def clear(self, title: str = "Choose a message", line: str = "Its fields, attempts and headers show here.") -> None:
        self._keep_draft()
        self._opened = None
        self.empty.show_state("pencil-outline", "second", title, line)
        self.show_message_page(False)

    def show_message(self, one: FailedMessage) -> None:
        """Show a message; an edit in progress stays if it is the same message."""
        if one.state is not FailedState.OPEN:
            if one.row.key == self.key:
                self.clear("No longer on the list", f"This message was {one.state.value} in the meantime.")
            return
        if one.row.key == self.key and not self.is_before(one.row):
            return
        self._keep_draft()
        self._opened = open_body(one, now_ms=self._now_ms())
        self._fill(self._opened)
        draft = self._drafts.of(one.row.key)
        if draft is not None:
            self._restore(draft)
        self._show_facts(one)
        self.show_message_page(True)
        self._show_buttons()

    def begin(self) -> None:
        """Focus the first invalid field, or the raw body."""
        if self._opened is None:
            return
        if self.mode == RAW:
            self.raw.go_to_problem()
            return
        wrong = self.fields.wrong()
        name = wrong[0] if wrong else "userId"
        self.fields.focus(name)
        self.show_in_view(name)

    def show_refusal(self, key: str, error: InvalidWorkoutError | UndecodableBodyError) -> None:
        """The message was not sent: mark what is invalid."""
        if key != self.key:
            return
        if isinstance(error, InvalidWorkoutError):
            self._show_verdict(refused(error))
        else:
            self._show_verdict(EditCheck(sentence=str(error)))
        self.begin()

    def forget(self, key: str) -> None:
        """The message is no longer on the list: drop its draft."""
        if key == self.key:
            self._opened = None
        self._drafts.drop(key)

    def forget_athlete(self, athlete: str) -> None:
        """Everything of this athlete was erased: what was edited goes if it has the name."""
        self.clear()
        self._drafts.forget(athlete)

    @Slot()
    def resend(self) -> None:
        """Send the edited message if it is valid; else mark what is invalid."""
        if self._opened is None:
            return
        if why_not := self.why_not_send:
            show_note(self, why_not)
            return
        one = self._opened.one
        body, typed = self._body()
        verdict = check_edit(one, body, now_ms=self._now_ms())
        named = {problem.field for problem in typed}
        verdict = EditCheck((*typed, *(p for p in verdict.problems if p.field not in named)), verdict.sentence)
        self._show_verdict(verdict)
        if not verdict.sound:
            self.begin()
            return
        if self.mode == FORM and self._question.keeps_back(self._typed_texts(), self._units):
            self.fields.focus(self._question.field)
            self.show_in_view(self._question.field)
            return
        self._sent_at_ms = self._now_ms()
        self.resend_requested.emit(one.row.key, body)

    def _typed_texts(self) -> Texts:
        """The edited texts; empty for unchanged fields but the sport, which decides the unit of the distance."""
        texts = {name: text.strip() for name, text in self.fields.texts().items()}
        return {
            name: "" if name != "type" and text == self._before.get(name, "") else text for name, text in texts.items()
        }

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if is_held(event) or (is_enter(event) and self._just_sent):
            return  # the reply was for the previous message
        if is_enter(event):
            focused = QApplication.focusWidget()
            if isinstance(focused, QAbstractButton) and not control:
                focused.click()
            else:
                self.resend()
        elif pressed(Scope.REPAIR, event) == "list":
            self.left.emit()
        else:
            super().keyPressEvent(event)

    @property
    def _just_sent(self) -> bool:
        return self._sent_at_ms is not None and 0 <= self._now_ms() - self._sent_at_ms < READING_MS

    # --- display -----------------------------------------------------------------------------------------------------

    def _fill(self, opened: OpenedBody) -> None:
        self._question.withdraw()
        self._revision = None
        self._raw_edited = False
        self._raw_before = opened.raw
        self.raw.load(opened.raw)
        fields = opened.fields
        if fields is not None:
            self._before = self.fields.load_texts(texts_of(fields, units=self._units, zone=self._zone, exact=False))
        self.segment.button(FORM).setEnabled(fields is not None)
        self.segment.button(FORM).setToolTip("" if fields is not None else "The body has no fields that the form knows")
        self._choose_mode(RAW if fields is None else FORM)
        self.title.setText("Repair workout" if fields is not None else "Repair message")
        self.fields.echo_start()
        self._show_verdict(opened.verdict)

    def _restore(self, draft: RepairDraft) -> None:
        self._revision = draft.revision
        if draft.raw is not None:
            self.raw.load(draft.raw)
            self._raw_edited = True
            self._choose_mode(RAW)
        elif self._opened is not None and self._opened.fields is not None:
            self.fields.load_texts(draft.texts)
            self.fields.echo_start()
        self._revalidate()

    # --- validation and sending --------------------------------------------------------------------------------------

    def _body(self) -> tuple[bytes, tuple[FieldProblem, ...]]:
        opened = self._opened
        if opened is None:
            return b"", ()
        if self.mode == RAW:
            raw = self.raw.text
            return (opened.one.message.body if raw == opened.raw else raw.encode("utf-8", "replace")), ()
        return self._form_body(opened)

    def _form_body(self, opened: OpenedBody) -> tuple[bytes, tuple[FieldProblem, ...]]:
        edit = self._edit()
        if opened.fields is None or (not edit.changed and opened.verdict.sound):
            return opened.one.message.body, ()
        return body_of(opened.fields, edit, units=self._units, now_ms=self._now_ms(), zone=self._zone)

    def _edit(self) -> Edit:
        opened = self._opened
        wrong = () if opened is None else tuple(problem.field for problem in opened.verdict.problems)
        return Edit(self._before, self.fields.texts(), {*wrong, *self.fields.wrong()}, self._revision)

    def _revalidate(self) -> None:
        if self._opened is not None:
            body, typed = self._body()
            verdict = check_edit(self._opened.one, body, now_ms=self._now_ms())
            self._show_verdict(EditCheck((*typed, *verdict.problems), verdict.sentence))

    def _keep_draft(self) -> None:
        opened = self._opened
        if opened is None:
            return
        key = opened.one.row.key
        if self._raw_edited and self.mode == RAW:
            self._drafts.put(key, RepairDraft({}, self.raw.text, self._revision))
        elif opened.fields is not None and self._edit().changed:
            self._drafts.put(key, RepairDraft(self.fields.texts(), None, self._revision))
        else:
            self._drafts.drop(key)

    # --- user input --------------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        self.segment.selected.connect(self._on_mode_selected)
        self.fields.edited.connect(self._on_field_edited)
        self.fields.left_alone.connect(self._on_field_left)
        self.fields.fix_chosen.connect(self._on_fix_chosen)
        self.raw.edited.connect(self._on_raw_edited)
        self.note.fix_chosen.connect(self._on_note_button)
        self.back_button.clicked.connect(self._on_back)
        self.on_button.clicked.connect(self._on_on)
        self.resend_button.clicked.connect(self.resend)
        self.retry_button.clicked.connect(self._on_retry_clicked)
        self.discard_button.clicked.connect(self._on_discard_clicked)
        for name, slot in (("before", self._on_back), ("next", self._on_on)):
            # Not passed on: it would scroll the pane.
            step = QShortcut(QKeySequence(SHORTCUTS[Scope.REPAIR][name].key), self)
            step.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            step.activated.connect(slot)

    @Slot(str)
    def _on_mode_selected(self, mode: str) -> None:
        opened = self._opened
        if opened is None:
            return
        if mode == RAW:
            edit = self._edit()
            body, _ = self._form_body(opened)
            self.raw.load(pretty(body) if edit.changed else opened.raw)
            self._raw_before = self.raw.text
            self._raw_edited = edit.changed
        elif self._raw_edited:
            fields = form_fields(opened.one, self.raw.text.encode("utf-8", "replace"))
            if fields is None:
                self._choose_mode(RAW)
                self._revalidate()
                return
            self._opened = OpenedBody(opened.one, fields, opened.raw, EditCheck())
            self.fields.load_texts(texts_of(fields, units=self._units, zone=self._zone, exact=False))
        self.show_page(raw=mode == RAW)
        self._revalidate()

    @Slot(str)
    def _on_field_edited(self, name: str) -> None:
        if name == "timestamp":
            self.fields.echo_start()
        self._question.withdraw()
        if not self.fields.fields[name].message:
            return  # typing removes a mark once the field is valid, but never adds one
        body, typed = self._body()
        if self._opened is None or any(problem.field == name for problem in typed):
            return
        if check_edit(self._opened.one, body, now_ms=self._now_ms()).problem_of(name) is None:
            self.fields.unmark(name)

    @Slot(str)
    def _on_field_left(self, name: str) -> None:
        if name in FIELDS and not self.fields.fields[name].message:
            self.fields.settle(name)

    @Slot(str)
    def _on_fix_chosen(self, name: str) -> None:
        if self._opened is None:
            return
        if self._question.is_in_box(name):
            asked = self._question.field
            self.fields.fields[asked].set_text(self._question.suggestion)  # this removes the question
            self.fields.focus(asked)
            return
        fix = fix_for(name, self.fields.texts(), self._opened.one, units=self._units, zone=self._zone)
        if fix is not None:
            self.fields.fields[name].set_text(fix.text)
            self._revalidate()
            self.fields.focus(name)

    @Slot()
    def _on_raw_edited(self) -> None:
        self._raw_edited = self.raw.text != self._raw_before
        self._revalidate()

    @Slot()
    def _on_note_button(self) -> None:
        opened = self._opened
        if opened is not None and opened.next_revision is not None and not self.note.button.text().startswith("Raw"):
            self._revision = opened.next_revision
            self._revalidate()
        else:
            self.segment.select(RAW)
            self.raw.go_to_problem()

    @Slot()
    def _on_back(self) -> None:
        self.step_requested.emit(-1)

    @Slot()
    def _on_on(self) -> None:
        self.step_requested.emit(1)

    @Slot()
    def _on_retry_clicked(self) -> None:
        self.retry_requested.emit(self.key)

    @Slot()
    def _on_discard_clicked(self) -> None:
        self.discard_requested.emit(self.key)
