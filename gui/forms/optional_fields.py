"""What may be said beyond the four fields: shown when asked for, and only what fits the sport."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from gui.forms.field_edits import FieldEdit, NotesEdit
from gui.forms.form_fields import FormField, mnemonic_flag
from gui.theme.theme import Theme
from gui.widgets import GAP_PX, is_enter, is_held

# name in the body, label, unit, word in the summary
_SPECS: tuple[tuple[str, str, str, str], ...] = (
    ("avgHeartRate", "&Heart rate, average", "bpm", "heart rate"),
    ("maxHeartRate", "Heart rate, ma&x", "bpm", ""),
    ("elevationGain", "Ascen&t", "m", "ascent"),
    ("rpe", "&Effort, 0 to 10", "", "effort"),
    ("avgPower", "Po&wer", "W", "power"),
    ("cadence", "&Cadence", "/min", "cadence"),
    ("weightKg", "&Body weight", "kg", "weight"),
)
MORE_NAMES = (*(name for name, _, _, _ in _SPECS), "title", "notes")
_UNNAMED = ("weight", "power", "cadence")
_ALWAYS = ("weightKg", "title", "notes")


class MoreButton(QAbstractButton):
    """Opens and closes the further fields; beside its word stands what is in there."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setText("&More")
        self._theme = theme
        self.summary = ""
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(24)
        theme.changed.connect(self.update)

    def set_summary(self, summary: str) -> None:
        if summary != self.summary:
            self.summary = summary
            self.setAccessibleName(f"More: {summary}")
            self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(120, 24)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus() or self.underMouse():
            painter.setPen(self._theme.colour("accent" if self.hasFocus() else "line"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        middle = self.height() / 2
        arrow = "chevron-down" if self.isChecked() else "chevron-right"
        self._theme.paint_icon(painter, QRectF(1, round(middle - 7), 14, 14), arrow, self._theme.colour("second"))
        painter.setFont(self._theme.font("medium"))
        painter.setPen(self._theme.ink("text"))
        centre = int(Qt.AlignmentFlag.AlignVCenter) | mnemonic_flag()
        painter.drawText(QRectF(20, 0, 60, self.height()), centre, self.text())
        left = 20 + QFontMetricsF(self._theme.font("medium")).horizontalAdvance("More") + 10
        painter.setFont(self._theme.font("small"))
        painter.setPen(self._theme.ink("second"))
        room = self.width() - left
        shown = QFontMetricsF(painter.font()).elidedText(self.summary, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(left, 0, room, self.height()), int(Qt.AlignmentFlag.AlignVCenter), shown)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_held(event):
            return
        if is_enter(event):
            self.click()
        else:
            super().keyPressEvent(event)


class MoreFields(QWidget):
    """The button and the fields. A field with something in it stays in view, whatever the sport."""

    toggled = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.button = MoreButton(theme)
        self.edits: dict[str, FieldEdit] = {}
        self._offered: tuple[str, ...] = ()
        self._own: tuple[str, ...] = ()
        self._arranged: tuple[str, ...] = ()
        self._lent: set[str] = set()
        self._box = QWidget()
        self._grid = QGridLayout(self._box)
        self._grid.setContentsMargins(0, 10, 0, 0)
        self._grid.setHorizontalSpacing(GAP_PX)
        self._grid.setVerticalSpacing(10)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        for name, _, unit, _ in _SPECS:
            edit = self.edits[name] = FieldEdit(theme)
            edit.setAlignment(Qt.AlignmentFlag.AlignRight)
            edit.set_unit(unit)
        self.fields = {name: FormField(theme, name, label, self.edits[name], self._box) for name, label, _, _ in _SPECS}
        self.fields["title"] = FormField(theme, "title", "Tit&le", FieldEdit(theme), self._box)
        self.fields["notes"] = FormField(theme, "notes", "&Notes", NotesEdit(theme), self._box)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.button)
        column.addWidget(self._box)
        self._box.hide()
        self.button.toggled.connect(self._on_toggled)

    @property
    def expanded(self) -> bool:
        return self.button.isChecked()

    def expand(self) -> None:
        self.button.setChecked(True)

    def lend(self, name: str) -> None:
        """A field to be shown in another place, until it is given back."""
        self._lent.add(name)
        self.refresh()

    def take_back(self, name: str) -> None:
        self._lent.discard(name)
        self.refresh()

    def has(self, name: str) -> bool:
        """Whether it is one of the further fields, and stands here."""
        return name in self.fields and name not in self._lent

    def offer(self, names: tuple[str, ...], own: tuple[str, ...] = ()) -> None:
        """Offer these optional fields of the body, and those that every sport has. `own`: those that the sport is
        measured by, named first."""
        self._offered, self._own = names, own
        self.refresh()

    def refresh(self) -> None:
        """Take account of what has been typed."""
        shown = tuple(
            name
            for name in MORE_NAMES
            if name not in self._lent
            and (name in self._offered or name in _ALWAYS or self.fields[name].text or self.fields[name].message)
        )
        if shown != self._arranged:
            self._arranged = shown
            self._arrange()
        self.button.set_summary(self._summary())

    def _arrange(self) -> None:
        for field in self.fields.values():
            if field.name in self._lent:
                continue
            self._grid.removeWidget(field)
            field.setVisible(field.name in self._arranged)
        place = 0
        for name in self._arranged:
            wide = name in ("title", "notes")
            if wide and place % 2:
                place += 1
            top = Qt.AlignmentFlag.AlignTop
            self._grid.addWidget(self.fields[name], place // 2, place % 2, 1, 2 if wide else 1, top)
            place += 2 if wide else 1

    def _summary(self) -> str:
        filled = [name for name in MORE_NAMES if self.has(name) and self.fields[name].text]
        if filled and not self.expanded:
            return f"{len(filled)} filled: " + ", ".join(self._word(name) for name in filled)
        words = {name: word for name, _, _, word in _SPECS if name in self._arranged and word}
        own = [words[name] for name in self._own if name in words]
        return ", ".join([*own, *(word for word in words.values() if word not in (*own, *_UNNAMED)), "notes"])

    def _word(self, name: str) -> str:
        words = {key: word for key, _, _, word in _SPECS}
        return words.get(name) or {"maxHeartRate": "max heart rate"}.get(name, name)

    @Slot(bool)
    def _on_toggled(self, checked: bool) -> None:
        self._box.setVisible(checked)
        self.button.set_summary(self._summary())
        self.toggled.emit(checked)
