"""A row of exclusive choices."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QRadioButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QWidget,
)
from typing_extensions import override

from gui.theme.theme import FontRole, Theme
from gui.widgets.labels import restyle


class _Segment(QRadioButton):
    """A radio button, for screen readers and arrow keys, that looks like a push button."""

    @override
    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        self.style().drawControl(QStyle.ControlElement.CE_PushButton, option, QPainter(self), self)


class SegmentedControl(QFrame):
    """A row of exclusive choices, one stop of Tab. Arrow keys select the one before or after."""

    selected = Signal(str)

    def __init__(
        self,
        theme: Theme,
        name: str,
        options: Sequence[tuple[str, str]],
        parent: QWidget | None = None,
        *,
        large: bool = False,
    ) -> None:
        """`options`: key and text of each choice; the first is selected. `large`: as high as a Button."""
        super().__init__(parent)
        self._theme, self._large = theme, large
        self.setProperty("role", "segment")
        self.setAccessibleName(name)
        self.setFixedHeight(32 if large else 24)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QRadioButton] = {}
        for place, (key, words) in enumerate(options):
            button = self._make_button(name, words, _place_name(place, len(options)))
            self._group.addButton(button, place)
            self._buttons[key] = button
            row.addWidget(button)
        self._keys = [key for key, _ in options]
        self._stop: QAbstractButton = self._buttons[self._keys[0]]  # of Tab: the selected one
        self._stop.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        theme.changed.connect(self._on_theme_changed)
        self._group.idToggled.connect(self._on_toggled)
        self.select(self._keys[0])

    @property
    def value(self) -> str:
        return self._keys[self._group.checkedId()]

    def select(self, key: str) -> None:
        """Select by key; emits `selected` if the choice changes. Raises KeyError for an unknown key."""
        self._buttons[key].setChecked(True)

    def set_words(self, key: str, words: str) -> None:
        """Change the text of one choice, for example its count."""
        button = self._buttons[key]
        if button.text() != words:
            button.setText(words)
            button.setAccessibleName(f"{self.accessibleName()}: {words}")
            self._fit(button)
            self._tell_width()

    def words(self, key: str) -> str:
        return self._buttons[key].text()

    def button(self, key: str) -> QAbstractButton:
        return self._buttons[key]

    def _make_button(self, name: str, words: str, place: str) -> QRadioButton:
        button = _Segment(words, self)
        button.setProperty("role", "segment")
        button.setProperty("place", place)
        button.setProperty("large", self._large)
        button.setFont(self._theme.font(self._font(checked=False)))
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setAccessibleName(f"{name}: {words}")
        self._fit(button)
        return button

    def _fit(self, button: QRadioButton) -> None:
        # Wide enough for the bold font, so that selecting moves nothing.
        words_px = QFontMetricsF(self._theme.font(self._font(checked=True))).horizontalAdvance(button.text())
        button.setFixedWidth(max(26, round(words_px + (24 if self._large else 17))))

    def _font(self, *, checked: bool) -> FontRole:
        if self._large:
            return "title" if checked else "body"
        return "small_bold" if checked else "small"

    @Slot()
    def _on_theme_changed(self) -> None:
        for button in self._buttons.values():
            self._fit(button)
        self._tell_width()

    def _tell_width(self) -> None:
        """At once: else layouts around use the old width until events are handled."""
        row = self.layout()
        assert row is not None
        row.invalidate()
        self.updateGeometry()

    @Slot(int, bool)
    def _on_toggled(self, place: int, checked: bool) -> None:
        button = self._group.button(place)
        restyle(button)  # restores the font of its first showing
        button.setFont(self._theme.font(self._font(checked=checked)))
        if checked:
            self._move_stop(button)
            self.selected.emit(self._keys[place])

    def _move_stop(self, button: QAbstractButton) -> None:
        if button is not self._stop:
            before, self._stop = self._stop, button
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            QWidget.setTabOrder(before, button)  # the place of the group, wherever its first choice was put
            before.setFocusPolicy(Qt.FocusPolicy.NoFocus)


def _place_name(place: int, count: int) -> str:
    if place == 0:
        return "only" if count == 1 else "first"
    return "last" if place == count - 1 else "middle"
