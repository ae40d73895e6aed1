"""The part of the form that scrolls: the fields in one column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout
from typing_extensions import override

from gui.forms.entry_fields import EntryFields
from gui.forms.formatting import Units, weight_number, weight_text
from gui.theme.theme import Theme
from gui.widgets import GAP_PX

WEIGHT_PX = 92  # of the field beside the start


@dataclass(frozen=True, slots=True)
class OfferedWeight:
    """`text`: as it is shown, which in another unit has one decimal. `day`: the one that it is of, `12 Nov`."""

    kg: float
    text: str
    day: str


class FormBody(EntryFields):
    """One column."""

    def __init__(self, theme: Theme, *, now_ms: Callable[[], int], zone: tzinfo) -> None:
        super().__init__(theme, now_ms=now_ms, zone=zone)
        self._theme = theme
        self._offered: OfferedWeight | None = None
        self._weight = self.fields["weightKg"]
        self._weight_edit = self.more.edits["weightKg"]
        self._lay_out()
        self._order_tabs()
        self._weight.edited.connect(self._on_weight_edited)

    @property
    def weight_of(self) -> str:
        """The day of the last known weight, `12 Nov`, while it stands there as it was offered; else empty."""
        return "" if self._offered is None or self._weight.text != self._offered.text else self._offered.day

    def texts_typed(self) -> dict[str, str]:
        """Without a weight that was offered: it was not typed, and is offered again."""
        return self._texts_with("")

    def texts_to_send(self) -> dict[str, str]:
        """With a weight that was offered only if it has been on screen, and then as it is stored."""
        return self.texts_to_preview() if self._weight_edit.was_seen else self._texts_with("")

    def texts_to_preview(self) -> dict[str, str]:
        return self._texts_with("" if self._offered is None else weight_number(self._offered.kg, self._units.weight))

    def _texts_with(self, offered_weight: str) -> dict[str, str]:
        texts = self.texts()
        return {**texts, "weightKg": offered_weight} if self.weight_of else texts

    def offer_weight(self, weight_kg: float, day: str) -> None:
        """Fill the athlete's last known weight in, in view beside the start, to be sent, changed or emptied."""
        self.more.lend("weightKg")
        self._theme.fix_size(self._weight, width_px=WEIGHT_PX)
        self._start_row.addWidget(self._weight, 0, Qt.AlignmentFlag.AlignTop)
        self._weight.show()
        self.start.show_menu_mark(False)  # for the room of a whole date
        self._show_weight(weight_kg, day)
        self._order_tabs()

    def withdraw_weight(self) -> None:
        """It was another athlete's: what stands there goes, the field to its own place."""
        if self._offered is None:
            return
        self._offered = None
        with QSignalBlocker(self):
            self._weight.set_text("")
        self._start_row.removeWidget(self._weight)
        self._theme.free_size(self._weight)
        self._weight.hint.setText("")
        self._on_weight_edited()
        self.more.take_back("weightKg")
        self.start.show_menu_mark(True)
        self._order_tabs()

    @override
    def load(self, texts: Mapping[str, str]) -> None:
        self.withdraw_weight()
        super().load(texts)

    @override
    def set_units(self, units: Units) -> None:
        offered = self._offered if self.weight_of else None
        super().set_units(units)
        if offered is not None:
            self._show_weight(offered.kg, offered.day)
        self._on_weight_edited()

    def _show_weight(self, weight_kg: float, day: str) -> None:
        self._offered = OfferedWeight(weight_kg, weight_text(weight_kg, self._units.weight), day)
        with QSignalBlocker(self):
            self._weight.set_text(self._offered.text)
        self._on_weight_edited()

    @Slot()
    def _on_weight_edited(self) -> None:
        self._weight.set_label(f"Wei&ght, {self.weight_of}" if self.weight_of else "&Body weight")
        self._weight_edit.setToolTip(f"Last known weight, of {self.weight_of}" if self.weight_of else "")

    def height_for(self, width_px: int) -> int:
        """Of the fields with all of their messages, which take more lines than sizeHint expects."""
        return max(self._column.totalHeightForWidth(width_px), self._column.totalSizeHint().height())

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
        column.addWidget(self.fields["sets"])
        self._start_row = QHBoxLayout()
        self._start_row.setSpacing(GAP_PX)
        self._start_row.addWidget(self.fields["timestamp"], 1, Qt.AlignmentFlag.AlignTop)
        column.addLayout(self._start_row)
        column.addWidget(self.more)
