"""The panel of a chart: header with scope and tools, the plot, and a column of figures beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QAction, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from core.live.console_state import ConsoleState
from gui.charts.export import ChartExporter, Table
from gui.charts.side_column import SideColumn
from gui.charts.time_plot import TimePlot
from gui.charts.time_window import TimeView
from gui.theme.theme import Theme
from gui.widgets import PADDING_PX, ElidedLabel, EmptyState, IconButton, Panel, Rule, ScopePill

HEADER_PX = 24
# Widths of the panel at the usual size of texts.
_SHORT_WORDS_BELOW_PX = 660
_NARROW_BELOW_PX = 780
_NO_SIDE_BELOW_PX = 500
_BESIDE_RULE_PX = 12


class ChartPanel(Panel):
    """Main thread. `refresh` draws what changed, and nothing while the panel is hidden.

    Subclasses fill `header` between title and tools, add the pages of the stack, and implement `_draw`.
    """

    plot: TimePlot | None = None

    def __init__(
        self,
        theme: Theme,
        title: str,
        view: TimeView,
        exporter: ChartExporter,
        *,
        scope: tuple[str, str] = ("layers-outline", "whole queue"),
        side: SideColumn | None = None,
    ) -> None:
        """`scope`: icon and text of the pill. `side`: the column beside the plot."""
        super().__init__(title)
        self._theme, self._title, self._view, self._side, self._exporter = theme, title, view, side, exporter
        self._last: tuple[ConsoleState, int] | None = None
        self._drawn: object = None
        self._page = -1
        self.pill = ScopePill(theme, *scope)
        self.stack = QStackedWidget()
        self.header = QHBoxLayout()
        self._optional: dict[QWidget, bool] = {}  # header parts, first to be hidden first -> wanted
        self._fitted_px = -1  # width that the visible parts needed when they were selected
        self._build(theme, title)
        theme.changed.connect(self._fit)
        theme.changed.connect(self._redraw)
        view.changed.connect(self._redraw)

    def refresh(self, state: ConsoleState, now_ms: int) -> None:
        """Show the state as of now. Cheap if nothing visible changed."""
        self._last = (state, now_ms)
        self._view.began_ms = state.began_ms
        if not self.isVisible():
            return
        what = self._what_shows(state, now_ms)
        if what != self._drawn:
            self._drawn = what
            self._draw(state, now_ms)

    def table(self) -> Table:
        """The visible data as rows, for a file or the clipboard."""
        return Table((), ()) if self.plot is None else self.plot.table()

    def _what_shows(self, state: ConsoleState, now_ms: int) -> object:
        """A value that changes whenever `_draw` would draw something else. Implemented by subclasses."""
        return now_ms

    def _draw(self, state: ConsoleState, now_ms: int) -> None:
        """Draw the state. Implemented by subclasses."""

    @Slot()
    def _redraw(self) -> None:
        self._drawn = None
        if self._last is not None:
            self.refresh(*self._last)

    def _build(self, theme: Theme, title: str) -> None:
        self.header.setContentsMargins(0, 0, 0, 0)
        self.header.setSpacing(8)
        self.header.addWidget(ElidedLabel(theme, title, "title"))
        self.header.addWidget(self.pill)
        self._head = QWidget()
        self._head.setFixedHeight(HEADER_PX)
        self._head.setLayout(self.header)
        self._head.installEventFilter(self)
        # Neither header nor plot may limit how small the window gets.
        self._head.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.stack.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        left = QVBoxLayout()
        left.setSpacing(4)
        left.addWidget(self._head)
        left.addWidget(self.stack, 1)
        row = QHBoxLayout()
        row.setSpacing(_BESIDE_RULE_PX)
        row.addLayout(left, 1)
        self._rule = Rule(Qt.Orientation.Vertical)
        if self._side is not None:
            row.addWidget(self._rule)
            row.addWidget(self._side)
        self.body.addLayout(row, 1)

    def _add_pages(self, art: Literal["depth", "latency"], title: str, line: str, plot: TimePlot) -> None:
        """The page shown while there is nothing to draw, and the plot."""
        self.empty = EmptyState(self._theme, art, title, line, (("waiting", "waiting"), ("running", "being worked on")))
        self.empty.body.setContentsMargins(PADDING_PX, 2, PADDING_PX, 2)  # not to be cut off in a low panel
        self.stack.addWidget(self.empty)
        self.stack.addWidget(plot)

    def _show_page(self, page: int, tools: Sequence[QWidget]) -> None:
        """Show a page of the stack; the tools of the header are visible with the last page only."""
        if page == self._page:
            return
        self._page = page
        self.stack.setCurrentIndex(page)
        for tool in tools:
            tool.setVisible(page == self.stack.count() - 1)
        self._fit_header()

    def _add_menu(self, extra: Sequence[QWidget] = ()) -> None:
        """The tools at the right end of the header, then the menu."""
        tools = QHBoxLayout()
        tools.setSpacing(0)
        for tool in extra:
            tools.addWidget(tool)
        self.menu_button = IconButton(self._theme, "dots-horizontal", f"{self._title}: export and copy")
        menu = QMenu(self.menu_button)
        for words, slot in (
            ("Save as &picture…", self._on_picture_requested),
            ("Save as &table…", self._on_table_requested),
            ("&Copy", self._on_copy_requested),
        ):
            action = QAction(words, menu)
            action.triggered.connect(slot)
            menu.addAction(action)
        self.menu_button.setMenu(menu)
        tools.addWidget(self.menu_button)
        self.header.addLayout(tools)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @property
    def short_words(self) -> bool:
        """Whether the header has room for the shorter of two words only."""
        return self.width() < self._theme.px(_SHORT_WORDS_BELOW_PX)

    @property
    def _has_side(self) -> bool:
        return self._side is not None and self.width() >= self._theme.px(_NO_SIDE_BELOW_PX)

    @Slot()
    def _fit(self) -> None:
        """Leave out what there is no room for, at this width and size of texts."""
        if self._side is not None:
            self._side.set_narrow(self.width() < self._theme.px(_NARROW_BELOW_PX))
            self._side.setVisible(self._has_side)
            self._rule.setVisible(self._has_side)
        self._fit_header()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Choose the header parts again when one changed its size; the layout was notified before this filter."""
        if event.type() is QEvent.Type.LayoutRequest and self.header.sizeHint().width() != self._fitted_px:
            self._fit_header()
            self.header.activate()  # before the next paint
        return super().eventFilter(watched, event)

    def _want(self, part: QWidget, wanted: bool) -> None:
        """Show an optional part of the header if there is room; the first one registered is hidden first."""
        if self._optional.get(part) != wanted:
            self._optional[part] = wanted
            self._fit_header()

    def _fit_header(self) -> None:
        margins = self.body.contentsMargins()
        room = self.width() - margins.left() - margins.right()
        if self._side is not None and self._has_side:
            room -= self._side.minimumWidth() + 2 * _BESIDE_RULE_PX + 1
        for part, wanted in self._optional.items():
            part.setVisible(wanted)
        for part in self._optional:
            self.header.invalidate()  # Qt does so itself only when it next handles events
            if self.header.sizeHint().width() <= room:
                break
            part.hide()
        self.header.invalidate()
        self._fitted_px = self.header.sizeHint().width()

    @override
    def hasHeightForWidth(self) -> bool:
        """False although lines wrap: a scroll area would make its content as high as all of them would like."""
        return False

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._redraw()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._drawn = None

    @Slot()
    def _on_picture_requested(self) -> None:
        self._exporter.save_picture(self, self._title)

    @Slot()
    def _on_table_requested(self) -> None:
        self._exporter.save_table(self, self._title, self.table())

    @Slot()
    def _on_copy_requested(self) -> None:
        self._exporter.copy(self, self.table())
