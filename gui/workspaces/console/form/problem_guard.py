"""What is typed on after an Enter that ended in a problem: dropped, until the problem could be seen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from gui.forms.entry_fields import EntryFields
from gui.forms.form_parts import ConfirmBar
from gui.widgets import ReadingTime, is_enter

ANSWER = "Enter leads to the field."


class ProblemGuard(QObject):
    """Main thread. The focus is in the field that is wrong, for a coach who looks at it and corrects it.

    A key that comes within half a second of the field being painted is the next workout's, of a coach who does not
    look: it is dropped with a beep, the strip takes the focus and says so, and drops what follows until Enter.
    """

    def __init__(self, strip: ConfirmBar, fields: EntryFields, *, now_ms: Callable[[], int], parent: QObject) -> None:
        super().__init__(parent)
        self._strip, self._fields = strip, fields
        self._reading = ReadingTime(now_ms)
        self._edit: QWidget | None = None
        self._words = ""
        self.is_open = False  # the strip tells of dropped keys

    @property
    def is_active(self) -> bool:
        """Whether a key would be dropped now."""
        return self.is_open or (self._edit is not None and not self._reading.is_over)

    def begin(self, name: str) -> None:
        """The field has the focus and is marked as wrong."""
        self.close()
        self._words = self._fields.fields[name].message
        self._edit = self._fields.fields[name].edit
        self._reading.begin()
        self._edit.installEventFilter(self)
        self._edit.update()

    def close(self) -> None:
        """The problem is seen, or there no longer."""
        self.is_open = False
        if self._edit is not None:
            self._edit.removeEventFilter(self)
            self._edit = None

    def drop_key(self) -> None:
        if not self.is_open:
            self.is_open = True
            self._strip.ask(self._words, answer=ANSWER)
        self._strip.drop_key()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self._edit:
            return False
        if event.type() is QEvent.Type.Paint:
            self._reading.painted()
        elif isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if self._reading.is_over and not self.is_open:
                self.close()
            elif event.text() and not is_enter(event):
                self.drop_key()
                return True
        return False
