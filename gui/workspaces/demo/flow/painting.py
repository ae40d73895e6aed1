"""How the parts of the flow are painted: boxes with a title and numbers, the stack of the queue, the account."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gui.theme.palette import Role
from gui.theme.theme import FontRole, Theme
from gui.widgets import STATE_GLYPHS, paint_glyph
from gui.widgets.cells import draw_elided
from gui.workspaces.demo.flow.words import Account, NodeWords, NumberRow, number_ways

RADIUS_PX, FOCUS_PX = 8, 2
_PAD_PX, _NARROW_PAD_PX, _NARROW_BELOW_PX = 12, 8, 110
ROW_PX = 16
_TITLE_PX, _NUMBER_PX, _MOST_ROW_PX, _GAP_PX, _EDGE_PX, _LEAST_EDGE_PX = 20, 26, 24, 8, 9, 4
_ICON_PX, _SMALL_ICON_PX, _BESIDE_ICON_PX, _UNIT_GAP_PX = 16, 14, 8, 6
_BAR_PX, _BAR_PITCH_PX, _STACK_PERCENT = 3, 4, 60
_BAR_STEPS = (1, 2, 5)


def fitting(theme: Theme, ways: Sequence[str], font: FontRole, room_px: float) -> str:
    """The first way to write it that has room; else the last one."""
    measure = theme.metrics(font).horizontalAdvance
    return next((each for each in ways if measure(each) <= room_px), ways[-1])


def write(
    painter: QPainter, theme: Theme, box: QRectF, text: str, font: FontRole, ink: Role, *, right: bool = False
) -> float:
    return draw_elided(painter, theme, box, text, font, ink, right=right)


def paint_frame(
    painter: QPainter, theme: Theme, box: QRectF, hue: Role | None, *, fill: Role = "raised", hovered: bool = False
) -> None:
    """The ground and the border of a box."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colour("line" if hue is None else hue), 1))
    painter.setBrush(QColor(theme.tint("text", 3, fill)) if hovered else theme.colour(fill))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_PX, RADIUS_PX)


def paint_focus(painter: QPainter, theme: Theme, box: QRectF) -> None:
    painter.setPen(QPen(theme.colour("accent"), FOCUS_PX))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), RADIUS_PX, RADIUS_PX)


def paint_node(painter: QPainter, theme: Theme, box: QRectF, words: NodeWords, *, hovered: bool) -> None:
    """A box from its title down; what is over goes between its lines, or to the stack."""
    paint_frame(painter, theme, box, None if words.calm else words.hue, hovered=hovered)
    px, pad = theme.px, theme.px(_NARROW_PAD_PX if box.width() < theme.px(_NARROW_BELOW_PX) else _PAD_PX)
    inner = box.adjusted(pad, 0, -pad, 0)
    row_px, gap_px, edge_px = _heights(theme, box.height(), words)
    top = box.top() + edge_px
    _paint_title(painter, theme, QRectF(inner.left(), top, inner.width(), px(_TITLE_PX)), words)
    top += px(_TITLE_PX) + (px(4) if words.stack is not None else gap_px)
    if words.line:
        line = QRectF(inner.left(), top, inner.width(), px(ROW_PX))
        write(painter, theme, line, fitting(theme, words.line, "small", line.width()), "small", "second")
        return
    _paint_number(painter, theme, QRectF(inner.left(), top, inner.width() + pad / 2, px(_NUMBER_PX)), words)
    top += px(_NUMBER_PX) + gap_px
    icons = all(_row_px(theme, row) <= inner.width() for row in words.rows)
    for row in words.rows:
        _paint_row(painter, theme, QRectF(inner.left(), top, inner.width(), px(ROW_PX)), row, icon=icons)
        top += row_px
    if words.stack is not None:
        area = QRectF(inner.left(), top + px(6), inner.width(), box.bottom() - pad - top - px(6))
        paint_stack(painter, theme, area, words.stack)


def _heights(theme: Theme, height: float, words: NodeWords) -> tuple[float, float, float]:
    """From one row to the next, between title, number and rows, and from the edge to the title."""
    px = theme.px
    if words.line:
        free = height - px(_TITLE_PX) - px(ROW_PX)
        return px(ROW_PX), 0.0, max(0.0, free / 2)
    if words.stack is not None:
        return px(ROW_PX), 0.0, px(_EDGE_PX)
    rows = len(words.rows)
    content = px(_TITLE_PX) + px(_NUMBER_PX) + rows * px(ROW_PX)
    edge = min(px(_EDGE_PX), max(px(_LEAST_EDGE_PX), (height - content) / 2))
    free = height - 2 * edge - content
    gap = min(px(_GAP_PX), free / (rows + 1))
    more = max(0.0, free - gap * (rows + 1)) if rows > 1 else 0.0
    return px(ROW_PX) + min(px(_MOST_ROW_PX - ROW_PX), gap + more / rows if rows else gap), gap, edge


def _paint_title(painter: QPainter, theme: Theme, line: QRectF, words: NodeWords) -> None:
    measure = theme.metrics("title").horizontalAdvance
    hue: Role = words.hue or "second"
    icon, beside = theme.px(_ICON_PX), theme.px(_BESIDE_ICON_PX)
    corner_px = measure(words.corner) + beside if words.corner else 0.0
    if icon + beside + measure(words.title) + corner_px > line.width():
        icon = beside = 0  # the word says more than its picture
    else:
        square = QRectF(line.left(), line.center().y() - icon / 2, icon, icon)
        theme.paint_icon(painter, square, words.icon, theme.colour(hue))
    write(painter, theme, line.adjusted(icon + beside, 0, -corner_px, 0), words.title, "title", "text")
    if words.corner:
        write(painter, theme, line, words.corner, "title", words.hue or "text", right=True)


def _paint_number(painter: QPainter, theme: Theme, line: QRectF, words: NodeWords) -> None:
    """Large with its unit; in less room smaller, and at last without the unit."""
    gap = theme.px(_UNIT_GAP_PX)
    unit_px = theme.metrics("small").horizontalAdvance(words.unit) + gap
    tries: tuple[tuple[FontRole, float], ...] = (
        ("headline", unit_px),
        ("title", unit_px),
        ("headline", 0),
        ("title", 0),
    )
    for text, (font, beside_px) in product(words.number, tries):
        if theme.metrics(font).horizontalAdvance(text) <= line.width() - beside_px:
            break
    end = write(painter, theme, line, text, font, words.hue or "text")
    if beside_px:  # on the base line of the number
        drop = (theme.metrics(font).capHeight() - theme.metrics("small").capHeight()) / 2
        rest = QRectF(end + gap, line.top() + drop, line.right() - end - gap + 1, line.height())
        write(painter, theme, rest, words.unit, "small", "second")


def _row_px(theme: Theme, row: NumberRow) -> float:
    """The width that a row needs with its icon."""
    icon_px = theme.px(_SMALL_ICON_PX + _UNIT_GAP_PX) if row.icon else 0
    words_px = theme.metrics("small").horizontalAdvance(row.label)
    return icon_px + words_px + 4 + theme.metrics("small_bold").horizontalAdvance(row.value)


def _paint_row(painter: QPainter, theme: Theme, line: QRectF, row: NumberRow, *, icon: bool) -> None:
    value_px = theme.metrics("small_bold").horizontalAdvance(row.value)
    write(painter, theme, line, row.value, "small_bold", "text", right=True)
    room = line.adjusted(0, 0, -value_px - 4, 0)
    label_px = theme.metrics("small").horizontalAdvance(row.label)
    if row.icon and icon:
        size = theme.px(_SMALL_ICON_PX)
        square = QRectF(room.left() + 1, room.center().y() - size / 2, size, size)
        theme.paint_icon(painter, square, row.icon, theme.colour("second"))
        room.adjust(size + theme.px(_UNIT_GAP_PX), 0, 0, 0)
    if label_px <= room.width() + 1:
        write(painter, theme, room.adjusted(0, 0, 1, 0), row.label, "small", "second")


def stack_bars(height: float, messages: int) -> tuple[int, int]:
    """How many bars there are, and how many messages each stands for."""
    room, power, place = max(1, int((height + 1) // _BAR_PITCH_PX)), 1, 0
    while messages > room * _BAR_STEPS[place] * power:
        place += 1
        if place == len(_BAR_STEPS):
            place, power = 0, power * 10
    each = _BAR_STEPS[place] * power
    return -(-messages // each), each


def paint_stack(painter: QPainter, theme: Theme, area: QRectF, messages: int) -> None:
    """Bars from the bottom up; the lowest is the next one that is taken."""
    bars, each = stack_bars(area.height(), messages)
    if each > 1:
        note = QRectF(area.left(), area.top() - theme.px(3), area.width(), theme.px(ROW_PX))
        area = area.adjusted(0, theme.px(ROW_PX), 0, 0)
        bars, each = stack_bars(area.height(), messages)
        write(painter, theme, note, f"1 bar = {each:,}", "small", "second")
    soft, strong = QColor(theme.tint("waiting", _STACK_PERCENT, "raised")), theme.colour("waiting")
    for number in range(bars):
        top = area.bottom() - number * _BAR_PITCH_PX - _BAR_PX
        painter.fillRect(QRectF(area.left(), round(top), area.width(), _BAR_PX), soft if number else strong)


def paint_account(painter: QPainter, theme: Theme, box: QRectF, account: Account) -> None:
    """Lost and doubled beside each other: 0 with a check, anything else with a cross in the failed hue."""
    px = theme.px
    words_px = theme.metrics("small").horizontalAdvance("Doubled")
    pad = max(0.0, min(px(12), (box.width() - words_px * 2 - px(12)) / 2))
    middle = round(min(box.left() + box.width() * 0.46, box.right() - words_px - px(7)))
    painter.fillRect(QRectF(middle, box.top() + px(4), 1, box.height() - px(8)), theme.colour("line"))
    right_pad = min(px(13), max(px(6), pad))
    lost = QRectF(box.left() + pad, box.top(), middle - 4 - box.left() - pad, box.height())
    doubled = QRectF(middle + right_pad, box.top(), box.right() + 1 - middle - right_pad, box.height())
    _paint_of_account(painter, theme, lost, "Lost", account.lost)
    _paint_of_account(painter, theme, doubled, "Doubled", account.doubled)


def _paint_of_account(painter: QPainter, theme: Theme, box: QRectF, word: str, number: int) -> None:
    px, size, gap = theme.px, theme.px(12), 6
    write(painter, theme, QRectF(box.left(), box.top() + px(1), box.width() + 1, px(ROW_PX)), word, "small", "second")
    line = QRectF(box.left(), box.top() + px(1 + ROW_PX + 2), box.width(), px(_NUMBER_PX))
    fonts: tuple[FontRole, ...] = ("headline", "title")
    for text, font in product(number_ways(number), fonts):
        if theme.metrics(font).horizontalAdvance(text) + gap + size <= line.width():
            break
    end = write(painter, theme, line, text, font, "failed" if number else "text")
    glyph, hue = STATE_GLYPHS["failed" if number else "stored"]
    square = QRectF(end + gap, round(line.center().y() - size / 2), size, size)
    if square.right() <= box.right() + 2:
        paint_glyph(painter, square, glyph, theme.colour(hue))


LEGEND: tuple[tuple[str, Role], ...] = (
    ("waiting", "waiting"),
    ("running", "running"),
    ("stored", "stored"),
    ("failed", "failed"),
    ("badge", "achievement"),
)


def paint_legend(painter: QPainter, theme: Theme, box: QRectF) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pitch = min(theme.px(17), box.height() / len(LEGEND))
    left, top = box.left() + theme.px(10), box.bottom() - pitch * len(LEGEND)
    for number, (word, hue) in enumerate(LEGEND):
        line = QRectF(left + theme.px(12), top + number * pitch, box.right() - left - theme.px(12), pitch)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(hue))
        painter.drawEllipse(QPointF(left, line.center().y()), theme.px(8) / 2, theme.px(8) / 2)
        write(painter, theme, line, word, "small", "second")
