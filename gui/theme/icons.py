"""Icons of one outline family (Material Design Icons 6, as QtAwesome ships it), drawn as paths.

QtAwesome's own import loads eleven fonts and takes longer than the rest of the window, so only
its font file and name list are used here.
"""

from __future__ import annotations

from functools import cached_property
from importlib.resources import files
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QPainter, QPainterPath, QPixmap, QRawFont

from core.achievements.icons import icon_codes, icon_file

GRID = 24.0  # the family is drawn on a grid of 24 units
BASELINE = 21.0  # baseline of the glyphs within the grid


class IconFontMissingError(RuntimeError):
    """QtAwesome is missing or incomplete."""


class IconFont:
    """Glyph paths by name. Main thread only; made once by the theme."""

    def __init__(self) -> None:
        self._paths: dict[str, QPainterPath] = {}

    def path(self, name: str) -> QPainterPath:
        """The outline of `name` (`run` or `mdi6.run`) in a 24 x 24 box. Raises KeyError for an unknown name."""
        name = name.removeprefix("mdi6.")
        found = self._paths.get(name)
        if found is None:
            found = self._paths[name] = self._outline(name)
        return found

    def paint(self, painter: QPainter, box: QRectF, name: str, colour: QColor) -> None:
        """Draw an icon filling `box`, whose sides should be equal."""
        path = self.path(name)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(box.topLeft())
        painter.scale(box.width() / GRID, box.height() / GRID)
        painter.fillPath(path, colour)
        painter.restore()

    def pixmap(self, name: str, colour: QColor, size_px: int, ratio: float) -> QPixmap:
        self.path(name)  # raises for an unknown name before a painter is opened
        pixmap = QPixmap(round(size_px * ratio), round(size_px * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRectF(0, 0, size_px, size_px), name, colour)
        painter.end()
        return pixmap

    def icon(self, name: str, colour: QColor, disabled: QColor, size_px: int) -> QIcon:
        icon = QIcon()
        for ratio in _ratios():
            icon.addPixmap(self.pixmap(name, colour, size_px, ratio), QIcon.Mode.Normal)
            icon.addPixmap(self.pixmap(name, disabled, size_px, ratio), QIcon.Mode.Disabled)
        return icon

    def _outline(self, name: str) -> QPainterPath:
        character = self._names[name]
        outline = self._font.pathForGlyph(self._font.glyphIndexesForString(character)[0])
        outline.setFillRule(Qt.FillRule.WindingFill)
        outline.translate(QPointF(0, BASELINE))
        return outline

    @cached_property
    def _names(self) -> dict[str, str]:
        _font_file("charmap-*.json")
        return {name: chr(int(code, 16)) for name, code in icon_codes().items()}

    @cached_property
    def _font(self) -> QRawFont:
        return QRawFont(str(_font_file("*.ttf")), GRID, QFont.HintingPreference.PreferNoHinting)


def _font_file(ending: str) -> Path:
    """A file of the icon font, found without importing QtAwesome. Raises IconFontMissingError."""
    found = icon_file(ending)
    if found is None:
        raise IconFontMissingError("QtAwesome's icon font is not installed: pip install QtAwesome")
    return found


def _ratios() -> list[float]:
    """Device pixel ratios to draw pixmaps for: 1 and each screen's."""
    return sorted({1.0, *(screen.devicePixelRatio() for screen in QGuiApplication.screens())})


def app_icon() -> QIcon:
    """The program's icon, loaded from the resources."""
    return QIcon(str(files("resources").joinpath("icons/paceline.svg")))
