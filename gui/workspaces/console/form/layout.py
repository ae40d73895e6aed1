"""Where the parts of the form stand: head, fields that scroll, question, button, hint, and what follows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from core.workouts.model import Workout
from gui.forms.form_parts import ConfirmBar, HintLine, IconText
from gui.forms.formatting import Units
from gui.theme.theme import Theme
from gui.widgets import Button, Label, Panel, Rule, ScrollArea
from gui.widgets.timers import once_timer
from gui.workspaces.console.form.body import FormBody
from gui.workspaces.console.form.recent_workouts import SendAgain

WIDTH_PX = 300
SIDE_PX = 12  # and 1 of the panel's line
EDGE_PX = 2  # that line above and below
SCROLL_BAR_PX = 10
LEAST_SCROLL_PX = 120
ABOVE_RULE_PX, BELOW_RULE_PX = 12, 10


class FormFrame(Panel):
    """Lays the form out and shares its height: the button always in view, earlier workouts where there is room."""

    def __init__(self, theme: Theme, *, now_ms: Callable[[], int]) -> None:
        super().__init__("New workout")
        self._theme = theme
        self._online, self._kind, self._anything_sent = True, "", False
        self.setFixedWidth(WIDTH_PX)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.title = Label(theme, "New workout", "title")
        self.mark = IconText(theme, "check-bold", "Draft kept")
        self.undo_button = Button(theme, "Cleared. Undo", "undo", role="small")
        self.body_fields = FormBody(theme)
        self.card = self.body_fields.card
        self.strip = ConfirmBar(theme, now_ms=now_ms)
        self.submit_button = Button(theme, "Submit", role="primary", key="Enter")
        self.hint = HintLine(theme)
        self.send_again = SendAgain(theme)
        self._scroll = ScrollArea()
        self._sharing = once_timer(self, 0, self._on_share_due)
        self._build()
        self.mark.hide()
        self.undo_button.hide()
        self._show_hint()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._on_share_due()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            self._sharing.start()
        return super().eventFilter(watched, event)

    def show_recent(self, workouts: Sequence[Workout], units: Units) -> None:
        self._anything_sent = bool(workouts)
        self.send_again.show_recent(workouts, units)
        self._show_hint()
        self._sharing.start()

    def set_link(self, online: bool, kind: str) -> None:
        """Whether workouts go on at once, and to what (`RabbitMQ`)."""
        self._online, self._kind = online, kind
        self._show_hint()

    def show_repairing(self, repairing: bool) -> None:
        self.title.setText("Repair a workout" if repairing else "New workout")
        self.submit_button.set_text("Send repaired" if repairing else "Submit")

    def mark_draft(self, *, kept: bool) -> None:
        self.mark.setVisible(kept and self.undo_button.isHidden())

    def offer_undo(self, offered: bool) -> None:
        self.undo_button.setVisible(offered)
        if offered:
            self.mark.hide()

    @Slot(str)
    def show_field(self, name: str) -> None:
        """Scroll a field into view, its message too."""
        self._on_share_due()
        self._scroll.ensureWidgetVisible(self.body_fields.fields[name], 0, 8)

    def update_mnemonics(self) -> None:
        """Alt was pressed or let go: underlined letters come or go."""
        self.body_fields.update_labels()

    def _show_hint(self) -> None:
        if not self._online:
            self.hint.show_text("tray-arrow-down", f"Kept on this computer until {self._kind} is back")
        elif self._anything_sent:
            self.hint.show_text("", "Enter adds it and returns to Athlete")
        else:
            self.hint.show_keys()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, SIDE_PX, 0)
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.mark)
        head.addWidget(self.undo_button)
        self.title.setFixedHeight(24)
        self._scroll.put_in(self.body_fields)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.body_fields.installEventFilter(self)
        self.body.setContentsMargins(SIDE_PX, 11, 0, 11)
        self.body.addLayout(head)
        self.body.addSpacing(12)
        self.body.addWidget(self._scroll, 1000)
        self._scroll.setMinimumHeight(LEAST_SCROLL_PX)
        self.body.addSpacing(16)
        foot = self._build_foot()
        self.body.addLayout(foot)
        self.body.addStretch(1)

    def _build_foot(self) -> QHBoxLayout:
        column = Panel("Send", role="well", padding_px=0)
        column.setProperty("role", "plain")
        self._earlier = QWidget()
        earlier = QVBoxLayout(self._earlier)
        earlier.setContentsMargins(0, ABOVE_RULE_PX, 0, 0)
        earlier.setSpacing(BELOW_RULE_PX)
        earlier.addWidget(Rule())
        earlier.addWidget(self.send_again)
        column.body.addWidget(self.strip)
        column.body.addWidget(self.submit_button)
        column.body.addSpacing(8)
        column.body.addWidget(self.hint)
        column.body.addWidget(self._earlier)
        column.installEventFilter(self)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, SIDE_PX, 0)
        row.addWidget(column)
        return row

    @Slot()
    def _on_share_due(self) -> None:
        """The fields get what they need, earlier workouts what is left; the fields scroll when that is too little."""
        fields_px = self.body_fields.sizeHint().height()
        fixed_px = EDGE_PX + 11 + 24 + 12 + 16 + 36 + 8 + 18 + 11
        if not self.strip.isHidden():
            fixed_px += self.strip.fit(WIDTH_PX - 2 * SIDE_PX - EDGE_PX)
        spare_px = self.height() - fixed_px - fields_px - ABOVE_RULE_PX - 1 - BELOW_RULE_PX
        used_px = self.send_again.fit(max(0, spare_px))
        self._earlier.setVisible(used_px > 0)
        room_px = max(LEAST_SCROLL_PX, self.height() - fixed_px - 8)
        scrolls = fields_px > room_px
        bar = Qt.ScrollBarPolicy.ScrollBarAlwaysOn if scrolls else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self._scroll.setVerticalScrollBarPolicy(bar)
        right_px = SIDE_PX - SCROLL_BAR_PX if scrolls else SIDE_PX
        self.body_fields.set_right_margin(right_px)
        self._scroll.setMaximumHeight(max(LEAST_SCROLL_PX, min(fields_px, room_px)))
