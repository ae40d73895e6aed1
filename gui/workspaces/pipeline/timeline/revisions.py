"""The revisions of a workout below its timeline, newest first: who sent each, when, and what it changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import tzinfo

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from core.workouts.revisions import RevisionKind, RevisionStep
from gui.charts.plot_decorations import draw_text, text_width
from gui.forms.formatting import Units
from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.palette import Role
from gui.theme.theme import Theme
from gui.widgets import Label, Rule
from gui.widgets.announcements import show_note
from gui.widgets.cells import draw_elided, draw_wrapped, wrapped_height
from gui.widgets.keys import is_held, pressed
from gui.workspaces.pipeline.timeline.revision_texts import ChangeText, RevisionFormat, RevisionText

MOST_SHOWN = 50  # blocks; further ones are counted
# At the usual size of texts, but for the disc.
_DISC_PX, _HEAD_PX, _LINE_PX, _BELOW_PX = 24.0, 38.0, 19.0, 10.0
_LEFT_PX, _ARROW_PX = _DISC_PX + 10, 12.0
_MARKS: dict[RevisionKind, tuple[str, Role]] = {
    "new": ("send-outline", "neutral"),
    "correction": ("pencil-outline", "accent"),
    "deletion": ("trash-can-outline", "failed"),
}
_RIGHT = Qt.AlignmentFlag.AlignRight


class RevisionBlock(QWidget):
    """Main thread. One revision; it can have the focus."""

    again_requested = Signal(object)  # itself
    stepped = Signal(object, int)  # itself, how far

    def __init__(self, theme: Theme, text: RevisionText, *, can_use: bool) -> None:
        super().__init__()
        self._theme, self.text, self._can_use = theme, text, can_use
        self.changes = [change.shown for change in text.changes]
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text.spoken)
        self.setToolTip(text.copied if any(change != shown for change, shown in self._pairs()) else "")
        theme.changed.connect(self._fit)

    def _pairs(self) -> zip[tuple[ChangeText, ChangeText]]:
        return zip(self.text.changes, self.changes, strict=True)

    def open_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        again, copy = SHORTCUTS[Scope.WORKOUTS]["again"], SHORTCUTS[Scope.TABLE]["copy"]
        menu.addAction(again.entry("&Use these values again"), self._on_again).setEnabled(self._can_use)
        menu.addAction(copy.entry("&Copy this revision"), self._on_copy)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))
        return menu

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Up:
                self.stepped.emit(self, -1)
                return
            case Qt.Key.Key_Down:
                self.stepped.emit(self, 1)
                return
        if pressed(Scope.WORKOUTS, event) == "again" and not is_held(event):
            self._on_again()
        elif pressed(Scope.TABLE, event) == "copy":
            self._on_copy()
        elif pressed(Scope.TABLE, event) == "menu":
            self.open_menu()
        else:
            super().keyPressEvent(event)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.setFocus()
        self.open_menu()

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(280, round(self._height()))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    @Slot()
    def _fit(self) -> None:
        self.setFixedHeight(round(self._height()))
        self.update()

    @property
    def _room_px(self) -> float:
        return self.width() - _LEFT_PX

    def _height(self) -> float:
        px = self._theme.px
        line_px = wrapped_height(self._theme, self.text.line, self._room_px, "small") if self.text.line else 0.0
        return px(_HEAD_PX) + sum(map(self._change_px, self.changes)) + line_px + px(_BELOW_PX)

    def _fits(self, change: ChangeText) -> bool:
        """Whether name and both values stand in one line."""
        px = sum(text_width(self._theme, text, "body") for text in (change.label, change.before, change.after))
        return px + _ARROW_PX + 3 * 6 <= self._room_px

    def _change_px(self, change: ChangeText) -> float:
        line_px = self._theme.px(_LINE_PX)
        if self._fits(change):
            return line_px
        return line_px + wrapped_height(self._theme, _both(change), self._room_px, "body") + 2

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, text, px = self._theme, self.text, self._theme.px
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -5), 6, 6)
        icon, role = _MARKS[text.kind]
        disc = QRectF(4, 6, _DISC_PX - 2, _DISC_PX - 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.tint(role, 22)))
        painter.drawEllipse(disc)
        theme.paint_icon(
            painter, disc.adjusted(4, 4, -4, -4), icon, theme.colour("second" if role == "neutral" else role)
        )
        stamp_px = text_width(theme, text.when) + 12
        head = QRectF(_LEFT_PX, 2, self._room_px - stamp_px, px(18))
        right = draw_elided(painter, theme, head, text.number, "title", "text")
        rest = QRectF(right + 6, 2, head.right() - right - 6, px(18))
        draw_elided(painter, theme, rest, text.done, "body", "text")
        draw_text(painter, theme, QPointF(self.width() - 6, 2 + px(9)), text.when, theme.ink("second"), align=_RIGHT)
        who = QRectF(_LEFT_PX, px(19), self._room_px - 6, px(17))
        draw_elided(painter, theme, who, text.who, "small", "second")
        top = float(px(_HEAD_PX))
        for change in self.changes:
            self._paint_change(painter, top, change)
            top += self._change_px(change)
        if text.line:
            draw_wrapped(painter, theme, QRectF(_LEFT_PX, top, self._room_px - 6, 1e4), text.line, "small", "second")

    def _paint_change(self, painter: QPainter, top: float, change: ChangeText) -> None:
        theme, line_px = self._theme, self._theme.px(_LINE_PX)
        box = QRectF(_LEFT_PX, top, self._room_px - 6, line_px)
        draw_elided(painter, theme, box, change.label, "body", "second")
        if not self._fits(change):
            below = QRectF(_LEFT_PX, top + line_px, self._room_px - 6, 1e4)
            draw_wrapped(painter, theme, below, _both(change), "body", "text")
            return
        draw_elided(painter, theme, box, change.after, "body", "text", right=True)
        right = box.right() - text_width(theme, change.after, "body") - 6
        arrow = QRectF(right - _ARROW_PX, round(box.center().y() - _ARROW_PX / 2), _ARROW_PX, _ARROW_PX)
        theme.paint_icon(painter, arrow, "arrow-right", theme.colour("second"))
        box.setRight(arrow.left() - 6)
        draw_elided(painter, theme, box, change.before, "body", "second", right=True)

    @Slot()
    def _on_again(self) -> None:
        if self._can_use:
            self.again_requested.emit(self)
        else:
            show_note(self, "It has no values to use again")

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.copied)
        show_note(self, f"Revision {self.text.number[1:]} is copied")


class RevisionsList(QWidget):
    """Main thread. Hidden while there is no more than one revision. Up and Down go from one to the next."""

    again_requested = Signal(object)  # body fields of a revision

    def __init__(
        self, theme: Theme, zone: tzinfo | None, *, now_ms: Callable[[], int], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._zone, self._now_ms = theme, zone, now_ms
        self._units = Units()
        self.outbox = ""  # of this console
        self._steps: tuple[RevisionStep, ...] = ()
        self.blocks: list[RevisionBlock] = []
        self.setAccessibleName("Revisions")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 8, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(Rule())
        self._column.addSpacing(10)
        self._column.addWidget(Label(theme, "Revisions", "title"))
        self._column.addSpacing(4)
        self._more = Label(theme, "", "small", "second")
        self._column.addWidget(self._more)
        self.hide()

    def show_steps(self, steps: Sequence[RevisionStep]) -> None:
        """As they were read, the oldest first."""
        if tuple(steps) != self._steps:
            self._steps = tuple(steps)
            self._show()

    def set_units(self, units: Units) -> None:
        self._units = units
        self._show()

    def focus_first(self) -> bool:
        """The newest one; whether there is one to show."""
        if self.isHidden():
            return False
        self.blocks[0].setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    def _show(self) -> None:
        focused = next((place for place, block in enumerate(self.blocks) if block.hasFocus()), None)
        for block in self.blocks:
            block.hide()
            block.deleteLater()
        shown = len(self._steps) > 1
        texts = RevisionFormat(self._now_ms(), self._zone, self._units, self.outbox).texts(self._steps) if shown else ()
        newest_first = tuple(reversed(self._steps))
        self.blocks = [
            RevisionBlock(self._theme, text, can_use=newest_first[place].revision.fields is not None)
            for place, text in enumerate(texts[:MOST_SHOWN])
        ]
        for place, block in enumerate(self.blocks):
            block.again_requested.connect(self._on_again)
            block.stepped.connect(self._on_stepped)
            self._column.insertWidget(4 + place, block)
        more = len(texts) - len(self.blocks)
        self._more.setText(f"{more:,} older ones are not shown")
        self._more.setVisible(more > 0)
        self.setVisible(shown)
        if self.blocks:
            self.blocks[0].setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if focused is not None and self.blocks:
            self.blocks[min(focused, len(self.blocks) - 1)].setFocus()

    @Slot(object, int)
    def _on_stepped(self, block: RevisionBlock, by: int) -> None:
        place = self.blocks.index(block) + by
        if 0 <= place < len(self.blocks):
            self.blocks[place].setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot(object)
    def _on_again(self, block: RevisionBlock) -> None:
        fields = self._steps[len(self._steps) - 1 - self.blocks.index(block)].revision.fields
        self.again_requested.emit(fields)


def _both(change: ChangeText) -> str:
    return f"{change.before} → {change.after}"
