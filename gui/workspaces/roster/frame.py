"""The parts of the page of the grid, from top to bottom: head, notice, table, foot."""

from __future__ import annotations

from PySide6.QtCore import QStringListModel
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.theme.theme import Theme
from gui.widgets import GAP_PX, Panel
from gui.workspaces.roster.bars.foot import RosterFoot
from gui.workspaces.roster.bars.head import RosterHead
from gui.workspaces.roster.bars.notice import PasteNotice
from gui.workspaces.roster.model import RosterModel
from gui.workspaces.roster.table import RosterTable


class RosterFrame(QWidget):
    """Main thread. `offered_names`: the athletes that a cell suggests."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.offered_names = QStringListModel(self)
        self.model = RosterModel(self)
        self.table = RosterTable(theme, self.model, self.offered_names)
        self.head, self.notice, self.foot = RosterHead(theme), PasteNotice(theme), RosterFoot(theme)
        panel = Panel("Roster grid", padding_px=0)
        panel.body.setContentsMargins(1, 1, 1, 1)
        panel.body.addWidget(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP_PX)
        column.addWidget(self.head)
        column.addWidget(self.notice)
        column.addWidget(panel, 1)
        column.addWidget(self.foot)
