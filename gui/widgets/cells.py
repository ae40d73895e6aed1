"""Columns of tables, their cells, and what cells are painted with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from core.workouts.sports import UNKNOWN_SPORT_ICON, default_catalogue
from gui.theme.palette import Role
from gui.theme.theme import FontRole, Theme
from gui.widgets.pills import badge_width, paint_badge

RowT = TypeVar("RowT")

CELL_PX = 8  # between the texts of two columns
CHECK_LEFT_PX = 12
_BOX_PX = 16
_BADGE_GAP_PX = 6
FITTED_FONT: FontRole = "small"
FITTED_GAP_PX = 6  # free above and below a fitted text, together
_REST_PX = 24  # of the `+2` behind badges, with its gap


def draw_elided(
    painter: QPainter, theme: Theme, box: QRectF, text: str, font: FontRole, ink: Role, *, right: bool = False
) -> float:
    """Draw a line of text, elided to the box and centred in its height; returns the x of its right end."""
    metrics = theme.metrics(font)
    width = metrics.horizontalAdvance(text)
    if width > box.width():
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0.0, box.width()))
        width = metrics.horizontalAdvance(text)
    # Not rounded at the right, so that the digits of a column stand exactly below each other.
    left = box.right() - width if right else round(box.left())
    painter.setFont(theme.font(font))
    painter.setPen(theme.ink(ink))
    painter.drawText(QPointF(left, round(box.center().y() + metrics.capHeight() / 2)), text)
    return float(left + width)


def draw_wrapped(painter: QPainter, theme: Theme, box: QRectF, text: str, font: FontRole, ink: Role) -> None:
    """Draw a text in as many lines as it needs, from the top of the box; it may have any height."""
    painter.setFont(theme.font(font))
    painter.setPen(theme.ink(ink))
    painter.drawText(box, _wrap(theme, text, box.width(), font), text)


def draw_fitted(painter: QPainter, theme: Theme, box: QRectF, text: str, font: FontRole, ink: Role) -> None:
    """Draw a text centred in the height of the box: wrapped, if need be in the small font, or elided in one line."""
    for each in (font, FITTED_FONT):
        height_px = wrapped_height(theme, text, box.width(), each)
        if height_px <= box.height() - FITTED_GAP_PX:
            draw_wrapped(painter, theme, box.adjusted(0, (box.height() - height_px) / 2, 0, 0), text, each, ink)
            return
    draw_elided(painter, theme, box, text, font, ink)


def wrapped_height(theme: Theme, text: str, width_px: float, font: FontRole) -> float:
    """How high `draw_wrapped` draws a text of this width."""
    return (
        theme.metrics(font).boundingRect(QRectF(0, 0, width_px, 1e6), _wrap(theme, text, width_px, font), text).height()
    )


def _wrap(theme: Theme, text: str, width_px: float, font: FontRole) -> int:
    """Between words; anywhere if one of them is wider than a line."""
    longest_px = max(map(theme.metrics(font).horizontalAdvance, text.split()), default=0.0)
    anywhere = Qt.TextFlag.TextWrapAnywhere.value if longest_px > width_px else 0
    return Qt.TextFlag.TextWordWrap.value | anywhere


@dataclass(frozen=True, slots=True)
class Cell(Generic[RowT]):
    """A cell that is being painted: `area` is all of it, `box` is without the column's indent and gap."""

    painter: QPainter
    theme: Theme
    area: QRectF
    box: QRectF
    row: RowT
    text: str
    right: bool
    narrow: bool
    hovered: str  # the name of the button under the pointer
    focused: bool  # of the current row, while the table has the focus

    def draw(self, text: str, font: FontRole = "body", ink: Role = "text", box: QRectF | None = None) -> float:
        """Draw a text at the column's side of the box; returns the x of its right end."""
        inner = self.box if box is None else box
        return draw_elided(self.painter, self.theme, inner, text, font, ink, right=self.right)

    def paint_sport(self, sport: str, text: str, ink: Role = "text", icon_ink: Role = "second") -> None:
        """Paint the icon of a sport with a text beside it; in a narrow table the icon alone. A deletion names none."""
        if not sport:
            return
        known = default_catalogue().find(sport)
        icon = UNKNOWN_SPORT_ICON if known is None else known.icon
        square = QRectF(self.box.left(), round(self.box.center().y() - 8), 16, 16)
        self.theme.paint_icon(self.painter, square, icon, self.theme.colour(icon_ink))
        if not self.narrow:
            self.draw(text, ink=ink, box=self.box.adjusted(22, 0, 0, 0))

    def paint_badges(self, names: Sequence[str]) -> None:
        """Paint as many badges as fit, then how many more there are; their number alone if not even one fits."""
        if badge_width(self.theme, names[0]) > self.box.width() - (_REST_PX if len(names) > 1 else 0):
            names = ["1 badge" if len(names) == 1 else f"{len(names)} badges"]
        left, top = self.box.left(), round(self.box.center().y() - 10.5)
        for done, name in enumerate(names):
            width = badge_width(self.theme, name)
            kept_px = 0 if done == len(names) - 1 else _REST_PX
            if done and width > self.box.right() - left - kept_px:
                rest = self.box.adjusted(left - self.box.left(), 0, 0, 0)
                self.draw(f"+{len(names) - done}", "small", "second", rest)
                return
            paint_badge(self.painter, QPointF(left, top), name, self.theme)
            left += width + _BADGE_GAP_PX


@dataclass(frozen=True, slots=True)
class CellButton:
    """A part of a cell that can be clicked. A disabled one only has its tool tip."""

    name: str
    box: QRectF
    tip: str = ""
    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[RowT]):
    """All of a column: how wide it is, what it says, and how it is painted.

    Widths are in pixels: `width_px`, or `narrow_px` in a narrow table. The column appears when the table is `from_px`
    wide. A column that `takes_rest` takes what the others leave; one with `grows` is wider by what that function
    makes of it.

    `text` is what a cell says. It is painted in `font` and `ink`, at the right if `right`, unless `paint` does more.
    A screen reader says the title and the text, unless `spoken` returns something else. `tip` replaces the tool
    tip of the row. A column with `checked` is a check box for each row. What `across` returns is painted instead of the
    texts, over all columns that have the same function.
    """

    title: str = ""
    width_px: int = 0
    text: Callable[[RowT], str] = lambda _row: ""
    narrow_px: int | None = None
    narrow_title: str | None = None
    from_px: int = 0
    takes_rest: bool = False
    grows: Callable[[int], int] | None = None
    right: bool = False
    indent_px: int = 0
    narrow_indent_px: int | None = None
    gap_px: int = CELL_PX  # free at the right
    font: FontRole = "body"
    ink: Role | Callable[[RowT], Role] = "text"
    paint: Callable[[Cell[RowT]], None] | None = None
    spoken: Callable[[RowT], str] | None = None
    tip: Callable[[RowT], str] | None = None
    checked: Callable[[RowT], bool] | None = None
    across: Callable[[RowT], str] | None = None
    buttons: Callable[[QRectF, RowT, bool], Sequence[CellButton]] | None = None  # of cell, row, narrow table

    def paint_cell(self, cell: Cell[RowT]) -> None:
        if self.checked is not None:
            checked = Qt.CheckState.Checked if self.checked(cell.row) else Qt.CheckState.Unchecked
            paint_check_box(cell.painter, check_box_in(cell.area), checked, cell.theme)
        elif self.paint is not None:
            self.paint(cell)
        else:
            cell.draw(cell.text, self.font, self.ink(cell.row) if callable(self.ink) else self.ink)

    def box_in(self, area: QRectF, *, narrow: bool) -> QRectF:
        """A cell without indent and gap."""
        own = self.narrow_indent_px
        return area.adjusted(own if narrow and own is not None else self.indent_px, 0, -self.gap_px, 0)


def column_widths(columns: Sequence[Column[RowT]], width_px: int, *, narrow: bool) -> list[int]:
    """The width of each column in a table of this width; 0: it does not appear."""
    widths = [
        0
        if width_px < column.from_px
        else column.narrow_px
        if narrow and column.narrow_px is not None
        else column.width_px
        for column in columns
    ]
    rest_px = width_px - sum(w for w, column in zip(widths, columns, strict=True) if not column.takes_rest)
    left_px = rest_px
    for place, column in enumerate(columns):
        if column.grows is not None:
            more_px = column.grows(rest_px)
            widths[place] += more_px
            left_px -= more_px
    return [
        max(px, left_px) if column.takes_rest and width_px >= column.from_px else px
        for px, column in zip(widths, columns, strict=True)
    ]


def check_box_in(area: QRectF) -> QRectF:
    return QRectF(area.left() + CHECK_LEFT_PX, round(area.center().y() - _BOX_PX / 2), _BOX_PX, _BOX_PX)


def paint_check_box(painter: QPainter, box: QRectF, checked: Qt.CheckState, theme: Theme) -> None:
    """Draw a check box of 16 x 16 px."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    inner = box.adjusted(0.5, 0.5, -0.5, -0.5)
    if checked is Qt.CheckState.Unchecked:
        painter.setPen(QPen(theme.colour("faint"), 1))
        painter.setBrush(theme.colour("raised"))
        painter.drawRoundedRect(inner, 4, 4)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent"))
        painter.drawRoundedRect(box, 4, 4)
        pen = QPen(theme.colour("on_accent"), 2)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        left, top = box.left(), box.top()
        if checked is Qt.CheckState.Checked:
            tick = [QPointF(left + 4, top + 8.4), QPointF(left + 7, top + 11.2), QPointF(left + 12, top + 5.2)]
            painter.drawPolyline(QPolygonF(tick))
        else:
            painter.drawLine(QPointF(left + 4.5, top + 8), QPointF(left + 11.5, top + 8))
    painter.restore()
