"""The panel at the left to select one cause of failure, or all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import tzinfo

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from core.failures.models import FailedGroup
from gui.forms.form_fields import FieldLabel
from gui.shortcuts import Scope
from gui.theme.theme import Theme
from gui.widgets import Label, Panel, Rule, ScopePill, pressed
from gui.widgets.painted_table import PaintedTable
from gui.widgets.table_model import RowsModel
from gui.workspaces.failed.causes.columns import CauseFormat, CauseRow, cause_column
from gui.workspaces.failed.causes.histogram import HEIGHT_PX, Histogram

HEAD_PX = 46
GROUP_PX, ALL_PX = 88, 36
LEAST_GROUPS = 4  # rows that must fit before the histogram is shown
WIDE_COUNT = 100_000  # from this count on there is no room for the pill
IN_ALL = "in all"


class GroupList(PaintedTable[CauseRow]):
    """Of two or more causes, the first row stands for all of them. Enter and Right move to the messages."""

    left_for_messages = Signal()

    def __init__(self, theme: Theme, model: RowsModel[CauseRow], parent: QWidget | None = None) -> None:
        super().__init__(theme, model, "Causes of failures", row_px=GROUP_PX, line_percent=100, parent=parent)
        self.header.hide()
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().setSingleStep(ALL_PX)

    @override
    @Slot()
    def fit_rows(self) -> None:
        """The row of all causes is less high than the others."""
        super().fit_rows()
        self.verticalHeader().setMinimumSectionSize(self.theme.px(ALL_PX))
        for number in range(self.rows_model.count()):
            row = self.rows_model.row(number)
            height_px = GROUP_PX if row is not None and row.group is not None else ALL_PX
            self.setRowHeight(number, self.theme.px(height_px))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if pressed(Scope.FAILED, event) == "messages" or event.key() == Qt.Key.Key_Right:
            self.left_for_messages.emit()
        else:
            super().keyPressEvent(event)


class GroupsPanel(Panel):
    """Main thread. `chosen` carries the code of a cause; None: all causes."""

    chosen = Signal(object)
    left_for_messages = Signal()

    def __init__(
        self, theme: Theme, *, now_ms: Callable[[], int], zone: tzinfo | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__("Causes", parent, padding_px=0)
        self._texts = CauseFormat(now_ms, zone)
        self.model: RowsModel[CauseRow] = RowsModel(
            [cause_column(self._texts)], lambda row: row.code, copied=self._texts.copied, parent=self
        )
        self.view = GroupList(theme, self.model)
        self.histogram = Histogram(theme, now_ms=now_ms, zone=zone)
        self._none = Label(theme, "Failures are grouped here by what caused them.", "body", "second")
        self._none.setWordWrap(True)
        self._total = Label(theme, "", "title")
        self._in_all = Label(theme, IN_ALL, "body", "second")
        self._pill = ScopePill(theme, "layers-outline", "whole queue")
        self._code: str | None = None
        self._has_choice = self._restoring = self._narrow = False
        self.body.setContentsMargins(1, 1, 1, 4)
        self._build(theme)
        self.view.selectionModel().currentChanged.connect(self._on_current_changed)
        self.view.left_for_messages.connect(self.left_for_messages)

    @property
    def code(self) -> str | None:
        """The code of the selected cause; None: all."""
        return self._code

    @property
    def title(self) -> str:
        """The number of messages of the selection."""
        number = self.model.number_of(self._code)
        group = None if number is None else self.model.rows[number].group
        return "All causes" if group is None else group.cause.title

    def count_of(self, row: CauseRow) -> int:
        """The number of its messages."""
        return self._texts.count_of(row)

    def show_groups(self, groups: Sequence[FailedGroup]) -> None:
        """Show the causes; keeps the selected cause, or selects the largest one if it is no longer listed."""
        self._restoring = True
        self._texts.groups = groups
        rows = [CauseRow(group) for group in groups]
        self.model.show([CauseRow(None), *rows] if len(rows) > 1 else rows)
        self.model.emit_changed()
        self.view.fit_rows()
        self._total.setText(f"{self._texts.count:,}" if groups else "")
        self._in_all.setVisible(bool(groups))
        self._none.setVisible(not groups)
        self.view.setVisible(bool(groups))
        self._fit_head()
        number = self.model.number_of(self._code) if self._has_choice else None
        found = number is not None
        if number is None:
            number = 1 if len(groups) > 1 else 0
        self.view.setCurrentIndex(self.model.index(number, 0) if groups else QModelIndex())
        self._restoring = False
        if groups and not found:
            self._take_choice(number)
        self._show_histogram()

    def choose(self, code: str | None) -> None:
        """Select a cause; None: all. Before the causes are known, the selection is deferred."""
        if not self.model.rowCount():
            self._code, self._has_choice = code, True
            return
        number = self.model.number_of(code)
        if number is None:
            number = self.model.number_of(None)
        if number is not None:
            self.view.setCurrentIndex(self.model.index(number, 0))

    def show_as_of(self, as_of: str) -> None:
        """`as_of`: the time of the last reading, where it is not known what has failed since."""
        self._in_all.setText(f"as of {as_of[:5]}" if as_of else IN_ALL)
        self._fit_head()

    def set_narrow(self, narrow: bool) -> None:
        self._narrow = narrow
        self._fit_head()

    def _fit_head(self) -> None:
        is_old = self._in_all.text() != IN_ALL
        self._total.setHidden(self._narrow and is_old)
        self._pill.setVisible(not self._narrow and self._texts.count < WIDE_COUNT and not is_old)

    def _take_choice(self, number: int) -> None:
        self._code = self.model.rows[number].code
        self._has_choice = True
        self._show_histogram()
        self.chosen.emit(self._code)

    def _show_histogram(self) -> None:
        groups = self._texts.groups
        self.histogram.show_groups(groups, self._code)
        needed_px = HEAD_PX + ALL_PX + GROUP_PX * min(LEAST_GROUPS, len(groups)) + HEIGHT_PX
        self._histogram_box.setVisible(bool(groups) and self.height() >= self.view.theme.px(needed_px))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_histogram()

    def _build(self, theme: Theme) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(12, 0, 12, 0)
        head.setSpacing(8)
        title = FieldLabel(theme, "Ca&uses", "title")
        title.setBuddy(self.view)
        head.addWidget(title)
        head.addWidget(self._pill)
        head.addStretch(1)
        head.addWidget(self._total)
        head.addSpacing(-4)
        head.addWidget(self._in_all)
        box = QWidget()
        theme.fix_size(box, height_px=HEAD_PX)
        box.setLayout(head)
        self.body.addWidget(box)
        none = QVBoxLayout()
        none.setContentsMargins(13, 0, 12, 0)
        none.addWidget(self._none)
        self.body.addLayout(none)
        self.body.addWidget(self.view, 1)
        self.body.addStretch(0)  # takes the room while there is no cause
        self._histogram_box = QWidget()
        column = QVBoxLayout(self._histogram_box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Rule())
        column.addWidget(self.histogram)
        self._histogram_box.hide()
        self._in_all.hide()
        self.view.hide()
        self.body.addWidget(self._histogram_box)

    @Slot(QModelIndex, QModelIndex)
    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid() and not self._restoring:
            self._take_choice(current.row())
