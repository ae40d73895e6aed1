"""The tiles of badges, as many beside each other as there is room for."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from core.athletes.badges import Badge
from gui.theme.theme import Theme
from gui.widgets.painted_table import SCROLL_BAR_PX
from gui.widgets.row_style import HOVERED, rect_of, state_of
from gui.widgets.table_model import Index, RowsModel
from gui.workspaces.athletes.badges.texts import BadgeFormat
from gui.workspaces.athletes.badges.tile import FOCUS_PX, TILE_HEIGHT_PX, TILE_PX, paint_tile

GAP_PX = 8  # half of it around each tile


class BadgeGrid(QListView):
    """Main thread. Arrow keys go from tile to tile; Enter, or a double click, activates one.

    While it has the focus, there is a frame around the current tile, or around all where that is out of sight.
    """

    def __init__(self, theme: Theme, model: RowsModel[Badge], texts: BadgeFormat) -> None:
        super().__init__()
        self._theme = theme
        self.setModel(model)
        self.setItemDelegate(_TileDelegate(self, theme, model, texts))
        self.setAccessibleName("Badges")
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QListView.Shape.NoFrame)
        theme.changed.connect(self._fit)
        theme.changed.connect(self.viewport().update)
        self._fit()

    @property
    def columns(self) -> int:
        """Tiles beside each other."""
        return max(1, self._room_px() // (self._theme.px(TILE_PX) + GAP_PX))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(TILE_PX) + GAP_PX + SCROLL_BAR_PX, self._theme.px(TILE_HEIGHT_PX) + GAP_PX)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()
        super().resizeEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        seen = self.viewport().rect()
        if self.hasFocus() and not self.visualRect(self.currentIndex()).intersects(seen):
            painter = QPainter(self.viewport())
            painter.setPen(QPen(self._theme.colour("accent"), FOCUS_PX))
            painter.drawRect(seen.adjusted(1, 1, -1, -1))

    def _room_px(self) -> int:
        """Qt leaves room for the scroll bar whether it is there or not, and one pixel."""
        extent = QStyle.PixelMetric.PM_ScrollBarExtent
        return self.width() - 1 - self.style().pixelMetric(extent, None, self.verticalScrollBar())

    @Slot()
    def _fit(self) -> None:
        height_px = self._theme.px(TILE_HEIGHT_PX) + GAP_PX
        self.setGridSize(QSize(self._room_px() // self.columns, height_px))
        self.verticalScrollBar().setSingleStep(height_px // 2)


class _TileDelegate(QStyledItemDelegate):
    def __init__(self, grid: BadgeGrid, theme: Theme, model: RowsModel[Badge], texts: BadgeFormat) -> None:
        super().__init__(grid)
        self._grid, self._theme, self._model, self._texts = grid, theme, model, texts

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self._grid.gridSize()

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        badge = self._model.row(index.row())
        if badge is None:
            return
        half = GAP_PX / 2
        box = rect_of(option).adjusted(half, half, -half, -half)
        focused = self._grid.hasFocus() and index.row() == self._grid.currentIndex().row()
        hovered = bool(state_of(option) & HOVERED)
        paint_tile(painter, self._theme, box, badge, self._texts, hovered=hovered, focused=focused)
