"""The view of the flow: one stop for Tab, with arrow keys from part to part inside."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QRect, QSizeF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QFrame, QGraphicsView, QSizePolicy, QWidget
from typing_extensions import override

from core.live.flow import Movement
from gui.theme.theme import Theme
from gui.widgets.announcements import announce
from gui.workspaces.demo.flow.layout import least_size
from gui.workspaces.demo.flow.part_keys import PartKeys
from gui.workspaces.demo.flow.scene import FlowScene

FRAME_MS = 16
_NAME = "The flow"


class FlowView(QGraphicsView):
    """Main thread. While something moves, it is painted again up to 60 times a second; else only what changed."""

    part_activated = Signal(str)  # clicked, or Enter or Space
    left = Signal()  # Esc, a click on none, another part, or the focus went away

    def __init__(
        self, theme: Theme, now_ms: Callable[[], int], spoken: Callable[[str], str], parent: QWidget | None = None
    ) -> None:
        """`spoken`: what a screen reader says of a part."""
        super().__init__(parent)
        self._theme, self._now_ms, self._spoken = theme, now_ms, spoken
        self.flow = FlowScene(theme, self)
        self.current = ""  # the part that has the focus inside
        self._hovered = ""
        self.setScene(self.flow)
        self._frames = QTimer(self)
        self._frames.setTimerType(Qt.TimerType.PreciseTimer)
        self._frames.setInterval(FRAME_MS)
        self._frames.timeout.connect(self.step)
        self.keys = PartKeys(self)
        self._set_up()
        self._connect()

    @property
    def is_moving(self) -> bool:
        return self._frames.isActive()

    def launch(self, movements: Sequence[Movement]) -> None:
        self.flow.launch(movements, self._now_ms())
        if self.flow.dots.alive and not self._frames.isActive():
            self._frames.start()

    @Slot()
    def step(self) -> None:
        """Move all dots to where they are now."""
        if not self.flow.dots.step(self._now_ms()):
            self._frames.stop()

    def stop(self) -> None:
        """Without dots, until some are launched."""
        self._frames.stop()
        self.flow.dots.clear()

    def go_to(self, part: str) -> None:
        """Make it the part that has the focus inside, and say so."""
        if part != self.current:
            self.left.emit()
            self.current = part
        self.flow.reveal(part)
        self._show_focus()
        item = self.flow.item_of(part)
        if item is not None:
            self.ensureVisible(item.box, 4, 4)
            self.refresh_names()
            announce(self, self._spoken(part), at_once=True)

    def box_of(self, part: str) -> QRect:
        """Where a part is in the viewport; empty for one that is not shown."""
        item = self.flow.item_of(part)
        if item is None:
            return QRect()
        return QRect(self.mapFromScene(item.box.topLeft()), item.box.size().toSize())

    def refresh_names(self) -> None:
        """The numbers changed: a screen reader reads the new ones when it asks."""
        if self.current and self.flow.item_of(self.current) is None:
            self.left.emit()
            self.current = ""
        name = f"{_NAME}: {self._spoken(self.current)}" if self.current else _NAME
        if name != self.keys.accessibleName():
            self.keys.setAccessibleName(name)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        part = self._part_at(event)
        if part:
            self.go_to(part)
            self.keys.setFocus(Qt.FocusReason.MouseFocusReason)
            self.part_activated.emit(part)
        else:
            self.left.emit()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The second click of a double click is none of its own."""

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._part_at(event))

    @override
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover("")

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.stop()

    def _set_up(self) -> None:
        self.setAccessibleName(_NAME)
        self.keys.setAccessibleName(_NAME)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setBackgroundBrush(Qt.BrushStyle.NoBrush)
        self.viewport().setAutoFillBackground(False)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontAdjustForAntialiasing)  # see DotPath
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFocusProxy(self.keys)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def _connect(self) -> None:
        self._theme.changed.connect(self._on_theme_changed)
        self.keys.arrow_pressed.connect(self._on_arrow_pressed)
        self.keys.end_pressed.connect(self._on_end_pressed)
        self.keys.clicked.connect(self._on_clicked)
        self.keys.escape_pressed.connect(self.left)
        self.keys.focus_changed.connect(self._on_focus_changed)

    def _part_at(self, event: QMouseEvent) -> str:
        return self.flow.part_at(self.mapToScene(event.position().toPoint()))

    def _hover(self, part: str) -> None:
        if part == self._hovered:
            return
        for each, hovered in ((self._hovered, False), (part, True)):
            item = self.flow.item_of(each)
            if item is not None:
                item.set_hovered(hovered)
        self._hovered = part
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if part else Qt.CursorShape.ArrowCursor)

    def _show_focus(self) -> None:
        for part in self.flow.parts():
            item = self.flow.item_of(part)
            if item is not None:
                item.set_focused(self.keys.hasFocus() and part == self.current)

    def _fit(self) -> None:
        """All of it, or what needs no smaller texts, which is scrolled."""
        room, least = QSizeF(self.maximumViewportSize()), least_size(self._theme.text_factor)
        is_small = room.width() < least.width() or room.height() < least.height()
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if is_small else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setHorizontalScrollBarPolicy(policy)
        self.setVerticalScrollBarPolicy(policy)
        self.flow.fit(room)
        self.keys.setGeometry(self.viewport().geometry())

    @Slot()
    def _on_theme_changed(self) -> None:
        self._fit()

    @Slot(int, int)
    def _on_arrow_pressed(self, dx: int, dy: int) -> None:
        self.go_to(self.flow.next_part(self.current, dx, dy))

    @Slot(bool)
    def _on_end_pressed(self, first: bool) -> None:
        self.go_to(self.flow.parts()[0 if first else -1])

    @Slot()
    def _on_clicked(self) -> None:
        if self.current:
            self.part_activated.emit(self.current)

    @Slot(bool)
    def _on_focus_changed(self, has_focus: bool) -> None:
        if has_focus and not self.current:
            self.go_to(self.flow.parts()[0])
        self._show_focus()
