"""The part of the form that scrolls: the fields in one column, and below them the preview of it all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from PySide6.QtCore import QStringListModel, Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from core.workouts.sports import SportCatalogue
from gui.forms.entry_fields import EntryFields
from gui.forms.form_fields import FieldEdit
from gui.forms.formatting import Units, weight_number, weight_text
from gui.theme.theme import Theme
from gui.widgets import GAP_PX
from gui.workspaces.console.form.preview_card import PreviewCard

WEIGHT_PX = 92  # of the field beside the start
ANY_PX = 16_777_215  # what Qt takes for no bound


class FormBody(EntryFields):
    """One column, and below it the card."""

    def __init__(
        self, theme: Theme, catalogue: SportCatalogue, names: QStringListModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, catalogue, names, parent)
        self.card = PreviewCard(theme)
        self._offered_weight: tuple[str, str] | None = None  # text, and the day that it is of
        self._offered_kg = 0.0
        self._lay_out()
        self._order_tabs()
        self.fields["weightKg"].edited.connect(self._on_weight_edited)

    @property
    def weight_of(self) -> str:
        """The day of the last known weight, `12 Nov`, while it stands there as it was offered; else empty."""
        if self._offered_weight is None or self.fields["weightKg"].text != self._offered_weight[0]:
            return ""
        return self._offered_weight[1]

    @property
    def exact_weight(self) -> str:
        """The weight that was offered, which in another unit is shown with one decimal."""
        return weight_number(self._offered_kg, self._units.weight)

    @property
    def weight_was_seen(self) -> bool:
        return self._weight_edit.was_seen

    def offer_weight(self, weight_kg: float, day: str) -> None:
        """Fill the athlete's last known weight in, in view beside the start, to be sent, changed or emptied."""
        field = self.more.lend("weightKg")
        field.setFixedWidth(WEIGHT_PX)
        self._start_row.addWidget(field, 0, Qt.AlignmentFlag.AlignTop)
        field.show()
        self._edits["timestamp"].set_menu(False)  # for the room of a whole date
        self._offered_weight, self._offered_kg = (weight_text(weight_kg, self._units.weight), day), weight_kg
        self.blockSignals(True)
        field.set_text(self._offered_weight[0])
        self.blockSignals(False)
        self._label_weight()
        self._order_tabs()

    def withdraw_weight(self) -> None:
        """It was another athlete's: what stands there goes, the field to its own place."""
        if self._offered_weight is None:
            return
        self._offered_weight = None
        field = self.fields["weightKg"]
        self.blockSignals(True)
        field.set_text("")
        self.blockSignals(False)
        self._start_row.removeWidget(field)
        field.setMinimumWidth(0)
        field.setMaximumWidth(ANY_PX)
        field.hint.setText("")
        self._label_weight()
        self.more.take_back("weightKg")
        self._edits["timestamp"].set_menu()
        self._order_tabs()

    @override
    def load(self, texts: Mapping[str, str]) -> None:
        self.withdraw_weight()
        super().load(texts)

    @override
    def set_units(self, units: Units) -> None:
        offered = self.weight_of
        super().set_units(units)
        if offered:
            text = weight_text(self._offered_kg, units.weight)
            self.fields["weightKg"].set_text(text)
            self._offered_weight = text, offered
        self._label_weight()

    @property
    def _weight_edit(self) -> FieldEdit:
        return cast(FieldEdit, self.fields["weightKg"].edit)

    def _label_weight(self) -> None:
        self.fields["weightKg"].set_label(f"Wei&ght, {self.weight_of}" if self.weight_of else "&Body weight")
        self._weight_edit.setToolTip(f"Last known weight, of {self.weight_of}" if self.weight_of else "")

    @Slot(str)
    def _on_weight_edited(self, _name: str) -> None:
        self._label_weight()

    def set_right_margin(self, margin_px: int) -> None:
        """What is left free at the right, where a scroll bar may stand."""
        margins = self._column.contentsMargins()
        if margins.right() != margin_px:
            self._column.setContentsMargins(0, 0, margin_px, 0)

    def _lay_out(self) -> None:
        pair = QHBoxLayout()
        pair.setSpacing(GAP_PX)
        for name in ("duration", "distance"):
            pair.addWidget(self.fields[name], 1, Qt.AlignmentFlag.AlignTop)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP_PX)
        column.addWidget(self.fields["userId"])
        column.addWidget(self.fields["type"])
        column.addLayout(pair)
        self._start_row = QHBoxLayout()
        self._start_row.setSpacing(GAP_PX)
        self._start_row.addWidget(self.fields["timestamp"], 1, Qt.AlignmentFlag.AlignTop)
        column.addLayout(self._start_row)
        column.addWidget(self.more)
        column.addSpacing(2)
        column.addWidget(self.card)
