"""A bar that is divided as the sports of a period are, with the names of the first two."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget
from typing_extensions import override

from core.athletes.periods import SportShare
from gui.forms.formatting import Units
from gui.theme.theme import Theme
from gui.widgets import Label
from gui.workspaces.athletes.page.totals_text import share_text

BAR_PX, GAP_PX = 6, 6
_PERCENTS = (90, 45, 30, 20)  # of the neutral hue: the largest sport first


class _Bar(QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.shares: Sequence[float] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    @override
    def sizeHint(self) -> QSize:
        return QSize(120, BAR_PX)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(60, BAR_PX)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if not self.shares:
            painter.setBrush(self._theme.colour("line"))
            painter.drawRoundedRect(QRectF(self.rect()), BAR_PX / 2, BAR_PX / 2)
            return
        room, left = self.width() - GAP_PX * (len(self.shares) - 1), 0.0
        for place, share in enumerate(self.shares):
            width = max(float(BAR_PX), room * share)
            percent = _PERCENTS[min(place, len(_PERCENTS) - 1)]
            painter.setBrush(QColor(self._theme.tint("neutral", percent)))
            painter.drawRoundedRect(QRectF(left, 0, width, BAR_PX), BAR_PX / 2, BAR_PX / 2)
            left += width + GAP_PX


class SportSplit(QWidget):
    """The largest sport at the left of the bar, the next at its right, and how many more there are."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar = _Bar(theme)
        self._left, self._left_amount = Label(theme, "", "small", "second"), Label(theme, "", "small_bold")
        self._right, self._right_amount = Label(theme, "", "small", "second"), Label(theme, "", "small_bold")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._left)
        row.addWidget(self._left_amount)
        row.addSpacing(4)
        row.addWidget(self._bar, 1)
        row.addSpacing(4)
        row.addWidget(self._right)
        row.addWidget(self._right_amount)

    def show_shares(self, shares: Sequence[SportShare], units: Units) -> None:
        self._bar.shares = [share.share for share in shares]
        self._bar.update()
        said = [f"{share.sport} {share_text(share, units)}" for share in shares]
        self.setAccessibleName(f"By sport: {', '.join(said)}" if said else "By sport: no workout")
        self.setToolTip("\n".join(said) if len(said) > 1 else "")
        self._left.setText(shares[0].sport if shares else "No workout")
        self._left_amount.setText(share_text(shares[0], units) if shares else "")
        more = f" and {len(shares) - 2} more" if len(shares) > 2 else ""
        self._right.setText(f"{shares[1].sport}{more}" if len(shares) > 1 else "")
        self._right_amount.setText(share_text(shares[1], units) if len(shares) > 1 else "")
        for label in (self._left_amount, self._right, self._right_amount):
            label.setVisible(bool(label.text()))
