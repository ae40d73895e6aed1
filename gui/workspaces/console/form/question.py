"""The one question of the form: raised, read, answered by a new press, closed by an edit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Qt, Slot

from core.workouts.plausibility import FieldWarning
from gui.forms.entry_fields import EntryFields
from gui.forms.form_parts import ConfirmBar
from gui.workspaces.console.form.confirm_unusual import question, suggestion_of


class FormQuestion(QObject):
    """Main thread. Marks the fields that are asked about, and puts in what was probably meant when that is taken.

    The focus goes to the question, so that typing on without looking changes nothing of what is asked about.
    """

    def __init__(self, strip: ConfirmBar, fields: EntryFields, parent: QObject) -> None:
        super().__init__(parent)
        self._strip, self._fields = strip, fields
        self._texts: Mapping[str, str] = {}
        self._found: Sequence[FieldWarning] = ()  # what is asked about
        strip.suggestion_taken.connect(self._on_suggestion_taken)
        strip.left.connect(self._on_left)

    @property
    def is_open(self) -> bool:
        return bool(self._found)

    def keeps_back(self, texts: Mapping[str, str], found: Sequence[FieldWarning]) -> bool:
        """Whether these texts are not to be sent yet: they raise a question, or the one that is open could not be read
        by now."""
        if not found:
            return False
        if texts == self._texts and set(found) <= set(self._found):
            return not self._strip.can_be_answered
        self._texts, self._found = texts, found
        for doubt in found:
            if doubt.field in self._fields.fields:
                self._fields.fields[doubt.field].show_doubt(True)
        meant = suggestion_of(found)
        self._strip.ask(question(found), "" if meant is None else meant.suggestion, answer="Enter again to send it.")
        self._strip.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def close(self) -> None:
        """What was asked about is there no longer."""
        if self._found:
            self._found = ()
            for field in self._fields.fields.values():
                field.show_doubt(False)

    @Slot()
    def _on_left(self) -> None:
        """To the first field that is asked about, or is wrong."""
        doubted = {doubt.field for doubt in self._found} or set(self._fields.wrong())
        self._fields.focus(next((name for name in self._fields.fields if name in doubted), "userId"))

    @Slot()
    def _on_suggestion_taken(self) -> None:
        """Enter sends it then."""
        meant = suggestion_of(self._found)
        if meant is not None:
            self._fields.fields[meant.field].set_text(meant.suggestion)
            self._fields.settle(meant.field)
            self._fields.focus(meant.field)
