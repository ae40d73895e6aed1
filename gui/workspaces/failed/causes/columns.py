"""The column of the causes: icon, title, count, advice, time of the last failure, and the last hour as small bars."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from core.failures.causes import Advice, Cause
from core.failures.models import FailedGroup
from gui.theme.theme import FontRole, Theme
from gui.widgets.cells import Cell, Column, draw_elided
from gui.workspaces.failed.formatting import last_text, messages

ALL = "All causes"
_NARROW_PX = 240

_FIELD_ICONS = {
    "distance": "ruler",
    "duration": "timer-outline",
    "timestamp": "calendar-alert",
    "userId": "account-outline",
    "type": "run",
    "avgHeartRate": "heart-pulse",
    "maxHeartRate": "heart-pulse",
    "elevationGain": "image-filter-hdr",
    "avgPower": "flash-outline",
    "weightKg": "scale-bathroom",
    "sets": "dumbbell",
    "revision": "content-duplicate",
}
_ADVICE_ICONS = {
    Advice.EDIT: "pencil-outline",
    Advice.EDIT_RAW: "pencil-outline",
    Advice.RETRY: "refresh",
}


def cause_icon(cause: Cause) -> str:
    if cause.advice is Advice.EDIT_RAW:
        return "code-braces"
    if cause.field:
        return _FIELD_ICONS.get(cause.field, "form-textbox")
    return "database-outline" if cause.code.endswith("StoreUnavailableError") else "cog-outline"


@dataclass(frozen=True, slots=True)
class CauseRow:
    """A row of the list; without a group, that of all causes."""

    group: FailedGroup | None

    @property
    def code(self) -> str | None:
        return None if self.group is None else self.group.cause.code


@dataclass(slots=True)
class CauseFormat:
    """What rows of the list depend on: the time, and all groups."""

    now_ms: Callable[[], int]
    zone: tzinfo | None = None
    groups: Sequence[FailedGroup] = field(default_factory=tuple)

    @property
    def count(self) -> int:
        """The number of all messages."""
        return sum(group.count for group in self.groups)

    def last(self, group: FailedGroup) -> str:
        return last_text(group.last_at_ms, self.now_ms(), self.zone)

    def count_of(self, row: CauseRow) -> int:
        return self.count if row.group is None else row.group.count

    def spoken(self, row: CauseRow) -> str:
        return ", ".join(self._texts(row))

    def copied(self, row: CauseRow) -> str:
        return "\t".join(self._texts(row))

    def _texts(self, row: CauseRow) -> Sequence[str]:
        texts = [_title(row), messages(self.count_of(row))]
        return texts if (group := row.group) is None else [*texts, group.cause.advice.value, self.last(group)]

    def count_font(self, theme: Theme, width_px: float) -> FontRole:
        """One font for all counts: the large one if no title is elided by it."""
        titles, counts = theme.metrics("title"), theme.metrics("headline")
        fits = all(
            titles.horizontalAdvance(each.cause.title) + 8 + counts.horizontalAdvance(f"{each.count:,}") <= width_px
            for each in self.groups
        )
        return "headline" if fits else "title"


def cause_column(texts: CauseFormat) -> Column[CauseRow]:
    def paint(cell: Cell[CauseRow]) -> None:
        if cell.row.group is None:
            _paint_all(cell)
        else:
            _paint_group(cell, cell.row.group, texts)
        if cell.focused:
            cell.painter.setPen(QPen(cell.theme.colour("accent"), 1))
            cell.painter.setBrush(Qt.BrushStyle.NoBrush)
            cell.painter.drawRect(cell.area.adjusted(0.5, 0.5, -0.5, -1.5))

    return Column(takes_rest=True, text=_title, spoken=texts.spoken, tip=_tip, paint=paint, indent_px=38, gap_px=12)


def _title(row: CauseRow) -> str:
    return ALL if row.group is None else row.group.cause.title


def _tip(row: CauseRow) -> str:
    if (group := row.group) is None:
        return ""
    return f"{group.cause.title}: {messages(group.count)}, {sum(group.recent):,} in the last hour"


def _paint_all(cell: Cell[CauseRow]) -> None:
    icon = QRectF(cell.area.left() + 13, round(cell.area.center().y() - 8.5), 16, 16)
    cell.theme.paint_icon(cell.painter, icon, "format-list-bulleted", cell.theme.colour("second"))
    cell.draw(cell.text, "title", box=cell.box.adjusted(0, 0, 0, -1))


def _paint_group(cell: Cell[CauseRow], group: FailedGroup, texts: CauseFormat) -> None:
    painter, theme, area, box = cell.painter, cell.theme, cell.area, cell.box
    px = theme.px
    left, top, narrow = box.left(), box.top(), area.width() < px(_NARROW_PX)
    icon = QRectF(area.left() + 13, top + px(25) - 8, 16, 16)
    theme.paint_icon(painter, icon, cause_icon(group.cause), theme.colour("second"))
    _paint_title(cell, QRectF(left, top + px(12), box.width(), px(26)), group, texts, narrow=narrow)
    advice = QRectF(left, top + px(40), px(128), px(16))
    pencil = QRectF(left, round(advice.center().y() - 6.5), 13, 13)
    theme.paint_icon(painter, pencil, _ADVICE_ICONS[group.cause.advice], theme.colour("second"))
    cell.draw(group.cause.advice.value, "small", box=advice.adjusted(17, 0, 0, 0))
    cell.draw(texts.last(group), "small", "second", advice.translated(0, px(17)))
    if not narrow:
        _paint_recent(painter, theme, QRectF(box.right() - px(88), top + px(44), px(88), px(23)), group.recent)


def _paint_title(cell: Cell[CauseRow], line: QRectF, group: FailedGroup, texts: CauseFormat, *, narrow: bool) -> None:
    """Paint title and count: beside each other, or in a narrow list the count below."""
    count, font = f"{group.count:,}", texts.count_font(cell.theme, line.width())
    px = cell.theme.px
    below = QRectF(line.left(), line.top() + px(45), line.width(), px(16))
    draw_elided(
        cell.painter, cell.theme, below if narrow else line, count, "title" if narrow else font, "text", right=True
    )
    count_px = 0 if narrow else cell.theme.metrics(font).horizontalAdvance(count) + 8
    cell.draw(cell.text, "title", box=line.adjusted(0, 0, -count_px, 0))


def _paint_recent(painter: QPainter, theme: Theme, box: QRectF, recent: tuple[int, ...]) -> None:
    painter.fillRect(QRectF(box.left(), box.bottom(), box.width() + 1, 1), theme.colour("line"))
    most = max(recent, default=0)
    step = box.width() / max(1, len(recent))
    hue = theme.colour("failed")
    for place, n in enumerate(recent):
        if n:
            height = max(2.0, round(box.height() * n / most))
            painter.fillRect(QRectF(round(box.left() + place * step), box.bottom() - height, 2, height), hue)
