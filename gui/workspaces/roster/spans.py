"""The cells that are selected, and the handle at their corner that fills them down by the mouse."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QPainter, QPen

from core.roster.grid import RosterRow
from gui.theme.theme import Theme

HANDLE_PX, REACH_PX = 7, 4


@dataclass(frozen=True, slots=True)
class CellSpan:
    """Rows from `first` to `last`, without the empty one below all others."""

    first: int
    last: int
    names: tuple[str, ...]


def fill_preview(span: CellSpan | None, first: RosterRow | None, number: int, row: RosterRow, name: str) -> str:
    """What filling down would write into this cell, if it is an empty one of the selection; `first`: its first row."""
    if span is None or first is None or name not in span.names or not span.first < number <= span.last:
        return ""
    return "" if row.is_sent or row.texts.get(name) else first.texts.get(name, "")


def handle_of(around: QRect) -> QRect:
    corner = around.bottomRight()
    return QRect(corner.x() - HANDLE_PX // 2 - 1, corner.y() - HANDLE_PX // 2 - 1, HANDLE_PX, HANDLE_PX)


def is_on_handle(around: QRect, at: QPoint) -> bool:
    return handle_of(around).adjusted(-REACH_PX, -REACH_PX, REACH_PX, REACH_PX).contains(at)


def paint_span(painter: QPainter, theme: Theme, around: QRect, *, active: bool, handle: bool) -> None:
    # The width changes too: the two colours alone are too near to each other to show where the focus is.
    painter.setPen(QPen(theme.colour("accent"), 2) if active else QPen(theme.colour("faint"), 1))
    painter.drawRect(around.adjusted(0, 0, -1, -1))
    if handle:
        box = handle_of(around)
        painter.fillRect(box.adjusted(-1, -1, 1, 1), theme.colour("surface"))
        painter.fillRect(box, theme.colour("accent"))


def cells_text(rows: Iterable[RosterRow], names: Sequence[str]) -> str:
    """For the clipboard: tabs between cells, a line a row."""
    return "\n".join("\t".join(" ".join(row.texts.get(name, "").split()) for name in names) for row in rows)
