"""Where the parts of the form stand: head, fields that scroll, preview, question, button, hint, and what follows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import tzinfo

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from core.workouts.model import Workout
from gui.forms.form_parts import ConfirmBar, HintLine, IconText
from gui.forms.formatting import Units
from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.theme import Theme
from gui.widgets import Button, ElidedLabel, Label, Panel, Rule, ScrollArea
from gui.widgets.timers import once_timer
from gui.workspaces.console.form.body import FormBody
from gui.workspaces.console.form.preview_card import CARD_HEIGHT_PX, SMALL_CARD_PX, PreviewCard
from gui.workspaces.console.form.recent_workouts import EarlierWorkouts

WIDTH_PX = 300
SIDE_PX = 12  # and 1 of the panel's line
EDGE_PX = 2  # that line above and below
SCROLL_BAR_PX = 10
LEAST_SCROLL_PX, WANTED_SCROLL_PX = 48, 120  # one field with its label; two
HEAD_PX, CARD_GAP_PX, FOOT_GAP_PX, BUTTON_PX, HINT_PX, PADDING_PX = 24 + 12, 14, 16, 36, 26, 11
ABOVE_RULE_PX, BELOW_RULE_PX = 12, 10
FIXED_PX = EDGE_PX + 2 * PADDING_PX + FOOT_GAP_PX + BUTTON_PX


class FormFrame(Panel):
    """Lays the form out and shares its height: the button is always whole and in view. What is too much goes in this
    order: earlier workouts, the badges of the preview, the hint, the preview, the head; the fields scroll.
    """

    def __init__(self, theme: Theme, *, now_ms: Callable[[], int], zone: tzinfo) -> None:
        super().__init__("New workout")
        self._theme = theme
        self._online, self._anything_sent = True, False
        self._why_not = ""
        theme.fix_size(self, width_px=WIDTH_PX)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.title = Label(theme, "New workout", "title")
        self.mark = IconText(theme, "check-bold", "Draft kept")
        self.was = ElidedLabel(theme, "", "small", "second")
        self.body_fields = FormBody(theme, now_ms=now_ms, zone=zone)
        self.card = PreviewCard(theme)
        self.strip = ConfirmBar(theme, now_ms=now_ms)
        self.submit_button = Button(theme, "Submit", role="primary", key=SHORTCUTS[Scope.FORM]["submit"].key)
        self.hint = HintLine(theme)
        self.earlier = EarlierWorkouts(theme)
        self._scroll = ScrollArea()
        self._sharing = once_timer(self, 0, self._on_share_due)
        self._build()
        self.mark.hide()
        self.was.hide()
        self._show_hint()
        theme.changed.connect(self._sharing.start)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._on_share_due()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            self._sharing.start()
        return super().eventFilter(watched, event)

    @override
    def minimumSizeHint(self) -> QSize:
        """Less than the layout's, which does not know what may go."""
        return QSize(self.width(), FIXED_PX + self._theme.px(LEAST_SCROLL_PX) + self._strip_px())

    @override
    def hasHeightForWidth(self) -> bool:
        """False although lines wrap: a scroll area would make the workspace as high as the form would like to be."""
        return False

    def show_recent(self, workouts: Sequence[Workout], units: Units) -> None:
        self._anything_sent = bool(workouts)
        self.earlier.show_recent(workouts, units)
        self._show_hint()
        self._sharing.start()

    def set_online(self, online: bool) -> None:
        """Whether workouts go on at once."""
        self._online = online
        self._show_hint()

    def set_why_not(self, why_not: str) -> None:
        """Disable the form, for this reason; empty: enable it."""
        self._why_not = why_not
        self.setEnabled(not why_not)
        self._show_hint()

    def show_purpose(self, *, repairing: bool, was: str = "") -> None:
        """`was`: the figures of the workout that is corrected."""
        title, button = ("Repair a workout", "Send repaired") if repairing else ("New workout", "Submit")
        if was:
            title, button = "Correct a workout", "Send correction"
            self.mark.hide()
        self.title.setText(title)
        self.submit_button.set_text(button)
        self.was.setText(was)
        self.was.setVisible(bool(was))
        self._show_hint()

    def mark_draft(self, *, kept: bool) -> None:
        self.mark.setVisible(kept and self.was.isHidden())

    def update_mnemonics(self) -> None:
        """Alt was pressed or let go: underlined letters come or go."""
        self.body_fields.update_labels()

    def _show_hint(self) -> None:
        if self._why_not:
            self.hint.show_text("", self._why_not)
        elif not self._online:
            self.hint.show_text("tray-arrow-down", "Kept on this computer until it can be sent")
        elif self.was.text():
            self.hint.show_text("", "Esc leaves it as it is")
        elif self._anything_sent:
            self.hint.show_text("", "Enter adds it and returns to Athlete")
        else:
            self.hint.show_keys()

    def _build(self) -> None:
        self._head = QWidget()
        head = QHBoxLayout(self._head)
        head.setContentsMargins(0, 0, SIDE_PX, 12)
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.mark)
        head.addWidget(self.was)
        self.title.setMinimumHeight(24)
        self._scroll.put_in(self.body_fields)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.body_fields.installEventFilter(self)
        self.body.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # see minimumSizeHint
        self.body.setContentsMargins(SIDE_PX, PADDING_PX, 0, PADDING_PX)
        self.body.addWidget(self._head)
        self.body.addWidget(self._scroll, 1000)
        self.body.addLayout(self._build_foot())
        self.body.addStretch(1)

    def _build_foot(self) -> QHBoxLayout:
        column = Panel("Send", role="well", padding_px=0)
        column.setProperty("role", "plain")
        self._earlier_box = QWidget()
        earlier = QVBoxLayout(self._earlier_box)
        earlier.setContentsMargins(0, ABOVE_RULE_PX, 0, 0)
        earlier.setSpacing(BELOW_RULE_PX)
        earlier.addWidget(Rule())
        earlier.addWidget(self.earlier)
        self._card_box = QWidget()
        box = QVBoxLayout(self._card_box)
        box.setContentsMargins(0, CARD_GAP_PX, 0, 0)
        box.addWidget(self.card)
        column.body.addWidget(self._card_box)
        column.body.addSpacing(FOOT_GAP_PX)
        column.body.addWidget(self.strip)
        column.body.addWidget(self.submit_button)
        column.body.addWidget(self.hint)
        column.body.addWidget(self._earlier_box)
        column.installEventFilter(self)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, SIDE_PX, 0)
        row.addWidget(column)
        return row

    @Slot()
    def _on_share_due(self) -> None:
        """The fields get what they need, and all else what is left; the fields scroll when that is too little."""
        px = self._theme.px
        fields_px = self.body_fields.height_for(self._inner_px)
        least_px = min(fields_px, px(WANTED_SCROLL_PX))
        left_px = self.height() - FIXED_PX - self._strip_px()
        has_head = left_px - HEAD_PX >= px(LEAST_SCROLL_PX)
        left_px -= HEAD_PX if has_head else 0
        card_px = SMALL_CARD_PX if left_px - CARD_GAP_PX - px(SMALL_CARD_PX) >= least_px else 0
        left_px -= CARD_GAP_PX + px(card_px) if card_px else 0
        has_hint = left_px - px(HINT_PX) >= least_px
        left_px -= px(HINT_PX) if has_hint else 0
        badges_px = px(CARD_HEIGHT_PX) - px(SMALL_CARD_PX)
        if has_hint and card_px and left_px - badges_px >= fields_px:
            left_px -= badges_px
            card_px = CARD_HEIGHT_PX
        self._head.setVisible(has_head)
        self._card_box.setVisible(card_px > 0)
        self.card.take_height(card_px)
        self.hint.setVisible(has_hint)
        used_px = self.earlier.fit(max(0, left_px - fields_px - ABOVE_RULE_PX - 1 - BELOW_RULE_PX))
        self._earlier_box.setVisible(used_px > 0)
        scrolls = fields_px > left_px
        bar = Qt.ScrollBarPolicy.ScrollBarAlwaysOn if scrolls else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self._scroll.setVerticalScrollBarPolicy(bar)
        self.body_fields.set_right_margin(SIDE_PX - SCROLL_BAR_PX if scrolls else SIDE_PX)
        self._scroll.setMinimumHeight(px(LEAST_SCROLL_PX))
        self._scroll.setMaximumHeight(max(px(LEAST_SCROLL_PX), min(fields_px, left_px)))

    @property
    def _inner_px(self) -> int:
        return self.width() - 2 * SIDE_PX - EDGE_PX

    def _strip_px(self) -> int:
        return 0 if self.strip.isHidden() else self.strip.fit(self._inner_px)
