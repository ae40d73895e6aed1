"""The table view: all that its columns leave open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Generic, cast

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QWidget,
)
from typing_extensions import override

from gui.shortcuts import SHORTCUTS, Scope
from gui.theme.palette import Role
from gui.theme.theme import Theme
from gui.widgets.announcements import show_note
from gui.widgets.cells import (
    Cell,
    CellButton,
    Column,
    RowT,
    check_box_in,
    column_widths,
    draw_elided,
    draw_fitted,
    paint_check_box,
)
from gui.widgets.keys import pressed
from gui.widgets.row_menu import RowAction, RowMenu
from gui.widgets.row_style import (
    SELECTED,
    paint_background,
    paint_placeholder,
    rect_of,
    set_row_height,
    state_of,
    style_rows,
)
from gui.widgets.table_model import Index, RowsModel, TableModel

HEAD_PX = 24
SCROLL_BAR_PX = 10
FOCUS_PX = 2
BELOW_PX, _ABOVE_LINE_PX = 18, 4  # of the text below the cells of a row, and between it and the line
_LEAST_TITLE_PX = 34
_LEAST_PLACEHOLDER_PX = 48  # narrower columns are empty while a row is loaded


class PaintedTable(QTableView, Generic[RowT]):
    """Main thread. A table with rows of equal height, one of which can be the current one.

    While it has the focus, there is a frame around that row, or around all rows where it is out of sight.

    Home and End go to the first and last row, Ctrl+C copies the current one; where rows have check boxes, Space checks
    the current one and Ctrl+A asks for all. A right click, the Menu key and Shift+F10 open `menu`: what `row_actions`
    returns for the row, and copying.

    `narrow_px`: a table that is not as wide as this shows its columns in their narrow form. `beside_bar`: the columns
    leave room for the scroll bar, so that nothing moves when it appears; `to_edge`: rows are painted across that room.
    """

    button_clicked = Signal(str, object)  # name, row
    all_toggled = Signal()  # with the check box over the rows, or by Ctrl+A

    def __init__(
        self,
        theme: Theme,
        model: TableModel[RowT],
        name: str,
        *,
        row_px: int,
        head_px: int = HEAD_PX,
        narrow_px: int = 0,
        beside_bar: bool = False,
        to_edge: bool = False,
        line_percent: int = 60,
        mark: Role | None = "accent",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.theme, self.rows_model = theme, model
        self.narrow = False
        self.mark = mark  # colour of the bar at the left of the current row
        self.line_percent = line_percent
        self.hovered: tuple[int, str] | None = None  # number of the row, and name of the button under the pointer
        self.row_actions: Callable[[RowT], Sequence[RowAction]] = lambda _row: ()
        self.menu = RowMenu(self, self._menu_entries)
        self.below: Callable[[RowT], str] | None = None
        self._row_px, self._narrow_px = row_px, narrow_px
        self._beside_bar, self._to_edge = beside_bar, to_edge
        self._edge_px = 0  # of the last column, beyond its text
        self._kept: RowT | None = None
        self.header = TableHeader(self, head_px)
        self.setModel(model)
        self.setItemDelegate(_CellDelegate(self))
        self.setHorizontalHeader(self.header)
        self.setAccessibleName(name)
        style_rows(self)
        self.fit_rows()
        self.clicked.connect(self._on_clicked)
        if isinstance(model, RowsModel):
            model.modelAboutToBeReset.connect(self._on_about_to_reset)
            model.modelReset.connect(self._on_reset)
        theme.changed.connect(self.viewport().update)
        theme.changed.connect(self.header.viewport().update)
        theme.changed.connect(self.fit_rows)
        theme.changed.connect(self._lay_out)

    def set_below(self, below: Callable[[RowT], str] | None) -> None:
        """Have rows with a line of text below their cells, which begins below the first title; None: without."""
        has_changed = (below is None) != (self.below is None)
        self.below = below
        if has_changed:
            self.fit_rows()
        self.viewport().update()

    @property
    def current_row(self) -> RowT | None:
        index = self.currentIndex()
        return self.rows_model.row(index.row()) if index.isValid() else None

    def copy(self, text: str, what: str) -> None:
        """Put a text on the clipboard, and say so of `what`: `The row`."""
        QGuiApplication.clipboard().setText(text)
        show_note(self, f"{what} is on the clipboard")

    def content_of(self, area: QRectF, place: int) -> QRectF:
        """The part of a cell, or of a title, that its column paints."""
        last = place == len(self.rows_model.columns) - 1
        return area.adjusted(0, 0, -self._edge_px if last else 0, 0)

    def button_at(self, at: QPointF) -> tuple[int, RowT, CellButton] | None:
        """The button at this position, with number and row."""
        index = self.indexAt(at.toPoint())
        row = self.rows_model.row(index.row()) if index.isValid() else None
        column = self.rows_model.columns[max(0, index.column())]
        if row is None or column.buttons is None:
            return None
        buttons = column.buttons(self.visualRect(index).toRectF(), row, self.narrow)
        return next(((index.row(), row, each) for each in buttons if each.box.contains(at)), None)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() is not QContextMenuEvent.Reason.Mouse:
            self.menu.open_at_row()
        elif self.indexAt(event.pos()).isValid():
            self.menu.popup(event.globalPos())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        model, current = self.rows_model, self.currentIndex()
        checks = any(column.checked is not None for column in model.columns)
        match pressed(Scope.TABLE, event):
            case ("first" | "last") as end:  # Qt would move within the row
                self.setCurrentIndex(model.index(0 if end == "first" else model.count() - 1, max(0, current.column())))
            case "copy":
                if (row := self.current_row) is not None:
                    self.copy(model.copied(row), "The row")
            case "menu":
                self.menu.open_at_row()
            case "all" if checks:
                self.all_toggled.emit()
            case "check" if checks:
                if current.isValid():
                    model.toggle(current.row())
            case _:
                super().keyPressEvent(event)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        found = self.button_at(event.position())
        hovered = (found[0], found[2].name) if found is not None and found[2].enabled else None
        if hovered != self.hovered:
            self.hovered = hovered
            shape = Qt.CursorShape.ArrowCursor if hovered is None else Qt.CursorShape.PointingHandCursor
            self.viewport().setCursor(shape)
            self.viewport().update()

    @override
    def currentChanged(
        self, current: QModelIndex | QPersistentModelIndex, previous: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().currentChanged(current, previous)
        self.viewport().update()  # the frame is around the whole row, Qt repaints the cell that was current

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            row, seen = self.currentIndex().row(), self.viewport().rect()
            around = QRect(0, self.rowViewportPosition(row), seen.width(), self.rowHeight(row))
            painter = QPainter(self.viewport())
            painter.setPen(QPen(self.theme.colour("accent"), FOCUS_PX))
            painter.drawRect((around if around.intersects(seen) else seen).adjusted(1, 1, -1, -1))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    @Slot()
    def fit_rows(self) -> None:
        """Rows are as high as their texts need. Overridden where they are not equally high."""
        set_row_height(self, self.theme.px(self._row_px + (BELOW_PX if self.below else 0)))

    @Slot()
    def _lay_out(self) -> None:
        """With larger texts as a table that is so much narrower, drawn larger."""
        seen_px = self.viewport().width()
        width_px = self.width() - SCROLL_BAR_PX if self._beside_bar else seen_px
        factor = self.theme.text_factor
        self.narrow = width_px < self._narrow_px * factor
        widths = column_widths(self.rows_model.columns, round(width_px / factor), narrow=self.narrow)
        for place, px in enumerate(round(width * factor) for width in widths):
            self.setColumnHidden(place, px == 0)
            self.setColumnWidth(place, px)
        if self._to_edge:
            self._edge_px = seen_px - width_px
            self.setColumnWidth(place, px + self._edge_px)

    def _menu_entries(self) -> Sequence[RowAction]:
        row, model = self.current_row, self.rows_model
        if row is None:
            return ()
        copy = SHORTCUTS[Scope.TABLE]["copy"].entry("&Copy row")
        copies = [RowAction(copy, partial(self.copy, model.copied(row), "The row"))]
        if row_id := model.row_id(row):
            copies.append(RowAction("Copy &id", partial(self.copy, row_id, "The id")))
        return [*self.row_actions(row), *copies]

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        if self.rows_model.columns[index.column()].checked is not None:
            self.rows_model.toggle(index.row())

    @Slot()
    def _on_about_to_reset(self) -> None:
        self._kept = self.current_row

    @Slot()
    def _on_reset(self) -> None:
        """Keep the current row. It is the same one, so no selection is announced."""
        model = cast("RowsModel[RowT]", self.rows_model)
        number = None if self._kept is None else model.number_of(model.key(self._kept))
        if number is not None:
            blocked = self.selectionModel().blockSignals(True)
            self.selectRow(number)
            self.selectionModel().blockSignals(blocked)


class TableHeader(QHeaderView):
    """Small titles over a line, aligned as their columns; a box to check all rows over the boxes of the rows."""

    def __init__(self, table: PaintedTable[RowT], height_px: int) -> None:
        super().__init__(Qt.Orientation.Horizontal, table)
        self._table = table
        self._checked: Qt.CheckState | None = None
        self.setFixedHeight(height_px)
        self.setSectionsClickable(False)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(0)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_checked(self, checked: Qt.CheckState) -> None:
        """Show a check box for all rows, in this state."""
        if checked is not self._checked:
            self._checked = checked
            self.viewport().update()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        place = self.logicalIndexAt(event.position().toPoint())
        if self._checked is not None and place >= 0 and self._table.rows_model.columns[place].checked is not None:
            self._table.all_toggled.emit()
        super().mouseReleaseEvent(event)

    @override
    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        table = self._table
        area = table.content_of(QRectF(rect), logicalIndex)
        column = table.rows_model.columns[logicalIndex]
        if column.checked is not None and self._checked is not None:
            paint_check_box(painter, check_box_in(area).translated(0, -1), self._checked, table.theme)
        title = column.title if column.narrow_title is None or not table.narrow else column.narrow_title
        if area.width() >= table.theme.px(_LEAST_TITLE_PX):
            box = column.box_in(area.adjusted(0, 0, 0 if column.right else column.gap_px, -1), narrow=table.narrow)
            draw_elided(painter, table.theme, box, title, "small", "second", right=column.right)
        painter.fillRect(QRectF(rect.left(), area.bottom() - 1, rect.width(), 1), table.theme.colour("line"))


class _CellDelegate(QStyledItemDelegate):
    """Paints a cell as its column says, over selection and hover; knows of the buttons within cells."""

    def __init__(self, table: PaintedTable[RowT]) -> None:
        super().__init__(table)
        self._table = table

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        table, place = self._table, index.column()
        column, row = table.rows_model.columns[place], table.rows_model.row(index.row())
        area, state = rect_of(option), state_of(option)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_background(painter, table.theme, area, state, table.line_percent, None if place else table.mark)
        area = table.content_of(area, place)
        if row is not None and table.below is not None and (words := table.below(row)):
            painter.setClipRect(area)
            below_px = table.theme.px(BELOW_PX)
            line = area.adjusted(0, area.height() - below_px - _ABOVE_LINE_PX, 0, -_ABOVE_LINE_PX)
            box = self._over(line, lambda each: bool(each.title))
            draw_elided(painter, table.theme, box, words, "small", "second")
            area = area.adjusted(0, 0, 0, -below_px)
        if row is None:
            if column.width_px >= _LEAST_PLACEHOLDER_PX:
                paint_placeholder(painter, table.theme, area, index.row() * 7 + place * 13, right=column.right)
        elif column.across is not None and (words := column.across(row)):
            painter.setClipRect(area)
            box = self._over(area, lambda each: each.across is column.across)
            draw_fitted(painter, table.theme, box, words, "body", "second")
        else:
            hovered = table.hovered[1] if table.hovered is not None and table.hovered[0] == index.row() else ""
            box, text = column.box_in(area, narrow=table.narrow), column.text(row)
            focused = table.hasFocus() and bool(state & SELECTED)
            cell = Cell(painter, table.theme, area, box, row, text, column.right, table.narrow, hovered, focused)
            column.paint_cell(cell)
        painter.restore()

    @override
    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index) -> bool:
        if event.type() is QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent):
            found = self._table.button_at(event.position())
            if found is not None:
                _number, row, button = found
                if button.enabled:
                    self._table.button_clicked.emit(button.name, row)
                return True
        return super().editorEvent(event, model, option, index)

    @override
    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        found = self._table.button_at(QPointF(event.pos())) if index.isValid() else None
        if found is not None and found[2].tip:
            QToolTip.showText(event.globalPos(), found[2].tip, view)
            return True
        return super().helpEvent(event, view, option, index)

    def _over(self, area: QRectF, is_covered: Callable[[Column[Any]], bool]) -> QRectF:
        """The cell with those beside it, from the first to the last of these columns."""
        table = self._table
        places = [place for place, column in enumerate(table.rows_model.columns) if is_covered(column)]
        left = table.columnViewportPosition(places[0])
        right = table.columnViewportPosition(places[-1]) + table.columnWidth(places[-1])
        return QRectF(left, area.top(), right - left, area.height())
