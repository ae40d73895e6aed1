"""Shows the open message in the repair pane: marks, notes, facts and enabled buttons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, tzinfo

from PySide6.QtWidgets import QWidget

from core.failures.models import FailedMessage, FailedRow
from gui.formatting import weekday_clock
from gui.forms.form_parser import in_form_words
from gui.forms.formatting import Units
from gui.forms.reasons import reason_in_units
from gui.theme.theme import Theme
from gui.workspaces.failed.formatting import header_rows, problem_sentence
from gui.workspaces.failed.messages.action_bar import DISCARD_TIP, RETRY_TIP
from gui.workspaces.failed.repair.body_editor import EditCheck, OpenedBody
from gui.workspaces.failed.repair.layout import RAW, RepairFrame
from gui.workspaces.failed.repair.suggested_fixes import fix_for


class RepairView(RepairFrame):
    """Main thread. Shows the open message without changing it."""

    def __init__(self, theme: Theme, *, now_ms: Callable[[], int], zone: tzinfo, parent: QWidget | None = None) -> None:
        super().__init__(theme, now_ms=now_ms, zone=zone, parent=parent)
        self._units = Units()
        self._opened: OpenedBody | None = None
        self._revision: int | None = None
        self._why_not_send = self._why_not_discard = ""

    @property
    def key(self) -> str:
        """The key of the open message; empty without one."""
        return "" if self._opened is None else self._opened.one.row.key

    def is_before(self, row: FailedRow) -> bool:
        """Whether the open message has failed again since it was opened."""
        return self._opened is not None and self.key == row.key and self._opened.one.row.attempts != row.attempts

    @property
    def mode(self) -> str:
        return self.segment.value

    def set_units(self, units: Units) -> None:
        self._units = units
        self.fields.set_units(units)

    def set_why_not(self, *, send: str, discard: str) -> None:
        """Why that cannot be done with the message; empty: it can."""
        self._why_not_send, self._why_not_discard = send, discard
        self._show_buttons()

    @property
    def why_not_send(self) -> str:
        return self._why_not_send

    def show_place(self, number: int, count: int) -> None:
        """Show the position in the list; `number` counts from 0."""
        self.place.setText(f"{number + 1:,} of {count:,}")
        self.back_button.set_possible("" if number > 0 else "This is the first message")
        self.on_button.set_possible("" if number + 1 < count else "This is the last message")

    def _show_facts(self, one: FailedMessage) -> None:
        now_ms = self._now_ms()
        tries = [replace(each, reason=reason_in_units(each.reason, one.row, self._units)) for each in one.tries]
        self.attempts.show_tries(tries, [weekday_clock(each.at_ms, now_ms, self._zone) for each in tries])
        self.tries_count.setText(f"{one.row.attempts:,}")
        self.headers.show_rows(header_rows(one, now_ms, self._zone, self._units))

    def _show_verdict(self, verdict: EditCheck) -> None:
        if self.mode == RAW:
            sentence = verdict.sentence or "; ".join(map(problem_sentence, verdict.problems))
            self.raw.show_problem(sentence)
        else:
            texts = self.fields.texts()
            now = datetime.fromtimestamp(self._now_ms() / 1000, UTC)
            problems = {
                problem.field: in_form_words(problem, texts, units=self._units, now=now, zone=self._zone)
                for problem in verdict.problems
            }
            one = None if self._opened is None else self._opened.one
            fixes = {
                name: fix
                for name in problems
                if one is not None and (fix := fix_for(name, texts, one, units=self._units, zone=self._zone))
            }
            self.fields.show_problems(problems, fixes)
        self._show_note(verdict)

    def _show_note(self, verdict: EditCheck) -> None:
        """Show the note about the message as a whole."""
        opened = self._opened
        other_problems = "; ".join(map(problem_sentence, verdict.other_problems))
        if opened is None or self.mode == RAW:
            self.note.show_text("")
        elif verdict.sentence:
            self.note.show_text(verdict.sentence, "Correct it in the raw body.", "Raw body")
        elif other_problems:
            self.note.show_text(other_problems, "The form has no field for it.", "Raw body")
        elif opened.next_revision is not None and self._revision is None:
            line = "Another content is stored under the same revision."
            self.note.show_text("Stored with other content", line, f"Use revision {opened.next_revision}")
        elif self._revision is not None:
            self.note.show_text(f"Revision {self._revision} will be sent", "It replaces what is stored.", role="accent")
        elif verdict.sound and opened.verdict.sound:
            reason = reason_in_units(opened.one.row.reason, opened.one.row, self._units)
            self.note.show_text("The body is sound", f"{reason} A retry may be enough.", role="accent")
        else:
            self.note.show_text("")

    def _show_buttons(self) -> None:
        why_not = self._why_not_send
        cut = self._opened is not None and not self._opened.one.is_whole
        self.resend_button.set_possible("Sends what is in the fields or the raw body, if it can be stored", why_not)
        self.retry_button.set_possible(RETRY_TIP, why_not or ("Only the beginning of its body is kept" if cut else ""))
        self.discard_button.set_possible(DISCARD_TIP, self._why_not_discard)

    def _choose_mode(self, mode: str) -> None:
        self.segment.blockSignals(True)
        self.segment.select(mode)
        self.segment.blockSignals(False)
        self.show_page(raw=mode == RAW)
