"""A scroll area without frame and background."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QWidget
from typing_extensions import override

AROUND_PX = 44  # in view above and below what has the focus: a label, two lines of a message


class ScrollArea(QScrollArea):
    """A scroll area without a frame or background: the parent shows through.

    What has the focus stays in view, however it got it and whatever comes or goes around it; Qt itself scrolls for the
    Tab key alone. A click scrolls nothing away from under the pointer.
    """

    def __init__(self, *, upright: bool = True, parent: QWidget | None = None) -> None:
        """`upright`: the content is as wide as the area and scrolls only vertically."""
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._show_focus)
        if upright:
            self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def put_in(self, widget: QWidget) -> None:
        """Replace the content."""
        self.setWidget(widget)
        # setWidget makes both paint a background.
        self.viewport().setAutoFillBackground(False)
        widget.setAutoFillBackground(False)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        done = super().eventFilter(watched, event)
        if event.type() is QEvent.Type.Resize and watched is self.widget():
            self._show_focus()
        return done

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_focus()

    @Slot()
    def _show_focus(self) -> None:
        focused, content = QApplication.focusWidget(), self.widget()
        clicked = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
        if focused is not None and content is not None and content.isAncestorOf(focused) and not clicked:
            centre, seen = focused.mapTo(content, focused.rect().center()), self.viewport().size() / 2
            around_px = min(focused.height() // 2 + AROUND_PX, seen.height())
            self.ensureVisible(centre.x(), centre.y(), min(focused.width() // 2, seen.width()), around_px)
