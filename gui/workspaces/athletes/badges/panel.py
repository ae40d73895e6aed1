"""The panel of an athlete's badges."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from PySide6.QtCore import QModelIndex, QPointF, QSize, QTimer, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget
from typing_extensions import override

from core.athletes.badges import Badge
from gui.forms.formatting import Units
from gui.theme.theme import Theme
from gui.widgets import PADDING_PX, ElidedLabel, Label, Panel, badge_width, paint_badge
from gui.widgets.announcements import announce
from gui.widgets.cells import Column
from gui.widgets.table_model import RowsModel
from gui.workspaces.athletes.badges.grid import GAP_PX, BadgeGrid
from gui.workspaces.athletes.badges.texts import BadgeFormat, earned_words, fresh_words, in_order
from gui.workspaces.athletes.link_button import LinkButton

HEAD_PX, PILL_PX = 24, 20
CELEBRATION_MS = 12_000


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
        self.fresh = _FreshPill(theme)
        self._celebration = QTimer(self)
        self._celebration.setSingleShot(True)
        self._celebration.setInterval(CELEBRATION_MS)
        self._celebration.timeout.connect(self.end_celebration)
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

    def celebrate(self, codes: Collection[str]) -> None:
        """For a while, point out the badges of these that are earned. Nothing moves: there is no motion to reduce."""
        found = [badge for badge in self.model.rows if badge.rule.code in codes and badge.is_earned]
        if not found:
            return
        self._texts.fresh = frozenset(badge.rule.code for badge in found)
        self.fresh.show_text(fresh_words(found))
        self._earned.hide()
        self.model.emit_changed()
        number = self.model.number_of(found[0].rule.code)
        if not self.grid.hasFocus():
            self.grid.setCurrentIndex(self.model.index(number or 0, 0))
        announce(self, f"{self.fresh.text}.")
        self._celebration.start()

    @Slot()
    def end_celebration(self) -> None:
        self._celebration.stop()
        self._texts.fresh = frozenset()
        self.fresh.hide()
        self._earned.show()
        self.model.emit_changed()

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
        row.addWidget(self.fresh)
        row.addWidget(self._earned, 1)
        row.addStretch()
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


class _FreshPill(QWidget):
    """A star and words, as workouts have them in tables."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.text = ""
        theme.fix_size(self, height_px=PILL_PX)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)
        self.hide()

    def show_text(self, text: str) -> None:
        self.text = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self.show()

    @override
    def sizeHint(self) -> QSize:
        return QSize(round(badge_width(self._theme, self.text) + 0.5), self._theme.px(PILL_PX))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        paint_badge(QPainter(self), QPointF(0, (self.height() - PILL_PX) / 2), self.text, self._theme)
