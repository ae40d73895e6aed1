"""Small parts of the form: the mark at its head, the question before sending, the line below the button."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget
from typing_extensions import override

from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.theme import Theme
from gui.widgets import Button, ElidedLabel, KeyCap, Label, ReadingTime, is_enter, is_held, pressed

STRIP_GAP_PX = 8  # below the strip, a part of it so that a hidden one takes no room
SUGGESTION_CHARACTERS = 22  # what a button in the strip has room for
NOT_TAKEN = "Not sent yet; keys typed since were not taken."
_ALL_KEYS = SHORTCUTS[Scope.PROGRAM]["shortcuts"].key
KEYS = (("Tab", "next field"), (SHORTCUTS[Scope.FORM]["clear"].key, "clear"), (_ALL_KEYS, "all keys"))


class IconText(QWidget):
    """A small icon and a small text, both in the second ink."""

    def __init__(self, theme: Theme, icon: str = "", text: str = "") -> None:
        super().__init__()
        self._theme, self._icon, self.text = theme, icon, text
        theme.fix_size(self, height_px=16)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)
        theme.changed.connect(self.update)

    def show_text(self, icon: str, text: str) -> None:
        if (icon, text) != (self._icon, self.text):
            self._icon, self.text = icon, text
            self.setAccessibleName(text)
            self.updateGeometry()
            self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(round(self._width() + 0.5), self.height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        left = max(0.0, (self.width() - self._width()) / 2)
        if self._icon:
            box = QRectF(round(left), round(self.height() / 2 - 7), 14, 14)
            self._theme.paint_icon(painter, box, self._icon, self._theme.colour("second"))
            left += 18
        painter.setFont(self._theme.font("small"))
        painter.setPen(self._theme.ink("second"))
        box = QRectF(left, 0, self.width() - left, self.height())
        metrics = QFontMetricsF(painter.font())
        shown = metrics.elidedText(self.text, Qt.TextElideMode.ElideRight, box.width() + 1)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter), shown)

    def _width(self) -> float:
        words = QFontMetricsF(self._theme.font("small")).horizontalAdvance(self.text)
        return words + (18 if self._icon else 0)


class HintLine(QWidget):
    """Below the button: the keys, for who has sent nothing yet; then what Enter does, or where workouts go."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.words = IconText(theme)
        self._keys = self._make_keys()
        self._pages = QStackedLayout(self)
        self._pages.setContentsMargins(0, 8, 0, 0)
        self._pages.addWidget(self.words)
        self._pages.addWidget(self._keys)
        theme.fix_size(self, height_px=26)

    def show_keys(self) -> None:
        self._pages.setCurrentWidget(self._keys)

    def show_text(self, icon: str, text: str) -> None:
        self.words.show_text(icon, text)
        self._pages.setCurrentWidget(self.words)

    @property
    def text(self) -> str:
        return self.words.text if self._pages.currentWidget() is self.words else ""

    def _make_keys(self) -> QWidget:
        box = QWidget(self)
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addStretch(1)
        for place, (key, what) in enumerate(KEYS):
            if place:
                row.addSpacing(10)
            row.addWidget(KeyCap(self._theme, key))
            row.addWidget(ElidedLabel(self._theme, what, "small", "second"))
        row.addStretch(1)
        return box


class ConfirmBar(QFrame):
    """An unlikely value is asked about, in amber; Enter once more, after it could be read, is the answer.

    What was probably meant is offered by a button and Alt+U. The strip has the focus, so that a coach who types the
    next workout without looking changes nothing: what is typed is dropped with a beep, and then Enter or Esc shows the
    question anew before Enter answers it, Esc clears the form or Tab leads to the field.
    """

    suggestion_taken = Signal()
    left = Signal()  # Tab: on to the field that is asked about

    def __init__(self, theme: Theme, *, now_ms: Callable[[], int]) -> None:
        super().__init__()
        self._theme = theme
        self._reading = ReadingTime(now_ms)
        self._question = self._answer = ""
        self._keys_were_dropped = self._is_typed_over = False
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._label = Label(theme, "", "small")
        self._label.setWordWrap(True)
        self.button = Button(theme, "", role="small", key=SHORTCUTS[Scope.FORM]["suggestion"].key)
        self.button.clicked.connect(self.suggestion_taken)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(32, 7, 10, 7 + STRIP_GAP_PX)
        column.setSpacing(5)
        column.addWidget(self._label)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        self.hide()
        theme.changed.connect(self.update)

    @property
    def text(self) -> str:
        return "" if self.isHidden() else self._label.text()

    @property
    def can_be_answered(self) -> bool:
        """Whether it has been on screen long enough."""
        return self._reading.is_over

    def ask(self, text: str, suggestion: str = "", *, answer: str = "") -> None:
        """`answer`: the sentence that says what Enter does now; an empty text takes the strip away."""
        self._reading.begin()
        self._question, self._answer = text, answer
        self._keys_were_dropped = self._is_typed_over = False
        shown = (
            suggestion if len(suggestion) <= SUGGESTION_CHARACTERS else f"{suggestion[: SUGGESTION_CHARACTERS - 1]}…"
        )
        self.button.set_text(f"&Use {shown.replace('&', '&&')}" if suggestion else "")
        self.button.setVisible(bool(suggestion))
        self._show_words()
        self.setVisible(bool(text))

    def drop_key(self) -> None:
        """A key came that was meant for the next workout. Those that follow come here too."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self._is_typed_over:
            QApplication.beep()  # it is heard by who does not look
        self._keys_were_dropped = self._is_typed_over = True
        self._show_words()

    def _show_words(self) -> None:
        answer = f"Press Enter, then {self._answer}" if self._is_typed_over else self._answer
        shown = (NOT_TAKEN if self._keys_were_dropped else "", self._question, answer)
        self._label.setText(" ".join(filter(None, shown)))
        self.setAccessibleName(self._label.text())
        self.update()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_held(event):
            return
        if is_enter(event) or pressed(Scope.FORM, event) == "clear":
            if self._is_typed_over:
                self._is_typed_over = False
                self._reading.begin()
                self._show_words()
            elif is_enter(event) or self.can_be_answered:
                event.ignore()  # the form's
        elif event.text():
            self.drop_key()
        else:
            event.ignore()

    @override
    def focusNextPrevChild(self, next: bool) -> bool:
        if self.isHidden():
            return super().focusNextPrevChild(next)
        if self._is_typed_over or not self.can_be_answered:
            self.drop_key()
        else:
            self.left.emit()
        return True

    @override
    def hasHeightForWidth(self) -> bool:
        return False  # else the layouts above would take the wanted height of the whole form for its least

    def fit(self, width_px: int) -> int:
        """Take the height that its words need, and return it: by itself it would ask for that of narrower words."""
        height_px = self._column.heightForWidth(width_px)
        self.setFixedHeight(height_px)
        return height_px

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        self._reading.painted()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(self._theme.tint("waiting", 16)))
        painter.setPen(QPen(self._theme.colour("waiting"), 1))
        body = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5 - STRIP_GAP_PX)
        painter.drawRoundedRect(body, 6, 6)
        box = QRectF(9, round(body.center().y() - 8), 16, 16)
        self._theme.paint_icon(painter, box, "alert-outline", self._theme.ink("waiting"))
