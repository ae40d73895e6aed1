"""What the workout in the form comes to, before it is sent: pace, energy, and what it would unlock."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from gui.forms.formatting import NOTHING
from gui.theme.theme import Theme
from gui.widgets import ElidedLabel, Label, NumberLabel, Panel, Rule
from gui.workspaces.console.form.preview import NOTHING_YET, Figure, Preview

CARD_HEIGHT_PX, SMALL_CARD_PX = 136, 80
PACE_WIDTH_PX = 112
MEDAL = "medal-outline"
NO_BADGE = "No new badge from this one, but it counts."
NAMES_CHARACTERS = 58  # two lines of the card
INVITATION = "Type a duration. Pace, energy and the badges it would unlock are shown here before you send."


def _some_of(names: Sequence[str]) -> str:
    """As many as there is room for, and how many more."""
    for count in range(len(names), 1, -1):
        left = len(names) - count
        text = ", ".join(names[:count]) + (f" and {left} more" if left else "")
        if len(text) <= NAMES_CHARACTERS:
            return text
    return f"{names[0]} and {len(names) - 1} more"


class _BigNumber(NumberLabel):
    GAP_PX = 4.0


class FigureBox(QWidget):
    """A title, a large number with its unit, a line below."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self.title = ElidedLabel(theme, "", "small", "second")
        self.number = _BigNumber(theme, name, "headline", align=Qt.AlignmentFlag.AlignLeft, unit_font="body")
        self.below = ElidedLabel(theme, "", "small", "second")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        for label, height_px in ((self.title, 14), (self.number, 25), (self.below, 16)):
            column.addWidget(label)
            theme.fix_size(label, height_px=height_px)

    def show_figure(self, figure: Figure) -> None:
        self.title.setText(figure.title)
        known = figure.value != NOTHING
        self.number.set_value(
            figure.value if known else "", figure.unit if known else f"{NOTHING} {figure.unit}".strip()
        )
        self.below.setText(figure.below)


class _Medal(QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedSize(QSize(22, 22))
        self.hue = True
        theme.changed.connect(self.update)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        ink = self._theme.colour("achievement" if self.hue else "faint")
        self._theme.paint_icon(QPainter(self), QRectF(self.rect()), MEDAL, ink)


class PreviewCard(Panel):
    """Main thread. Of one height whatever it says, so that typing never moves the form; a small one has the figures
    alone."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("What this workout comes to", role="card")
        self.body.setContentsMargins(12, 11, 12, 0)
        self.pace = FigureBox(theme, "Pace")
        self.energy = FigureBox(theme, "Energy")
        theme.fix_size(self.pace, width_px=PACE_WIDTH_PX)
        self._medal = _Medal(theme)
        self.unlocks = ElidedLabel(theme, "", "medium")
        self.because = Label(theme, "", "small", "second")
        self.because.setWordWrap(True)
        self._short = ""
        self._theme = theme
        self._build()
        self.show_preview(None)
        theme.fix_size(self, height_px=CARD_HEIGHT_PX)

    def take_height(self, height_px: int) -> None:
        """CARD_HEIGHT_PX, SMALL_CARD_PX, or 0 for none; all at the usual size of texts."""
        self.setVisible(height_px > 0)
        self._badges.setVisible(height_px == CARD_HEIGHT_PX)
        self._theme.fix_size(self, height_px=height_px)

    def show_preview(self, preview: Preview | None) -> None:
        """The figures, or an invitation to type while there are none."""
        figures = preview or NOTHING_YET
        self.pace.show_figure(figures.pace)
        self.energy.show_figure(figures.energy)
        before, self._short = self._short, figures.short
        if preview is None:
            self._say("", INVITATION, hue=True)
        elif self._short != before or self.because.text() == INVITATION:
            self._say("", self._short, hue=False)

    def show_unlocks(self, unlocks: Sequence[tuple[str, str]]) -> None:
        """Names and descriptions of what would be unlocked."""
        if not unlocks:
            self._say("", self._short or NO_BADGE, hue=False)
            return
        names = [name for name, _ in unlocks]
        if len(unlocks) == 1:
            self._say(f"Would unlock {names[0]}", self._short or unlocks[0][1], hue=True)
        else:
            self._say(f"Would unlock {len(unlocks)} badges", self._short or _some_of(names), hue=True)

    def _say(self, first: str, second: str, *, hue: bool) -> None:
        self.unlocks.setText(first)
        self.unlocks.setVisible(bool(first))
        self.because.setText(second)
        self._medal.setVisible(bool(first or second))
        self._medal.hue = hue
        self._medal.update()

    def _build(self) -> None:
        figures = QHBoxLayout()
        figures.setSpacing(0)
        figures.addWidget(self.pace)
        figures.addWidget(self.energy, 1)
        self.body.addLayout(figures)
        self._badges = QWidget()
        badges = QVBoxLayout(self._badges)
        badges.setContentsMargins(0, 10, 0, 0)
        badges.setSpacing(0)
        badges.addWidget(Rule())
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addStretch(1)
        words.addWidget(self.unlocks)
        words.addWidget(self.because)
        words.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._medal)
        row.addLayout(words, 1)
        badges.addLayout(row, 1)
        self.body.addWidget(self._badges, 1)
