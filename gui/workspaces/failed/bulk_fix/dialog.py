"""Preview of a bulk fix: old and new value of each message, and how many are skipped, before any is sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from core.failures.corrections import BulkFixProposal
from gui.forms.formatting import Units
from gui.theme.theme import Theme
from gui.widgets import Button, Dialog, KeyCap, Label, ReadingTime
from gui.widgets.painted_table import HEAD_PX
from gui.workspaces.failed.bulk_fix.formatting import PreviewRows, left_out_text, preview_note, preview_title
from gui.workspaces.failed.bulk_fix.preview_table import ROW_PX, PreviewTable

WIDTH_PX = 660
ROWS_SHOWN = 10


class ConvertDialog(Dialog):
    """`confirmed` carries the checked ones of the changes that it was opened with; later failures are not added.

    Enter sends after the dialog was visible for READING_MS; Esc cancels.
    """

    confirmed = Signal(object)  # changes

    def __init__(
        self,
        theme: Theme,
        findings: BulkFixProposal,
        *,
        units: Units,
        now_ms: Callable[[], int],
        zone: tzinfo,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, "Convert", width_px=WIDTH_PX, words=preview_title(findings), parent=parent)
        self._reading = ReadingTime(now_ms)
        self._changes = findings.changes
        note = Label(theme, preview_note(findings), "body", "second")
        note.setWordWrap(True)
        self.table = PreviewTable(theme, PreviewRows(findings, units=units, zone=zone))
        self.table.setProperty("role", "panel")
        theme.fix_size(self.table, height_px=HEAD_PX + 2 + ROW_PX * min(ROWS_SHOWN, len(self._changes)))
        self.left_out = Label(theme, left_out_text(findings), "small", "second")
        self.left_out.setWordWrap(True)
        self.left_out.setVisible(bool(self.left_out.text()))
        self.cancel_button = Button(theme, "&Cancel")
        self.cancel_button.setAutoDefault(False)
        self.send_button = Button(theme, "", "arrow-right", role="default")
        self.send_button.setDefault(True)
        self._show_count()
        self.body.setSpacing(8)
        self.body.addWidget(note)
        self.body.addWidget(self.table)
        self.body.addWidget(self.left_out)
        self.foot.addWidget(KeyCap(theme, "Space"))
        self.foot.addWidget(Label(theme, "leaves one as it is", "small", "second"))
        self.foot.addStretch(1)
        self.foot.addWidget(self.cancel_button)
        self.foot.addWidget(self.send_button)
        self.table.setFocus()  # so that the keys move in the list; Enter there moves to the button
        self.cancel_button.clicked.connect(self.reject)
        self.send_button.clicked.connect(self._on_send_clicked)
        self.table.checked_changed.connect(self._show_count)

    @property
    def can_be_answered(self) -> bool:
        """Whether it has been visible long enough to be confirmed."""
        return self._reading.is_over

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self._reading.painted()

    @Slot()
    def _show_count(self) -> None:
        count = len(self.table.checked)
        self.send_button.set_text(f"&Send {count:,}")
        self.send_button.setEnabled(count > 0)

    @Slot()
    def _on_send_clicked(self) -> None:
        if not self.can_be_answered:  # the second press of a double Enter that opened the dialog
            return
        changes = tuple(self._changes[number] for number in self.table.checked)
        self.accept()
        self.confirmed.emit(changes)
