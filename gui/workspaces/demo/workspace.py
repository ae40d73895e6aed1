"""The Demo workspace of a demonstration."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui.theme.theme import Theme
from gui.widgets import GAP_PX
from gui.workspaces.demo.chaos.panel import ChaosPanel
from gui.workspaces.demo.load.panel import LoadPanel

SIDE_PX = 372


class DemoWorkspace(QWidget):
    """Main thread. Arranges its parts, which the controller connects."""

    def __init__(self, theme: Theme, chaos: ChaosPanel, load: LoadPanel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chaos, self.load = chaos, load
        main = QVBoxLayout()
        main.setSpacing(GAP_PX)
        main.addWidget(chaos)
        main.addStretch(1)
        side = QVBoxLayout()
        side.setSpacing(GAP_PX)
        side.addWidget(load)
        side.addStretch(1)
        theme.fix_size(load, width_px=SIDE_PX)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP_PX)
        row.addLayout(main, 1)
        row.addLayout(side)
