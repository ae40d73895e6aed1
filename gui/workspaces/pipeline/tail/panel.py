"""The tail panel: processed workouts live, or the results of a search in the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import tzinfo
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget
from typing_extensions import override

from core.events import OutcomeKind
from core.live.tail import LIMIT, Tail
from core.parsing.search_query import parse_search_query
from core.processing.apply_batch import DELETED_REASON
from core.store.models import SearchHit
from gui.changes.row_changes import HAS_FAILED, HAS_NO_ID, NOT_YET_STORED, RowChanges
from gui.forms.formatting import Units
from gui.frame.worker_names import WorkerNames
from gui.shortcuts import Scope
from gui.theme.acts import ACTS
from gui.theme.theme import Theme
from gui.widgets import Button, ElidedLabel, Label, Panel, SegmentedControl, pressed
from gui.widgets.painted_table import PaintedTable
from gui.widgets.row_menu import RowAction
from gui.widgets.table_model import RowsModel
from gui.workspaces.pipeline.empty_state import PipelineEmptyState
from gui.workspaces.pipeline.formatting import not_shown_words
from gui.workspaces.pipeline.tail.columns import RESULT, LineFormat, tail_columns
from gui.workspaces.pipeline.tail.rows import Line, line_of_found, line_of_tail

ROW_PX = 24
NARROW_PX = 760  # below this the sport is an icon, and the pause button, too
KINDS = (("all", "All"), ("stored", "Stored"), ("failed", "Failed"), ("retrying", "Retrying"))


class TailTable(PaintedTable[Line]):
    """The tail: says which row is selected, and that the user left it with Esc. Its menu leads to the repair, or to a
    correction."""

    chosen = Signal(object)  # Line
    repair_requested = Signal(str)  # workout id
    left = Signal()

    def __init__(self, theme: Theme, model: RowsModel[Line], parent: QWidget | None = None) -> None:
        super().__init__(theme, model, "Workouts", row_px=ROW_PX, narrow_px=NARROW_PX, parent=parent)
        self.row_actions = self._menu_of
        self.changes = RowChanges(self)
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)

    @property
    def at_top(self) -> bool:
        return self.verticalScrollBar().value() == 0

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if pressed(Scope.PIPELINE, event) == "live":
            self.left.emit()
            return
        line = self.current_row
        if line is None or not self.changes.take_key(event, line.workout_id, _why_not_change(line)):
            super().keyPressEvent(event)

    def _menu_of(self, line: Line) -> list[RowAction]:
        has_failed = line.kind is OutcomeKind.FAILED
        why_not = "" if has_failed and line.workout_id else HAS_NO_ID if has_failed else "It has not failed"
        return [
            RowAction("&Repair", partial(self.repair_requested.emit, line.workout_id), why_not),
            *self.changes.entries(line.workout_id, _why_not_change(line)),
        ]

    @Slot()
    def _on_selection_changed(self) -> None:
        # Not currentChanged: the current row also changes when the table gets the focus.
        rows = self.selectionModel().selectedRows()
        if rows:
            self.chosen.emit(self.rows_model.row(rows[0].row()))


class TailPanel(Panel):
    """Main thread. `refresh` shows the Tail; during a search the found workouts are shown instead."""

    workout_chosen = Signal(str)  # workout id
    search_left = Signal()

    def __init__(
        self,
        theme: Theme,
        tail: Tail,
        names: WorkerNames,
        *,
        now_ms: Callable[[], int],
        zone: tzinfo | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Live tail", parent)
        self._theme, self._tail = theme, tail
        self._searching = self._scrolled = False
        self._shown_version = -1
        self.body.setContentsMargins(6, 6, 2, 2)
        self._texts = LineFormat(names, now_ms, zone)
        self.model: RowsModel[Line] = RowsModel(
            tail_columns(self._texts),
            lambda line: line.key,
            tip=self._texts.tip,
            row_id=lambda line: line.workout_id,
            copied=self._copied,
        )
        self.model.setParent(self)
        self.table = TailTable(theme, self.model)
        self._build_head()
        self._empty = PipelineEmptyState(theme, "format-list-bulleted")
        self._pages = self.add_pages()
        self._pages.addWidget(self.table)
        self._pages.addWidget(self._empty)
        self._connect()
        theme.bound_height(self, 44 + 24 + 3 * ROW_PX)
        self.refresh()

    @property
    def searching(self) -> bool:
        return self._searching

    def refresh(self) -> None:
        """Show the tail. Cheap if nothing changed."""
        if self._searching or self._tail.version == self._shown_version:
            return
        self._shown_version = self._tail.version
        rows = self._tail.rows()
        self._show_lines([line_of_tail(row) for row in rows], live=True)
        self._show_counts()
        if self._tail.seen:
            self._show_page("Nothing fits", "None of the newest outcomes has what the filter asks for.")
        else:
            self._show_page("No outcomes yet", "One row for each workout that a worker is done with, newest first.")

    def show_found(self, found: Sequence[SearchHit], limit: int) -> None:
        """Show the results of a search, newest first."""
        self._begin_search()
        self._show_lines([line_of_found(one) for one in found], live=False)
        more = f"the newest {limit:,}" if len(found) >= limit else f"{len(found):,} found"
        self._not_shown.setText(more)
        self._not_shown.setToolTip("Looked for in athletes, sports, ids, workers and reasons of failures.")
        self._show_page("Nothing found", "Neither stored nor failed workouts have all of these words.")

    def show_searching(self) -> None:
        self._begin_search()
        self._not_shown.setText("looking…")

    def show_live(self) -> None:
        """End the search and show the tail again."""
        if self._searching:
            self._searching = False
            self._title.setText("Live tail")
            self.setAccessibleName("Live tail")
            self._shown_version = -1
            self._fit_head()
            self.refresh()

    def set_units(self, units: Units) -> None:
        self._texts.units = units
        self.model.emit_changed()

    @override
    def hasHeightForWidth(self) -> bool:
        return False  # the text of the empty state must not set the panel's minimum height

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_head()

    def _build_head(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(6, 0, 10, 4)
        head.setSpacing(10)
        self._title = Label(self._theme, "Live tail", "title")
        head.addWidget(self._title)
        self.filter = QLineEdit()
        self.filter.setFont(self._theme.font("body"))
        self.filter.setPlaceholderText("Filter, such as sport:run,ride")
        self.filter.setAccessibleName("Filter of the live tail")
        self.filter.setClearButtonEnabled(True)
        self.filter.setMinimumWidth(120)
        self.filter.setMaximumWidth(280)
        head.addWidget(self.filter, 3)
        self.kinds = SegmentedControl(self._theme, "Outcomes shown", KINDS)
        head.addWidget(self.kinds)
        self._not_shown = ElidedLabel(self._theme, "", "small", "second")
        self._not_shown.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self._not_shown, 2)
        self.pause_button = Button(self._theme, ACTS["pause"].verb, ACTS["pause"].icon)
        head.addWidget(self.pause_button)
        self._live_button = Button(self._theme, ACTS["live"].verb, ACTS["live"].icon)
        self._live_button.hide()
        head.addWidget(self._live_button)
        self.body.addLayout(head)

    def _copied(self, line: Line) -> str:
        """The texts of the cells, with the whole reason."""
        texts = [
            self._texts.whole_result(line) if each.title == RESULT else each.text(line) for each in self.model.columns
        ]
        return "\t".join(filter(None, texts))

    def _connect(self) -> None:
        self.filter.textChanged.connect(self._on_filter_changed)
        self.kinds.selected.connect(self._on_kind_selected)
        self.pause_button.clicked.connect(self._on_pause)
        self._live_button.clicked.connect(self._on_left)
        self.table.chosen.connect(self._on_chosen)
        self.table.left.connect(self._on_left)
        self.table.verticalScrollBar().valueChanged.connect(self._on_scrolled)

    def _begin_search(self) -> None:
        self._searching = True
        self._title.setText("History")
        self.setAccessibleName("Stored history")
        self._fit_head()

    def _fit_head(self) -> None:
        for widget in (self.filter, self.kinds, self.pause_button):
            widget.setVisible(not self._searching)
        self._live_button.setVisible(self._searching)
        self.pause_button.set_compact(self.width() < self._theme.px(NARROW_PX))

    def _show_lines(self, lines: Sequence[Line], *, live: bool) -> None:
        if live == self._texts.live:
            self.model.show(lines)
        else:
            self._texts.live = live
            self.model.reset(lines)

    def _show_counts(self) -> None:
        words, why = not_shown_words(self._tail.not_shown(), LIMIT)
        whole = f"{words}: {why}" if words else ""
        fits = self._theme.metrics("small").horizontalAdvance(whole) <= self._not_shown.width()
        self._not_shown.setText(whole if fits else words)
        self._not_shown.setToolTip(whole)
        self._not_shown.setAccessibleName(whole)

    def _show_page(self, title: str, line: str) -> None:
        """Show the rows, or the empty state with these texts if there are none."""
        self._empty.show_text(title, line)
        self._pages.setCurrentWidget(self.table if self.model.rowCount() else self._empty)

    def _show_pause(self) -> None:
        paused = self._tail.paused
        act = ACTS["resume" if paused else "pause"]
        self.pause_button.set_text(act.verb)
        self.pause_button.set_icon(act.icon)
        self.refresh()

    def _filter_tail(self) -> None:
        kind = self.kinds.value
        state = "" if kind == "all" else f" state:{kind}"
        self._tail.filter(parse_search_query(self.filter.text() + state))
        self.refresh()

    @Slot(str)
    def _on_filter_changed(self, _text: str) -> None:
        self._filter_tail()

    @Slot(str)
    def _on_kind_selected(self, _kind: str) -> None:
        self._filter_tail()

    @Slot()
    def _on_pause(self) -> None:
        if self._tail.paused:
            self._tail.resume()
            self.table.scrollToTop()
        else:
            self._tail.pause()
        self._scrolled = False
        self._show_pause()

    @Slot(int)
    def _on_scrolled(self, _value: int) -> None:
        """Hold the rows while the user has scrolled down; follow again at the top."""
        if self._searching:
            return
        if not self.table.at_top and not self._tail.paused:
            self._scrolled = True
            self._tail.pause()
            self._show_pause()
        elif self.table.at_top and self._scrolled:
            self._scrolled = False
            self._tail.resume()
            self._show_pause()

    @Slot(object)
    def _on_chosen(self, line: Line) -> None:
        if line.workout_id:
            self.workout_chosen.emit(line.workout_id)

    @Slot()
    def _on_left(self) -> None:
        if self._searching:
            self.search_left.emit()


def _why_not_change(line: Line) -> str:
    if not line.workout_id:
        return HAS_NO_ID
    if line.kind is OutcomeKind.FAILED:
        return HAS_FAILED
    if line.kind is OutcomeKind.RETRYING:
        return NOT_YET_STORED
    return "It is deleted" if line.reason == DELETED_REASON else ""
