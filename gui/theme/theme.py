"""Colours, fonts, icons and the style sheet of the program, in dark and light."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

from PySide6.QtCore import QObject, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontInfo,
    QFontMetricsF,
    QGuiApplication,
    QIcon,
    QPainter,
    QPalette,
)
from PySide6.QtWidgets import QApplication, QWidget

from gui.theme.icons import IconFont
from gui.theme.palette import DARK, LIGHT, Palette, Role
from gui.theme.style_sheet import style_sheet

Mode = Literal["system", "dark", "light"]
FontRole = Literal["small", "small_bold", "body", "medium", "title", "headline"]

TEXT_FACTORS = (1.0, 1.1, 1.25, 1.5)
# A usual text of the system, in pixels: what is larger was chosen by the user.
_SYSTEM_TEXT_PX = {"win32": 12, "darwin": 13}
_USUAL_TEXT_PX = 15  # of GNOME's 11 points; KDE has 10
_SIZES: dict[str, Callable[[QWidget, int], None]] = {  # properties of widgets whose size grows with their texts
    "fixed_width_px": QWidget.setFixedWidth,
    "fixed_height_px": QWidget.setFixedHeight,
    "least_width_px": QWidget.setMinimumWidth,
    "least_height_px": QWidget.setMinimumHeight,
    "most_height_px": QWidget.setMaximumHeight,
}
_UNBOUNDED_PX = 16_777_215  # what Qt takes for no bound
_FONTS: dict[FontRole, tuple[int, int]] = {  # pixels at factor 1, weight
    "small": (11, 400),
    "small_bold": (11, 600),
    "body": (13, 400),
    "medium": (13, 500),
    "title": (13, 600),
    "headline": (20, 600),
}


class Theme(QObject):
    """The current colours, fonts and icons. Main thread; created once, after the QApplication, for all widgets."""

    changed = Signal()

    def __init__(self, mode: Mode, text_factor: float | None = None) -> None:
        """`text_factor`: one of TEXT_FACTORS; None: by the text size of the system."""
        super().__init__()
        self._mode: Mode = mode
        self._icon_font = IconFont()
        self._icons: dict[tuple[str, str, int], QIcon] = {}
        self.text_factor = text_factor or system_text_factor()
        self._fonts = {role: _make_font(self._px(role), weight) for role, (_, weight) in _FONTS.items()}
        self._metrics = {role: QFontMetricsF(font) for role, font in self._fonts.items()}
        self._app: QApplication | None = None
        self.dark = self._wants_dark()
        self.palette: Palette = DARK if self.dark else LIGHT
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_system_scheme_changed)

    @property
    def mode(self) -> Mode:
        return self._mode

    def set_mode(self, mode: Mode) -> None:
        self._mode = mode
        self._follow()

    def set_text_factor(self, text_factor: float) -> None:
        """Make every text that has a font of the theme larger or smaller."""
        if text_factor == self.text_factor:
            return
        self.text_factor = text_factor
        known = self._font_roles()
        for role, font in self._fonts.items():  # changed in place: widgets that paint keep them
            font.setPixelSize(self._px(role))
            self._metrics[role].swap(QFontMetricsF(font))
        QApplication.setFont(self.font("body"))
        self._set_fonts(known)
        for widget in QApplication.allWidgets():
            self._fix_sizes(widget)
        self.changed.emit()
        for widget in QApplication.allWidgets():  # hints may be measured in these fonts
            widget.updateGeometry()

    def _font_roles(self) -> list[tuple[QWidget, FontRole]]:
        """Of the widgets that have a font of the theme."""
        roles = {(font.pixelSize(), font.weight()): role for role, font in self._fonts.items()}
        own = [each for each in QApplication.allWidgets() if each.testAttribute(Qt.WidgetAttribute.WA_SetFont)]
        found = [(each, roles.get((each.font().pixelSize(), each.font().weight()))) for each in own]
        return [(widget, role) for widget, role in found if role is not None]

    @contextmanager
    def keeping_fonts(self) -> Iterator[None]:
        """Move widgets to another parent within it: Qt then gives each one the font of its first showing."""
        known = self._font_roles()
        yield
        self._set_fonts(known)

    def _set_fonts(self, known: Sequence[tuple[QWidget, FontRole]]) -> None:
        for widget, role in known:
            widget.setFont(self.font(role))

    def px(self, at_usual_size: float) -> int:
        """Pixels of a distance that grows with the texts, from those at factor 1."""
        return round(at_usual_size * self.text_factor)

    def fix_size(self, widget: QWidget, *, width_px: int | None = None, height_px: int | None = None) -> None:
        """Fix sizes of a widget, given at factor 1, and keep them in step with the texts."""
        self._size(widget, fixed_width_px=width_px, fixed_height_px=height_px)

    def bound_height(self, widget: QWidget, least_px: int, most_px: int | None = None) -> None:
        """As `fix_size`, with bounds between which layouts decide."""
        self._size(widget, least_height_px=least_px, most_height_px=most_px)

    def bound_width(self, widget: QWidget, least_px: int) -> None:
        self._size(widget, least_width_px=least_px)

    @staticmethod
    def free_size(widget: QWidget) -> None:
        """Undo the methods above."""
        for name in _SIZES:
            widget.setProperty(name, None)
        widget.setMinimumSize(0, 0)
        widget.setMaximumSize(_UNBOUNDED_PX, _UNBOUNDED_PX)

    def _size(self, widget: QWidget, **sizes_px: int | None) -> None:
        for name, size_px in sizes_px.items():
            if size_px is not None:
                widget.setProperty(name, size_px)
        self._fix_sizes(widget)

    def _fix_sizes(self, widget: QWidget) -> None:
        for name, set_size in _SIZES.items():
            size_px = widget.property(name)
            if size_px is not None:
                set_size(widget, self.px(size_px))

    def text_factor_after(self, steps: int) -> float:
        """The next larger or smaller one; of 0 steps that of the system."""
        if not steps:
            return system_text_factor()
        nearest = min(range(len(TEXT_FACTORS)), key=lambda place: abs(TEXT_FACTORS[place] - self.text_factor))
        return TEXT_FACTORS[max(0, min(nearest + steps, len(TEXT_FACTORS) - 1))]

    def _px(self, role: FontRole) -> int:
        return round(_FONTS[role][0] * self.text_factor)

    def apply(self, app: QApplication) -> None:
        """Style the application now and after each change of mode."""
        self._app = app
        app.setStyle("Fusion")
        app.setFont(self.font("body"))
        self._apply()

    def font(self, role: FontRole) -> QFont:
        """A font with digits of equal width. Shared: do not change it."""
        return self._fonts[role]

    def metrics(self, role: FontRole) -> QFontMetricsF:
        """Cached metrics of `font(role)`: charts measure hundreds of texts a second."""
        return self._metrics[role]

    def colour(self, role: Role, percent: float = 100) -> QColor:
        """The colour of a role for painting, with `percent` opacity."""
        colour = QColor(self.palette.of(role))
        colour.setAlphaF(percent / 100)
        return colour

    def ink(self, role: Role) -> QColor:
        """The colour of a role for text (amber is darker on white)."""
        return QColor(self.palette.ink(role))

    def tint(self, role: Role, percent: float, on: Role = "surface") -> str:
        """`percent` of a role over a background role as one opaque `#RRGGBB`."""
        return self.palette.tint(role, percent, on)

    def icon(self, name: str, role: Role = "second", size_px: int = 16) -> QIcon:
        """An icon of the family (`run` or `mdi6.run`). KeyError for an unknown name. Ask again after `changed`."""
        key = (name, role, size_px)
        found = self._icons.get(key)
        if found is None:
            ink, disabled = QColor(self.palette.of(role)), self.colour("faint")
            found = self._icons[key] = self._icon_font.icon(name, ink, disabled, size_px)
        return found

    def paint_icon(self, painter: QPainter, box: QRectF, name: str, colour: QColor) -> None:
        """Draw an icon as a path: sharp at any size and pixel ratio."""
        self._icon_font.paint(painter, box, name, colour)

    def _wants_dark(self) -> bool:
        if self._mode == "system":
            return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return self._mode == "dark"

    @Slot(Qt.ColorScheme)
    def _on_system_scheme_changed(self, _scheme: Qt.ColorScheme) -> None:
        if self._mode == "system":
            self._follow()

    def _follow(self) -> None:
        dark = self._wants_dark()
        if dark == self.dark:
            return
        self.dark = dark
        self.palette = DARK if dark else LIGHT
        self._icons.clear()
        self._apply()
        self.changed.emit()

    def _apply(self) -> None:
        if self._app is None:
            return
        self._app.setPalette(_qt_palette(self.palette))
        known = self._font_roles()
        self._app.setStyleSheet(style_sheet(self.palette, dark=self.dark))
        self._set_fonts(known)  # Qt gives each widget the font of its first showing


def system_text_factor() -> float:
    """One of TEXT_FACTORS, by the size of the system's own texts."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    factor = QFontInfo(font).pixelSize() / _SYSTEM_TEXT_PX.get(sys.platform, _USUAL_TEXT_PX)
    return max((each for each in TEXT_FACTORS if each <= factor + 0.02), default=1.0)


def _make_font(size_px: int, weight: int) -> QFont:
    family = (
        "Inter"
        if QFontDatabase.hasFamily("Inter")
        else QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
    )
    font = QFont(family)
    font.setPixelSize(size_px)
    font.setWeight(QFont.Weight(weight))
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def _qt_palette(palette: Palette) -> QPalette:
    roles: dict[QPalette.ColorRole, str] = {
        QPalette.ColorRole.Window: palette.window,
        QPalette.ColorRole.WindowText: palette.text,
        QPalette.ColorRole.Base: palette.surface,
        QPalette.ColorRole.AlternateBase: palette.surface,
        QPalette.ColorRole.Text: palette.text,
        QPalette.ColorRole.PlaceholderText: palette.second,
        QPalette.ColorRole.Button: palette.raised,
        QPalette.ColorRole.ButtonText: palette.text,
        QPalette.ColorRole.BrightText: palette.failed,
        QPalette.ColorRole.Highlight: palette.tint("accent", 30),
        QPalette.ColorRole.HighlightedText: palette.text,
        QPalette.ColorRole.ToolTipBase: palette.raised,
        QPalette.ColorRole.ToolTipText: palette.text,
        QPalette.ColorRole.Link: palette.accent,
        QPalette.ColorRole.Accent: palette.accent,
    }
    made = QPalette()
    for role, colour in roles.items():
        made.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(palette.faint))
    return made
