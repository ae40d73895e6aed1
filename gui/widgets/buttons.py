"""Push buttons with icon, key cap or menu arrow; a square icon button."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QDialog,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QToolButton,
    QWidget,
)
from typing_extensions import override

from gui.theme.palette import Role
from gui.theme.states import State
from gui.theme.theme import Theme
from gui.widgets.keys import is_held
from gui.widgets.labels import alt_is_held
from gui.widgets.pills import keycap_width, paint_keycap
from gui.widgets.state_glyphs import STATE_GLYPHS, paint_glyph

# default: looks like primary, 32 px high; strip: 28 px high, for bars of 36 px
ButtonRole = Literal["normal", "default", "primary", "small", "strip", "quiet", "danger"]
_FILLED = ("default", "primary")
FOCUS_PX = 2


class Button(QPushButton):
    """A push button with an icon or state glyph, text, key cap and menu arrow.

    Takes focus by keyboard only: a click leaves the caret in the form.
    """

    GAP_PX = 8

    def __init__(
        self,
        theme: Theme,
        text: str,
        icon: str = "",
        *,
        role: ButtonRole = "normal",
        key: str = "",
        menu_mark: bool = False,
        icon_role: Role = "second",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._theme, self._icon, self._icon_role = theme, icon, icon_role
        self._key, self._menu_mark, self._role = key, menu_mark, role
        self._state: State | None = None
        self._compact = False
        self._tip = ""
        self.setProperty("role", role)
        self.setFont(theme.font("title" if role in _FILLED else "small" if role == "small" else "medium"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text.replace("&", ""))
        theme.changed.connect(self.update)

    def set_text(self, text: str) -> None:
        if text != self.text():
            self.setText(text)
            self.setAccessibleName(text.replace("&", ""))
            self._show_tip()
            self.updateGeometry()

    def set_compact(self, compact: bool) -> None:
        """Show only the icon; the text becomes the tool tip."""
        if compact != self._compact:
            self._compact = compact
            self._show_tip()
            self.updateGeometry()
            self.update()

    def set_possible(self, tip: str, why_not: str = "") -> None:
        """Enable the button, with what it does as tool tip; or disable it, with the reason."""
        self.setEnabled(not why_not)
        self._tip = why_not or tip
        self._show_tip()

    def _show_tip(self) -> None:
        named = (self.accessibleName(),) if self._compact else ()
        self.setToolTip(": ".join(filter(None, (*named, self._tip))))

    def set_icon(self, icon: str, role: Role = "second") -> None:
        self._icon, self._icon_role, self._state = icon, role, None
        self.update()

    def set_state(self, state: State) -> None:
        """Show a state's glyph instead of the icon."""
        self._state = state
        self.update()

    @override
    def sizeHint(self) -> QSize:
        height = {"primary": 36, "small": 24, "strip": 28}.get(self._role, 32)
        return QSize(self.width_with(self.text(), compact=self._compact), height)

    def width_with(self, text: str, *, compact: bool = False) -> int:
        """Width in pixels that the button would need with this text."""
        padding = 8 if self._role == "small" or compact else 10 if self._role == "strip" else 12
        words = "" if compact else _without_mnemonic(text)
        return max(32 if compact else 0, round(self._content_width(words) + 2 * padding + 0.4))

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not is_held(event):  # in a dialog Qt would click at every repeat of Enter
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        self.style().drawControl(QStyle.ControlElement.CE_PushButton, option, painter, self)
        self._paint_content(painter)

    def _icon_px(self) -> int:
        if self._state is not None:
            return 12
        if not self._icon:
            return 0
        return 14 if self._role == "small" else 16

    def _plain_text(self) -> str:
        return "" if self._compact else _without_mnemonic(self.text())

    def _content_width(self, words: str) -> float:
        gap = 5 if self._role == "small" else self.GAP_PX
        width = QFontMetricsF(self.font()).horizontalAdvance(words)
        width += self._icon_px() + (gap if words else 0) if self._icon_px() else 0
        width += 10 + keycap_width(self._theme, self._key) if self._key else 0
        return width + (14 + 4 if self._menu_mark else 0)

    def _ink(self) -> QColor:
        if not self.isEnabled():
            return self._theme.colour("second" if self._role in _FILLED else "faint")
        if self._role == "danger":
            return self._theme.ink("failed")
        return self._theme.colour("on_accent" if self._role in _FILLED else "text")

    def _paint_content(self, painter: QPainter) -> None:
        ink, middle = self._ink(), self.height() / 2
        gap = 5 if self._role == "small" else self.GAP_PX
        left = (self.width() - self._content_width(self._plain_text())) / 2
        if size := self._icon_px():
            self._paint_icon(painter, QRectF(round(left), round(middle - size / 2), size, size), ink)
            left += size + gap
        if self.hasFocus() and self._role in _FILLED:  # around it, a frame would hardly differ from the filling
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(ink, FOCUS_PX))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(3, 3, -3, -3), 4, 4)
        painter.setFont(self.font())
        painter.setPen(ink)
        metrics = QFontMetricsF(self.font())
        words = QRectF(
            left,
            round(middle - metrics.height() / 2),
            metrics.horizontalAdvance(self._plain_text()) + 4,
            metrics.height(),
        )
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | self._mnemonic_flag()
        painter.drawText(words, int(flags), "" if self._compact else self.text())
        left += metrics.horizontalAdvance(self._plain_text())
        if self._key:
            self._paint_key(painter, left + 10, middle, ink)
        if self._menu_mark:
            box = QRectF(round(left + 5), round(middle - 7), 14, 14)
            self._theme.paint_icon(
                painter, box, "chevron-down", self._theme.colour("second" if self.isEnabled() else "faint")
            )

    def _mnemonic_flag(self) -> int:
        """Underline mnemonics as the style says in dialogs; in the main window only while Alt is held."""
        held = alt_is_held()
        in_dialog = isinstance(self.window(), QDialog)
        shown = held or (in_dialog and self.style().styleHint(QStyle.StyleHint.SH_UnderlineShortcut, None, self))
        return int(Qt.TextFlag.TextShowMnemonic if shown else Qt.TextFlag.TextHideMnemonic)

    def _paint_icon(self, painter: QPainter, box: QRectF, ink: QColor) -> None:
        if self._state is not None:
            glyph, role = STATE_GLYPHS[self._state]
            paint_glyph(painter, box, glyph, self._theme.colour(role if self.isEnabled() else "faint"))
            return
        plain = self._role in (*_FILLED, "danger") or not self.isEnabled()
        self._theme.paint_icon(painter, box, self._icon, ink if plain else self._theme.colour(self._icon_role))

    def _paint_key(self, painter: QPainter, left: float, middle: float, ink: QColor) -> None:
        box = QRectF(round(left), round(middle - 9), round(keycap_width(self._theme, self._key)), 18)
        on_primary = self._role in _FILLED
        fill = QColor(0, 0, 0, 0) if on_primary else self._theme.colour("window")
        border = ink if on_primary else self._theme.colour("line")
        paint_keycap(painter, box, self._key, self._theme, fill=fill, border=border, ink=ink)


class IconButton(QToolButton):
    """A square button of 24 px with an icon only; `name` is its tool tip and accessible name."""

    def __init__(
        self,
        theme: Theme,
        icon: str,
        name: str,
        *,
        role: Role = "second",
        size_px: int = 24,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._name, self._role = theme, icon, role
        self.setFixedSize(size_px, size_px)
        self.setIconSize(QSize(size_px - 8, size_px - 8))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setAccessibleName(name)
        self.setToolTip(name)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def set_icon(self, icon: str, name: str) -> None:
        self._name = icon
        self.setAccessibleName(name)
        self.setToolTip(name)
        self._on_theme_changed()

    def set_possible(self, why_not: str) -> None:
        """Enable the button, or disable it with the reason as tool tip."""
        self.setEnabled(not why_not)
        self.setToolTip(why_not or self.accessibleName())

    @Slot()
    def _on_theme_changed(self) -> None:
        self.setIcon(self._theme.icon(self._name, self._role, self.iconSize().width()))


def _without_mnemonic(text: str) -> str:
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")
