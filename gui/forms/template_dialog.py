"""Asks for the name under which a session, or a workout, is kept as a template."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from core.roster.template import MAX_NAME
from core.workouts.names import isolated
from gui.theme.theme import Theme
from gui.widgets import Button, Dialog, Label, LabelledField

WIDTH_PX = 400


class TemplateDialog(Dialog):
    """`named` carries the name."""

    named = Signal(str)

    def __init__(
        self,
        theme: Theme,
        name: str,
        is_known: Callable[[str], bool],
        text: str,
        *,
        title: str = "Save as template",
        athlete: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """`is_known`: whether there is a template of that name, which it replaces. `text`: what is kept. `athlete`: who
        is kept along if that is wanted."""
        super().__init__(theme, title, width_px=WIDTH_PX, parent=parent)
        self._is_known = is_known
        self.with_athlete = QCheckBox(f"&With the athlete, {isolated(athlete)}".replace("&&", "&"))
        self.with_athlete.setFont(theme.font("body"))
        self.with_athlete.setVisible(bool(athlete))
        words = Label(theme, text, "body", "second")
        words.setWordWrap(True)
        self.edit = QLineEdit(name)
        self.edit.setMaxLength(MAX_NAME)
        self.edit.selectAll()
        self._field = LabelledField(theme, "&Name", self.edit)
        self._note = Label(theme, "", "small", "second")
        self.body.addWidget(words)
        self.body.addSpacing(12)
        self.body.addWidget(self._field)
        self.body.addWidget(self._note)
        if athlete:
            self.body.addWidget(self.with_athlete)
        self.save_button = Button(theme, "&Save", role="default")
        self.save_button.setDefault(True)
        cancel = Button(theme, "&Cancel")
        cancel.setAutoDefault(False)
        self.foot.addStretch(1)
        self.foot.addWidget(cancel)
        self.foot.addWidget(self.save_button)
        cancel.clicked.connect(self.reject)
        self.save_button.clicked.connect(self._on_save)
        self.edit.textChanged.connect(self._on_changed)
        self._on_changed()
        self.edit.setFocus()

    @property
    def note(self) -> str:
        return self._note.text()

    @property
    def name(self) -> str:
        return " ".join(self.edit.text().split())

    @Slot()
    def _on_changed(self) -> None:
        self.save_button.set_possible("", "" if self.name else "Type a name first")
        self._note.setText("Replaces the template of this name." if self._is_known(self.name) else " ")

    @Slot()
    def _on_save(self) -> None:
        if self.name:
            self.accept()
            self.named.emit(self.name)
