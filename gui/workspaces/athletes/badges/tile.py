"""How a badge is painted: a tile that is earned, in progress, or closed."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from core.athletes.badges import Badge
from gui.theme.palette import Role
from gui.theme.theme import FontRole, Theme
from gui.widgets import paint_glyph
from gui.widgets.cells import draw_elided
from gui.workspaces.athletes.badges.texts import CLOSED_ICON, BadgeFormat, icon_of

TILE_PX, TILE_HEIGHT_PX = 104, 74  # the least width: tiles take what room there is
RADIUS_PX, DISC_PX, RING_PX = 6, 28, 2
_SIDE_PX, _TOP_PX, _ICON_PX, _STAR_PX = 8, 8, 16, 12
_NAME_PX, _LINE_PX, _BELOW_PX = 18, 14, 4  # heights of both lines, and below them
FOCUS_PX = 2


def paint_tile(
    painter: QPainter, theme: Theme, box: QRectF, badge: Badge, texts: BadgeFormat, *, hovered: bool, focused: bool
) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_ground(painter, theme, box, badge, hovered=hovered)
    side = theme.px(_SIDE_PX)
    disc = QRectF(box.left() + side, box.top() + theme.px(_TOP_PX), theme.px(DISC_PX), theme.px(DISC_PX))
    _paint_disc(painter, theme, disc, badge)
    corner = QRectF(disc.right() + 4, disc.top(), box.right() - side - disc.right() - 4, disc.height())
    if badge.is_earned:
        size = theme.px(_STAR_PX)
        star = QRectF(corner.right() - size, round(corner.center().y() - size / 2), size, size)
        paint_glyph(painter, star, "star", theme.colour("achievement"))
    elif not badge.is_closed:
        draw_elided(painter, theme, corner, f"{badge.percent} %", "small", "text", right=True)
    line_px, below_px = theme.px(_LINE_PX), theme.px(_BELOW_PX)
    words = box.adjusted(side, 0, -2, -below_px)
    line = QRectF(words.left(), words.bottom() - line_px, words.width(), line_px)
    name = QRectF(words.left(), line.top() - theme.px(_NAME_PX), words.width(), theme.px(_NAME_PX))
    text = texts.name(badge)
    draw_elided(painter, theme, name, text, _name_font(theme, text, name.width()), "text")
    ink: Role = "achievement" if badge.is_earned else "second"
    draw_elided(painter, theme, line, texts.line(badge), "small", ink)
    if focused:
        painter.setPen(QPen(theme.colour("accent"), FOCUS_PX))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), RADIUS_PX, RADIUS_PX)
    painter.restore()


def _name_font(theme: Theme, text: str, room_px: float) -> FontRole:
    """The first one in which the name is not cut."""
    fonts: tuple[FontRole, ...] = ("medium", "small_bold", "small")
    return next((font for font in fonts if theme.metrics(font).horizontalAdvance(text) <= room_px), fonts[-1])


def _paint_ground(painter: QPainter, theme: Theme, box: QRectF, badge: Badge, *, hovered: bool) -> None:
    edge = QPen(theme.colour("line"), 1)
    painter.setBrush(QColor(theme.palette.hovered) if hovered else Qt.BrushStyle.NoBrush)
    if badge.is_earned:
        edge = QPen(QColor(theme.tint("achievement", 45)), 1)
        painter.setBrush(QColor(theme.tint("achievement", 12 if hovered else 8)))
    elif badge.is_closed:
        edge = QPen(theme.colour("faint"), 1, Qt.PenStyle.CustomDashLine)
        edge.setDashPattern([3, 3])
    painter.setPen(edge)
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_PX, RADIUS_PX)


def _paint_disc(painter: QPainter, theme: Theme, disc: QRectF, badge: Badge) -> None:
    """A filled circle; a ring, as much of it coloured as is done; a dashed circle with a lock."""
    ring = disc.adjusted(RING_PX / 2, RING_PX / 2, -RING_PX / 2, -RING_PX / 2)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    icon, ink = icon_of(badge.rule), theme.colour("second")
    if badge.is_earned:
        ink = theme.colour("achievement")
        painter.setPen(QPen(ink, 1))
        painter.setBrush(QColor(theme.tint("achievement", 16)))
        painter.drawEllipse(disc.adjusted(0.5, 0.5, -0.5, -0.5))
    elif badge.is_closed:
        icon = CLOSED_ICON
        dashes = QPen(theme.colour("faint"), 1, Qt.PenStyle.CustomDashLine)
        dashes.setDashPattern([3, 3])
        painter.setPen(dashes)
        painter.drawEllipse(disc.adjusted(0.5, 0.5, -0.5, -0.5))
    else:
        painter.setPen(QPen(theme.colour("line"), RING_PX))
        painter.drawEllipse(ring)
        painter.setPen(QPen(theme.colour("achievement"), RING_PX, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawArc(ring, 90 * 16, round(-badge.percent * 57.6))
    size = theme.px(_ICON_PX)
    box = QRectF(disc.center().x() - size / 2, disc.center().y() - size / 2, size, size)
    theme.paint_icon(painter, box, icon, ink)
