"""The protections that can be taken off, and what each keeps from happening."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from gui.theme.theme import Theme
from gui.widgets import ElidedLabel, restyle
from worker.demo.protections import ALL_ON, Protections

COLUMNS = 2
# Field of Protections: what it is called, and what happens without it.
WORDS: dict[str, tuple[str, str]] = {
    "acknowledge_after_commit": ("Acknowledge after the commit", "Without: a killed worker takes its job with it"),
    "recognize_duplicates": ("Recognize duplicates", "Without: what comes twice counts twice"),
    "outbox": ("Outbox", "Without: what is sent while the broker is away is gone"),
    "persistent": ("Persistent queue", "Without: a restart of the broker empties the queue"),
    "failed_queue": ("Failed queue", "Without: what cannot be processed is dropped"),
}
NOTHING_LOST = "Nothing is lost, nothing is doubled"
MOST_NAMED = 20


def account_words(lost: Sequence[str], doubled: Sequence[str]) -> str:
    """`Lost 2: Ana, Running; Ben, Cycling. Doubled 1: Cy, Swimming`; names are empty where they are not known."""
    parts = []
    for what, titles in (("Lost", lost), ("Doubled", doubled)):
        if titles:
            named = "; ".join([title or "a foreign message" for title in titles[:MOST_NAMED]])
            more = f" and {len(titles) - MOST_NAMED:,} more" if len(titles) > MOST_NAMED else ""
            parts.append(f"{what} {len(titles):,}: {named}{more}")
    return ". ".join(parts) or NOTHING_LOST


class ProtectionsPage(QWidget):
    """Main thread. Every box is checked until a person takes its protection off."""

    protections_chosen = Signal(object)  # Protections

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chosen = ALL_ON
        self.boxes: dict[str, QCheckBox] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        for place, field in enumerate(fields(Protections)):
            title, without = WORDS[field.name]
            box = self.boxes[field.name] = QCheckBox(title)
            box.setChecked(True)
            box.setFont(theme.font("medium"))
            box.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            box.setAccessibleDescription(without)
            box.setProperty("protection", field.name)
            box.toggled.connect(self._on_toggled)
            cell = QVBoxLayout()
            cell.setSpacing(2)
            cell.addWidget(box)
            cell.addWidget(ElidedLabel(theme, without, "small", "second"))
            grid.addLayout(cell, place // COLUMNS, place % COLUMNS)
        self._account = ElidedLabel(theme, NOTHING_LOST, "small", "second")
        self._account.set_two_lines(True)
        grid.addWidget(self._account, (len(self.boxes)) // COLUMNS, len(self.boxes) % COLUMNS)
        for column in range(COLUMNS):
            grid.setColumnStretch(column, 1)
        grid.setRowStretch(grid.rowCount(), 1)

    @property
    def protections(self) -> Protections:
        return self._chosen

    @property
    def account(self) -> str:
        return self._account.text()

    def choose(self, protections: Protections) -> None:
        """As if a person did."""
        for name, box in self.boxes.items():
            box.setChecked(getattr(protections, name))

    def show_account(self, lost: Sequence[str], doubled: Sequence[str]) -> None:
        """Titles of what was lost and of what was counted twice."""
        self._account.setText(account_words(lost, doubled))
        ink = "failed" if lost or doubled else "second"
        if self._account.property("ink") != ink:
            self._account.setProperty("ink", ink)
            restyle(self._account)

    @Slot(bool)
    def _on_toggled(self, checked: bool) -> None:
        box = self.sender()
        if isinstance(box, QCheckBox):
            self._chosen = replace(self._chosen, **{str(box.property("protection")): checked})
            self.protections_chosen.emit(self._chosen)
