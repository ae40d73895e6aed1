"""The banner over the workspace: a problem, what the program does about it, and a button for the user."""

from __future__ import annotations

from typing import get_args

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QPlainTextEdit, QSizePolicy, QWidget
from typing_extensions import override

from gui.frame.actions import FrameActions
from gui.frame.view_models import BannerView, Offer
from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.acts import ACTS
from gui.theme.palette import Role
from gui.theme.theme import Theme
from gui.widgets import Button, Dialog, ElidedLabel, IconButton, Label, restyle
from gui.widgets.announcements import announce

HEIGHT_PX, NARROW_PX = 40, 760
GAP_PX = 10

_ICONS: dict[str, tuple[str, Role]] = {
    "offline": ("power-plug-off-outline", "failed"),
    "problem": ("alert-outline", "failed"),
    "warning": ("alert-outline", "waiting"),
    "notice": ("information-outline", "accent"),
}


class _BannerIcon(QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._icon = theme, _ICONS["problem"]
        self.setFixedSize(QSize(18, 18))
        theme.changed.connect(self._on_theme_changed)

    def show_kind(self, kind: str) -> None:
        self._icon = _ICONS[kind]
        self.setAccessibleName(kind)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        name, role = self._icon
        self._theme.paint_icon(painter, QRectF(self.rect()), name, self._theme.colour(role))

    @Slot()
    def _on_theme_changed(self) -> None:
        self.update()


class _Texts(QWidget):
    """Headline and words side by side; where that would cut one of them, one below the other, and a headline that is
    longer than a line in two. What is longer still is whole in the details."""

    def __init__(self, headline: ElidedLabel, words: ElidedLabel) -> None:
        super().__init__()
        self._headline, self._words = headline, words
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.addWidget(headline)
        self._box.addWidget(words, 1)
        self.fit()

    def fit(self) -> None:
        """Call when a text has changed."""
        self._headline.set_two_lines(self._headline.sizeHint().width() > self.width() > 0)
        wanted_px = self._headline.sizeHint().width() + GAP_PX + self._words.sizeHint().width()
        stacked = bool(self._words.text()) and wanted_px > self.width()
        self._box.setDirection(QBoxLayout.Direction.TopToBottom if stacked else QBoxLayout.Direction.LeftToRight)
        self._box.setSpacing(0 if stacked else GAP_PX)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()


class Banner(QFrame):
    """Hidden without a problem. A banner that the user closed stays closed until another one is shown."""

    details_requested = Signal(object)  # BannerView
    dismissed = Signal(str)  # key

    def __init__(self, theme: Theme, actions: FrameActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._view: BannerView | None = None
        self._closed_key = ""
        self._announced = ("", "")
        self.setProperty("role", "banner")
        self.setMinimumHeight(HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._build_words()
        self._build_buttons(actions)
        self._build_row()
        self.hide()

    def _build_words(self) -> None:
        self._icon = _BannerIcon(self._theme)
        self.headline = ElidedLabel(self._theme, "", "title")
        self.words = ElidedLabel(self._theme, "", "body")
        self._texts = _Texts(self.headline, self.words)
        self._next_words = Label(self._theme, "Next try in", "body", "second")
        self._next_value = Label(self._theme, "", "medium")

    def _build_buttons(self, actions: FrameActions) -> None:
        self.offers: dict[Offer, Button] = {}
        for offer in get_args(Offer):
            act = ACTS["resume" if offer == "pause" else offer]
            words = SHORTCUTS[Scope.BANNER][offer].words
            button = self.offers[offer] = Button(self._theme, words, act.icon, icon_role="text")
            button.clicked.connect(getattr(actions, offer).trigger)
        self.details = Button(self._theme, "Details", role="quiet")
        self.close_button = IconButton(self._theme, "close", "Close this message")
        self.details.clicked.connect(self._on_details)
        self.close_button.clicked.connect(self._on_close)

    def _build_row(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(13, 3, 5, 3)
        row.setSpacing(0)
        row.addWidget(self._icon)
        row.addSpacing(9)
        row.addWidget(self._texts, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addSpacing(12)
        row.addWidget(self._next_words)
        row.addSpacing(4)
        row.addWidget(self._next_value)
        row.addSpacing(14)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for button in (*self.offers.values(), self.details):
            buttons.addWidget(button)
        row.addLayout(buttons)
        row.addWidget(self.close_button)
        row.addSpacing(2)

    @property
    def view(self) -> BannerView | None:
        return self._view

    def show_view(self, view: BannerView | None) -> None:
        if view == self._view:
            return
        self._view = view
        if view is None or view.key != self._closed_key:
            self._closed_key = ""
        if view is None or self._closed_key:
            self._announced = ("", "")
            self.hide()
            return
        self._fill(view)
        self.show()

    def _fill(self, view: BannerView) -> None:
        if self.property("kind") != view.kind:
            self.setProperty("kind", view.kind)
            restyle(self)
        self._icon.show_kind(view.kind)
        self.headline.setText(view.headline)
        self.words.setText(view.text)
        self._texts.fit()
        self.setAccessibleName(view.sentence)
        keys = [SHORTCUTS[Scope.BANNER][offer].hint() for offer in view.offers]
        self.setAccessibleDescription(", ".join(keys))
        if (view.key, view.headline) != self._announced:  # not at each number that changes
            self._announced = (view.key, view.headline)
            announce(self, " ".join([view.sentence, *(f"{key}." for key in keys)]))
        counting = view.next_try_s is not None
        self._next_words.setVisible(counting)
        self._next_value.setVisible(counting)
        self._next_value.setText(f"{view.next_try_s} s" if counting else "")
        for offer, button in self.offers.items():
            button.setVisible(offer in view.offers)
        self.details.setVisible(bool(view.details))
        self.close_button.setVisible(view.can_close)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for button in self.offers.values():
            button.set_compact(self.width() < NARROW_PX)  # the reason needs the room

    @Slot()
    def _on_details(self) -> None:
        if self._view is not None:
            self.details_requested.emit(self._view)

    @Slot()
    def _on_close(self) -> None:
        if self._view is not None:
            self._closed_key = self._view.key
            self.hide()
            self.dismissed.emit(self._view.key)


class DetailsDialog(Dialog):
    """Shows all details of a banner, with a button to copy them."""

    def __init__(self, theme: Theme, view: BannerView, parent: QWidget | None = None) -> None:
        super().__init__(theme, "Details", width_px=560, words=view.headline, parent=parent)
        text = Label(theme, view.text, "body", "second")
        text.setWordWrap(True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        text.setVisible(bool(view.text))
        self.body.addWidget(text)
        self.body.addSpacing(12)
        self.text = QPlainTextEdit(view.details)
        self.text.setReadOnly(True)
        self.text.setFont(theme.font("body"))
        self.text.setAccessibleName("Details")
        self.body.addWidget(self.text, 1)
        self._copied = Label(theme, "", "small", "second")
        self.foot.addWidget(self._copied)
        self.foot.addStretch(1)
        self.copy = Button(theme, "&Copy", ACTS["copy"].icon)
        self.copy.clicked.connect(self._on_copy)
        done = Button(theme, "C&lose")
        done.clicked.connect(self.accept)
        self.foot.addWidget(self.copy)
        self.foot.addWidget(done)

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self._copied.setText("Copied")
