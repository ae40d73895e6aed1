"""The panel of an athlete's badges."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QModelIndex, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.athletes.badges import Badge
from gui.forms.formatting import Units
from gui.theme.theme import Theme
from gui.widgets import PADDING_PX, ElidedLabel, Label, Panel
from gui.widgets.cells import Column
from gui.widgets.table_model import RowsModel
from gui.workspaces.athletes.badges.grid import GAP_PX, BadgeGrid
from gui.workspaces.athletes.badges.texts import BadgeFormat, earned_words, in_order
from gui.workspaces.athletes.link_button import LinkButton

HEAD_PX = 24


class BadgesPanel(Panel):
    """Main thread. `rules_requested` carries the code of the rule to begin at; empty: at the first."""

    rules_requested = Signal(str)

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__("Badges", parent, padding_px=0)
        self._texts = BadgeFormat()
        column: Column[Badge] = Column(title="Badge", text=self._texts.name, spoken=self._texts.spoken)
        self.model: RowsModel[Badge] = RowsModel(
            [column], lambda badge: badge.rule.code, tip=self._texts.tip, parent=self
        )
        self.grid = BadgeGrid(theme, self.model, self._texts)
        self.rules_button = LinkButton(theme, "All rules")
        self._earned = ElidedLabel(theme, "", "body", "second")
        self._build(theme)
        self.grid.activated.connect(self._on_activated)
        self.rules_button.clicked.connect(self._on_rules_clicked)

    def show_badges(self, badges: Sequence[Badge], today: date) -> None:
        """One for each rule, in the order of the rules."""
        self._texts.today = today
        self._earned.setText(earned_words(badges))
        current = self.model.row(self.grid.currentIndex().row())
        self.model.show(in_order(badges))
        self.model.emit_changed()
        number = None if current is None else self.model.number_of(current.rule.code)
        self.grid.setCurrentIndex(self.model.index(number or 0, 0))

    def set_units(self, units: Units) -> None:
        self._texts.units = units
        self.model.emit_changed()

    def _build(self, theme: Theme) -> None:
        self.body.setContentsMargins(1, 8, 1, 4)
        head = QWidget()
        theme.fix_size(head, height_px=HEAD_PX)
        row = QHBoxLayout(head)
        row.setContentsMargins(PADDING_PX, 0, PADDING_PX - 6, 0)
        row.setSpacing(8)
        row.addWidget(Label(theme, "Badges", "title"))
        row.addWidget(self._earned, 1)
        row.addWidget(self.rules_button)
        tiles = QHBoxLayout()
        tiles.setContentsMargins(PADDING_PX - GAP_PX // 2 - 1, 1, 0, 0)
        tiles.addWidget(self.grid)
        self.body.addWidget(head)
        self.body.addLayout(tiles, 1)

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        badge = self.model.row(index.row())
        if badge is not None:
            self.rules_requested.emit("" if badge.is_closed else badge.rule.code)

    @Slot()
    def _on_rules_clicked(self) -> None:
        self.rules_requested.emit("")
