"""How workers are painted, by the room they have, and the place where one more can be added."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gui.theme.palette import Role
from gui.theme.states import State
from gui.theme.theme import Theme
from gui.widgets import STATE_GLYPHS, paint_glyph
from gui.widgets.cells import draw_wrapped, wrapped_height
from gui.workspaces.demo.flow.painting import RADIUS_PX, ROW_PX, fitting, paint_frame, write
from gui.workspaces.demo.flow.words import WorkerWords

_GLYPH_PX, _BAR_PX, _LEAST_BAR_PX, _LEAST_WORDS_PX = 14, 48, 16, 48
_HUES: dict[State, Role] = {"running": "running", "failed": "failed"}  # of the border
_ADD_WAYS = ("Add a worker", "Add worker", "Add")
_TALL_PX, _BOX_PX = 60, 44


def paint_worker(painter: QPainter, theme: Theme, box: QRectF, words: WorkerWords, *, hovered: bool) -> None:
    """By the height of the box: name and rate over job and bar; job and time in one line; or all in one row."""
    hue = _HUES.get(words.state)
    if hue == "running" and words.faint:
        hue = None
    paint_frame(painter, theme, box, hue, hovered=hovered)
    px = theme.px
    inner = box.adjusted(px(12), 0, -px(10), 0)
    if box.height() < px(_BOX_PX):
        _paint_worker_row(painter, theme, inner, words)
        return
    tall = box.height() >= px(_TALL_PX)
    head = QRectF(inner.left(), box.top() + px(7 if tall else 4), inner.width(), px(18))
    _paint_worker_head(painter, theme, head, words)
    ink: Role = "second" if words.state != "running" else "text"
    job = QRectF(inner.left(), head.bottom() + px(4 if tall else 0), inner.width(), px(ROW_PX))
    rest = job.adjusted(0, 0, 0, box.bottom() - px(6) - job.bottom())
    if not words.took and wrapped_height(theme, words.job[0], rest.width(), "small") <= rest.height():
        draw_wrapped(painter, theme, rest, words.job[0], "small", ink)  # why it has no job
        return
    if tall:
        _write_job(painter, theme, job, words, ink)
        foot = QRectF(inner.left(), box.bottom() - px(18), inner.width(), px(ROW_PX))
        took_px = px(40) if words.took else 0
        write(painter, theme, foot, words.took, "small", "text", right=True)
        bar = QRectF(foot.left(), round(foot.center().y() - 2), foot.width() - took_px, 4)
    else:
        took_px = round(theme.metrics("small").horizontalAdvance(words.took)) + 6 if words.took else 0
        write(painter, theme, job, words.took, "small", "text", right=True)
        _write_job(painter, theme, job.adjusted(0, 0, -took_px, 0), words, ink)
        bar = QRectF(inner.left(), box.bottom() - px(6), inner.width(), 4)
    _paint_bar(painter, theme, bar, words.share)


def _write_job(painter: QPainter, theme: Theme, line: QRectF, words: WorkerWords, ink: Role) -> None:
    write(painter, theme, line, fitting(theme, words.job, "small", line.width()), "small", ink)


def _paint_worker_head(painter: QPainter, theme: Theme, line: QRectF, words: WorkerWords) -> None:
    left = _paint_state(painter, theme, line, words)
    rate_px = theme.metrics("small").horizontalAdvance(words.rate)
    write(painter, theme, line, words.rate, "small", "second", right=True)
    room = QRectF(left, line.top(), line.right() - rate_px - 6 - left, line.height())
    write(painter, theme, room, words.title, "title", "second" if words.faint else "text")


def _paint_worker_row(painter: QPainter, theme: Theme, line: QRectF, words: WorkerWords) -> None:
    left = _paint_state(painter, theme, line, words)
    rate_px = theme.metrics("small").horizontalAdvance(words.rate)
    write(painter, theme, line, words.rate, "small", "second", right=True)
    name = QRectF(left, line.top(), line.right() - rate_px - 8 - left, line.height())
    end = write(painter, theme, name, words.title, "medium", "second" if words.faint else "text")
    rest = name.adjusted(end + 8 - name.left(), 0, 0, 0)
    bar_px = min(theme.px(_BAR_PX), rest.width())
    if words.share is not None and bar_px >= _LEAST_BAR_PX:
        bar = QRectF(rest.right() - bar_px, round(line.center().y() - 2), bar_px, 4)
        _paint_bar(painter, theme, bar, words.share)
        rest.adjust(0, 0, -bar_px - 8, 0)
    if rest.width() >= theme.px(_LEAST_WORDS_PX):
        ink: Role = "text" if words.took else "second"
        _write_job(painter, theme, rest, words, ink)


def _paint_state(painter: QPainter, theme: Theme, line: QRectF, words: WorkerWords) -> float:
    """The glyph of its state; returns where the name begins."""
    size = theme.px(_GLYPH_PX)
    glyph, role = STATE_GLYPHS[words.state]
    square = QRectF(line.left(), round(line.center().y() - size / 2), size, size)
    paint_glyph(painter, square, glyph, theme.colour("faint" if words.faint and words.state != "failed" else role))
    return float(square.right() + theme.px(6))


def _paint_bar(painter: QPainter, theme: Theme, bar: QRectF, share: float | None) -> None:
    if share is None:
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("line"))
    painter.drawRoundedRect(bar, 2, 2)
    if share > 0:
        painter.setBrush(theme.colour("running"))
        painter.drawRoundedRect(QRectF(bar.left(), bar.top(), max(4.0, bar.width() * share), bar.height()), 2, 2)


def paint_workers_frame(
    painter: QPainter, theme: Theme, box: QRectF, number: int, more: tuple[QRectF, str] | None, *, hovered: bool
) -> None:
    """What the workers stand in: a title with their number; `more`: where it says how many are not shown."""
    paint_frame(painter, theme, box, None, fill="window", hovered=hovered)
    head = QRectF(box.left() + theme.px(12), box.top() + theme.px(4), box.width() - theme.px(24), theme.px(18))
    write(painter, theme, head, "Workers", "small", "second")
    write(painter, theme, head, f"{number:,}", "small", "second", right=True)
    if more is not None:
        write(painter, theme, more[0], more[1], "small", "second")


def paint_add_worker(painter: QPainter, theme: Theme, box: QRectF, note: tuple[str, ...], *, hovered: bool) -> None:
    """A dashed box with what one more worker would do, where there is room for that."""
    px = theme.px
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(theme.colour("accent"), 1.5)
    pen.setDashPattern([4, 3])
    painter.setPen(pen)
    painter.setBrush(QColor(theme.tint("accent", 16 if hovered else 10, "window")))
    painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), RADIUS_PX, RADIUS_PX)
    inner = box.adjusted(px(12), 0, -px(10), 0)
    size, left = px(_GLYPH_PX), inner.left() + px(_GLYPH_PX + 7)
    has_line = box.height() >= px(40)
    title_px, line_px = px(18), px(ROW_PX)
    free = box.height() - title_px - (line_px if has_line else 0)
    title = QRectF(left, box.top() + free / 2 - (1 if has_line else 0), inner.right() - left, title_px)
    square = QRectF(inner.left(), round(title.center().y() - size / 2), size, size)
    theme.paint_icon(painter, square, "plus", theme.colour("accent"))
    end = write(painter, theme, title, fitting(theme, _ADD_WAYS, "title", title.width()), "title", "text")
    if has_line:
        line = QRectF(left, title.bottom() + 2, inner.right() - left, line_px)
        write(painter, theme, line, fitting(theme, note, "small", line.width()), "small", "second")
    elif note and theme.metrics("small").horizontalAdvance(note[-1]) <= inner.right() - end - 6:
        write(painter, theme, title, note[-1], "small", "second", right=True)
