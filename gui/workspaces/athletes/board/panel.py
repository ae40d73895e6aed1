"""The panel of the weekly leaderboard."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtCore import QModelIndex, QRectF, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from core.athletes.ranking import Board, BoardRow
from core.athletes.sums import Amount
from core.athletes.weeks import Week, week_of
from gui.forms.formatting import Units
from gui.theme.theme import Theme
from gui.widgets import PADDING_PX, ElidedLabel, EmptyPage, Label, Panel, Rule, paint_glyph
from gui.widgets.painted_table import PaintedTable
from gui.widgets.row_menu import RowAction
from gui.widgets.table_model import RowsModel
from gui.workspaces.athletes.board.amount_button import AmountButton
from gui.workspaces.athletes.board.columns import board_column
from gui.workspaces.athletes.board.rows import BoardFormat, age_words, empty_words, trained_words
from gui.workspaces.athletes.board.week_picker import WeekPicker
from gui.workspaces.athletes.link_button import LinkButton

ROW_PX, FOOT_PX = 32, 35
_DOT_PX = 10
RANKED_BY, BEFORE = "Ranked by", "The week before"


class BoardPanel(Panel):
    """Main thread. A click on a row, or Enter, chooses its athlete; arrow keys only go from row to row."""

    athlete_chosen = Signal(str)  # name
    week_chosen = Signal(object)  # Week
    amount_chosen = Signal(str)  # Amount
    all_requested = Signal()  # every row, not a page

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__("Leaderboard", parent, padding_px=0)
        self._texts = BoardFormat()
        self._board: Board | None = None
        self._today = date.min
        self.model: RowsModel[BoardRow] = RowsModel(
            [board_column(self._texts)],
            lambda row: row.athlete,
            tip=self._texts.tip,
            copied=self._texts.copied,
            parent=self,
        )
        self.table: PaintedTable[BoardRow] = PaintedTable(
            theme, self.model, "Leaderboard", row_px=ROW_PX, beside_bar=True, to_edge=True, line_percent=0, mark=None
        )
        self.table.header.hide()
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.picker = WeekPicker(theme, self._texts)
        self.amount_button = AmountButton(theme)
        self.all_button = LinkButton(theme, "Show all")
        self._dot = _Dot(theme)
        self._age = Label(theme, "", "small", "second")
        self._trained = ElidedLabel(theme, "", "small", "second")
        self.empty = EmptyPage(theme)
        self._build(theme)
        self.show_age(None)
        self.table.row_actions = lambda row: [RowAction("&Choose the athlete", partial(self._choose, row))]
        self.table.activated.connect(self._on_row_chosen)
        self.table.clicked.connect(self._on_row_chosen)
        self.picker.week_chosen.connect(self.week_chosen)
        self.amount_button.chosen.connect(self._on_amount_chosen)
        self.all_button.clicked.connect(self.all_requested)
        self.empty.button_clicked.connect(self.picker.before_button.click)

    @property
    def week(self) -> Week | None:
        """The chosen one; its board may not have been read yet. None: the current one, whichever that is by then."""
        return None if self.picker.is_current else self.picker.week

    @property
    def amount(self) -> Amount:
        return self.amount_button.amount

    def show_board(self, board: Board, today: date) -> None:
        """Of the chosen week and amount: another one comes too late, and is not shown."""
        if board.amount != self.amount or board.week != (self.week or week_of(today)):
            return
        has_other = self._board is None or (board.week, board.amount) != (self._board.week, self._board.amount)
        self._board, self._today = board, today
        self._texts.show(board)
        self.picker.show_weeks(board.week, board.weeks, today)
        if has_other:
            self.model.reset(board.rows)
            self.table.scrollToTop()
        else:
            self.model.show(board.rows)
            self.model.emit_changed()
        self._refresh()
        self._go_to_chosen(only_if_none=not has_other)

    def show_athlete(self, name: str) -> None:
        """Mark the chosen one, and bring it into view; empty: none is."""
        if name != self._texts.athlete:
            self._texts.athlete = name
            self.model.emit_changed()
            self._go_to_chosen()

    def show_age(self, age_s: float | None, *, is_live: bool = True) -> None:
        """How long ago the board was read; None: not yet. `is_live`: changes of the results reach it."""
        self._dot.setVisible(age_s is not None and is_live)
        self._age.setText("" if age_s is None else age_words(age_s, is_live=is_live))

    def set_units(self, units: Units) -> None:
        self._texts.units = units
        self.model.emit_changed()
        self.picker.refresh()

    def _refresh(self) -> None:
        board = self._board
        if board is None:
            return
        self._trained.setText(trained_words(board, self._today))
        self.all_button.setVisible(len(board.rows) < board.ranked)
        self.empty.show_state("podium", "second", *empty_words(board, self._today), BEFORE if not board.trained else "")
        self._pages.setCurrentIndex(0 if board.rows else 1)

    def _go_to_chosen(self, *, only_if_none: bool = False) -> None:
        """Arrow keys begin at the chosen athlete, or at the first."""
        if only_if_none and self.table.currentIndex().isValid():
            return
        number = self.model.number_of(self._texts.athlete)
        if number is not None or not self.table.currentIndex().isValid():
            self.table.setCurrentIndex(self.model.index(number or 0, 0))

    def _choose(self, row: BoardRow) -> None:
        self.show_athlete(row.athlete)
        self.athlete_chosen.emit(row.athlete)

    def _build(self, theme: Theme) -> None:
        self.body.setContentsMargins(1, 11, 1, 1)
        top = QVBoxLayout()
        top.setContentsMargins(PADDING_PX, 0, PADDING_PX, PADDING_PX)
        top.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(Label(theme, "Leaderboard", "title"))
        head.addStretch(1)
        head.addWidget(self._dot)
        head.addWidget(self._age)
        top.addLayout(head)
        top.addWidget(self.picker)
        self.amount_button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        measure = QHBoxLayout()
        measure.addWidget(Label(theme, RANKED_BY, "body", "second"), 1)
        measure.addWidget(self.amount_button, 1)
        top.addLayout(measure)
        self.body.addLayout(top)
        self.body.addWidget(Rule())
        self._pages = self.add_pages()
        self._pages.addWidget(self.table)
        self._pages.addWidget(self.empty)
        self.body.addWidget(Rule())
        foot = QWidget()
        theme.fix_size(foot, height_px=FOOT_PX)
        row = QHBoxLayout(foot)
        row.setContentsMargins(PADDING_PX, 0, PADDING_PX - 6, 0)
        row.addWidget(self._trained, 1)
        row.addWidget(self.all_button)
        self.all_button.hide()
        self.body.addWidget(foot)

    @Slot(QModelIndex)
    def _on_row_chosen(self, index: QModelIndex) -> None:
        if (row := self.model.row(index.row())) is not None:
            self._choose(row)

    @Slot(str)
    def _on_amount_chosen(self, amount: str) -> None:
        self.picker.forget()
        self.amount_chosen.emit(amount)


class _Dot(QWidget):
    """Beside the words that say it: what is shown is live."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        theme.fix_size(self, width_px=_DOT_PX, height_px=_DOT_PX)
        theme.changed.connect(self.update)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        paint_glyph(QPainter(self), QRectF(self.rect()), "dot", self._theme.colour("stored"))
