"""The frame of every dialog: what it holds scrolls, its title and its buttons stay in view."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from gui.theme.theme import Theme
from gui.widgets.buttons import Button
from gui.widgets.keys import is_held
from gui.widgets.labels import Label
from gui.widgets.scroll_area import ScrollArea

EDGE_PX, GAP_PX = 20, 16
SCROLL_BAR_PX = 10
QUESTION_PX = 400
TITLE_BAR_PX = 40  # of the window manager, which says its height only after the dialog was placed


class Dialog(QDialog):
    """As large as its content, within the screen. Ignores keys held down since before it opened.

    Fill `body`, which scrolls where the screen is low, and `foot`, the row of the buttons.
    """

    def __init__(
        self, theme: Theme, title: str, *, width_px: int, words: str = "", parent: QWidget | None = None
    ) -> None:
        """`words`: what stands at the top instead of the title. `width_px`: at the usual size of texts."""
        super().__init__(parent)
        self._theme, self._width_px = theme, width_px
        self.setWindowTitle(title)
        self.setAccessibleName(words or title)
        self.setModal(True)
        self._heading = Label(theme, words or title, "title" if words else "headline")
        self._heading.setWordWrap(True)
        self._inside = QWidget()
        self.body, self.foot = QVBoxLayout(self._inside), QHBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        self.foot.setSpacing(8)
        self.area = ScrollArea(upright=False)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.put_in(self._inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(EDGE_PX, GAP_PX, EDGE_PX, GAP_PX)
        column.setSpacing(GAP_PX)
        column.addWidget(self._heading)
        column.addWidget(self.area, 1)
        column.addLayout(self.foot)
        self._inside.installEventFilter(self)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus_changed)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()
        parent = self.parentWidget()
        if parent is not None:
            self._place(parent.window().frameGeometry().center() - self.rect().center())
        self.activateWindow()  # needed to receive keys where there is no window manager

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest and self.isVisible():
            self._fit()
        return False

    @override
    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest and self.isVisible():
            self._fit()
        return done

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not is_held(event):
            super().keyPressEvent(event)

    def _screen(self) -> QRect:
        return (self.parentWidget() or self).screen().availableGeometry()

    def _fit(self) -> None:
        room, frame = self._screen(), self.frameGeometry().size() - self.size()
        least_px = self._inside.minimumSizeHint().width() + SCROLL_BAR_PX + 2 * EDGE_PX
        width_px = min(max(self._theme.px(self._width_px), least_px), room.width() - frame.width())
        inner_px = width_px - 2 * EDGE_PX
        parts = (self._heading, self._inside.layout() or self._inside, self.foot)
        needed = sum(
            part.heightForWidth(inner_px) if part.hasHeightForWidth() else part.sizeHint().height() for part in parts
        )
        height = min(needed + 4 * GAP_PX, room.height() - TITLE_BAR_PX)
        self.resize(width_px, height)
        self._place(self.pos())

    def _place(self, corner: QPoint) -> None:
        """Move there, but not out of the screen."""
        frame, room = QRect(corner, self.frameGeometry().size()), self._screen()
        if frame.height() == self.height():  # no title bar is known yet
            frame.setHeight(self.height() + TITLE_BAR_PX)
        frame.moveRight(min(frame.right(), room.right()))
        frame.moveBottom(min(frame.bottom(), room.bottom()))
        frame.moveLeft(max(frame.left(), room.left()))
        frame.moveTop(max(frame.top(), room.top()))
        self.move(frame.topLeft())

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self._inside.isAncestorOf(now):
            self.area.ensureWidgetVisible(now)


class QuestionDialog(Dialog):
    """Asks before something is done that is not easily undone. Enter and Esc keep everything as it is."""

    confirmed = Signal(object)  # what it was opened with

    def __init__(
        self,
        theme: Theme,
        title: str,
        words: str,
        text: str,
        of: object,
        *,
        act: str,
        icon: str,
        keep: str,
        parent: QWidget | None = None,
    ) -> None:
        """`of`: what `confirmed` carries; `act` and `keep`: the words of the two buttons."""
        super().__init__(theme, title, width_px=QUESTION_PX, words=words, parent=parent)
        self._of = of
        label = Label(theme, text, "body", "second")
        label.setWordWrap(True)
        self.act_button = Button(theme, act, icon, role="danger")
        self.keep_button = Button(theme, keep, role="default")
        self.keep_button.setDefault(True)
        self.act_button.setAutoDefault(False)
        self.body.addWidget(label)
        self.foot.addStretch(1)
        self.foot.addWidget(self.act_button)
        self.foot.addWidget(self.keep_button)
        self.keep_button.setFocus()
        self.keep_button.clicked.connect(self.reject)
        self.act_button.clicked.connect(self._on_act)

    @Slot()
    def _on_act(self) -> None:
        self.accept()
        self.confirmed.emit(self._of)
