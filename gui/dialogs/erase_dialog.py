"""The question before everything of an athlete is erased: what goes, what stays, and the name to be typed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QWidget

from core.workouts.names import canonical_name, isolated
from gui.dialogs.controls import TextField
from gui.theme.theme import Theme
from gui.widgets import Button, Dialog, Label

WIDTH_PX = 460
_STAYS = (
    "Backups and exported files stay as they are. Of each workout its id stays, without a name, so that a message "
    "which comes again changes nothing; and a record that this was done, without the name. It cannot be undone."
)


class EraseDialog(Dialog):
    """*Erase* can be pressed once the name is typed; Enter does so then."""

    confirmed = Signal(str)  # the athlete

    def __init__(
        self, theme: Theme, athlete: str, counts: Sequence[tuple[str, int]], parent: QWidget | None = None
    ) -> None:
        """`counts`: what goes, by place."""
        super().__init__(theme, "Erase an athlete", width_px=WIDTH_PX, parent=parent)
        self._athlete = athlete
        self.setAccessibleName(f"Erase everything of {athlete}")
        words = Label(theme, f"Everything of {isolated(athlete)} goes:", "body")
        words.setWordWrap(True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        for row, (place, count) in enumerate(counts):
            grid.addWidget(Label(theme, place, "body", "second"), row, 0)
            grid.addWidget(Label(theme, f"{count:,}", "title"), row, 1, Qt.AlignmentFlag.AlignRight)
        stays = Label(theme, _STAYS, "body", "second")
        stays.setWordWrap(True)
        self.typed = TextField(theme, "Type the &name to confirm")
        self.cancel_button = Button(theme, "Cancel")
        self.erase_button = Button(theme, "&Erase for good", "trash-can-outline", role="danger")
        self.body.setSpacing(12)
        self.body.addWidget(words)
        self.body.addLayout(grid)
        self.body.addWidget(stays)
        self.body.addWidget(self.typed)
        self.foot.addStretch(1)
        self.foot.addWidget(self.cancel_button)
        self.foot.addWidget(self.erase_button)
        self.cancel_button.setAutoDefault(False)
        self.erase_button.setDefault(True)
        self.cancel_button.clicked.connect(self.reject)
        self.erase_button.clicked.connect(self._on_erase)
        self.typed.line.textChanged.connect(self._on_typed)
        self._on_typed()
        self.typed.line.setFocus()

    @Slot()
    def _on_typed(self) -> None:
        is_typed = canonical_name(self.typed.text) == self._athlete
        self.erase_button.set_possible("", "" if is_typed else "Type the name first")

    @Slot()
    def _on_erase(self) -> None:
        self.accept()
        self.confirmed.emit(self._athlete)
