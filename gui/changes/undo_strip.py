"""`Sent. Undo`: what was just done, with the button that undoes it. It never takes the focus by itself."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

from core.workouts.names import isolated
from gui.changes.undo_offers import UndoOffers
from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.theme import Theme
from gui.widgets import Button, ElidedLabel, Label
from gui.widgets.announcements import announce

WHAT_PX = 220  # at most
GAP_PX = 12  # at the right, a part of it so that a hidden one takes no room
_KEY = SHORTCUTS[Scope.PROGRAM]["undo"].key


class UndoStrip(QWidget):
    """Main thread. Hidden while there is nothing to undo."""

    def __init__(self, theme: Theme, offers: UndoOffers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._offers = theme, offers
        self._done = Label(theme, "", "small_bold")
        self._what = ElidedLabel(theme, "", "small", "second")
        self._what.setMaximumWidth(WHAT_PX)
        self.button = Button(theme, "Undo", "undo", role="small", key=_KEY)
        row = QHBoxLayout(self)
        row.setContentsMargins(28, 0, 2 + GAP_PX, 0)
        row.setSpacing(8)
        row.addWidget(self._done)
        row.addWidget(self._what)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.button.clicked.connect(offers.undo)
        offers.changed.connect(self._on_changed)
        theme.changed.connect(self.update)
        self.hide()

    @property
    def text(self) -> str:
        """As it is announced; empty while it is hidden."""
        return "" if self.isHidden() else self.accessibleName()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(self._theme.tint("accent", 14)))
        painter.setPen(QPen(self._theme.colour("accent"), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5 - GAP_PX, -0.5), 5, 5)
        icon = QRectF(8, round(self.height() / 2 - 7), 14, 14)
        self._theme.paint_icon(painter, icon, "check-bold", self._theme.colour("accent"))

    @Slot()
    def _on_changed(self) -> None:
        offer = self._offers.current
        if offer is not None:
            self._done.setText(f"{offer.done}.")
            self._what.setText(isolated(offer.what) if offer.what else "")
            self._what.setVisible(bool(offer.what))
            self.setAccessibleName(" ".join(filter(None, (f"{offer.done}.", offer.what and f"{offer.what}."))))
        elif self.isAncestorOf(self.window().focusWidget() or self.window()):
            self.window().setFocus(Qt.FocusReason.OtherFocusReason)
        self.setVisible(offer is not None)
        if offer is not None:
            announce(self, f"{self.accessibleName()} {_KEY} undoes it.")
