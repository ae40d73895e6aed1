"""The one question of the form: raised, read, answered by a new press, closed by an edit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Qt, Slot

from core.workouts.plausibility import FieldWarning
from gui.forms.entry_fields import EntryFields
from gui.forms.form_parts import ConfirmBar
from gui.workspaces.console.form.confirm_unusual import Asked, question, suggestion_of


class FormQuestion(QObject):
    """Main thread. Marks the fields that are asked about, and puts in what was probably meant when that is taken.

    The focus goes to the question, so that typing on without looking changes nothing of what is asked about.
    """

    def __init__(self, strip: ConfirmBar, fields: EntryFields, parent: QObject) -> None:
        super().__init__(parent)
        self._strip, self._fields = strip, fields
        self._asked: Asked | None = None
        self._suggestion: FieldWarning | None = None
        strip.suggestion_taken.connect(self._on_suggestion_taken)
        strip.left.connect(self._on_left)

    @property
    def is_open(self) -> bool:
        return self._asked is not None

    def keeps_back(self, texts: Mapping[str, str], found: Sequence[FieldWarning]) -> bool:
        """Whether these texts are not to be sent yet: they raise a question, or the one that is open could not be read
        by now."""
        if not found:
            return False
        asked = Asked(texts, frozenset(found))
        if self._asked is not None and self._asked.covers(asked):
            return not self._strip.can_be_answered
        self._asked = asked
        for doubt in found:
            if doubt.field in self._fields.fields:
                self._fields.fields[doubt.field].show_doubt(True)
        self._suggestion = suggestion_of(found)
        suggestion = "" if self._suggestion is None else self._suggestion.suggestion
        self._strip.ask(question(found), suggestion, answer="Enter again to send it.")
        self._strip.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def close(self) -> None:
        """What was asked about is there no longer."""
        if self._asked is not None:
            self._asked = self._suggestion = None
            for field in self._fields.fields.values():
                field.show_doubt(False)

    @Slot()
    def _on_left(self) -> None:
        """To the first field that is asked about, or is wrong."""
        found = () if self._asked is None else self._asked.found
        doubted = {doubt.field for doubt in found} or set(self._fields.wrong())
        self._fields.focus(next((name for name in self._fields.fields if name in doubted), "userId"))

    @Slot()
    def _on_suggestion_taken(self) -> None:
        """Enter sends it then."""
        if self._suggestion is not None:
            name, text = self._suggestion.field, self._suggestion.suggestion
            self._fields.fields[name].set_text(text)
            self._fields.settle(name)
            self._fields.focus(name)
