"""The panel of the leaderboard."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

from PySide6.QtCore import QModelIndex, QRectF, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from core.athletes.board_periods import BoardPeriod
from core.athletes.leaderboard import BoardAmount, Leaderboard, LeaderboardRequest
from core.athletes.periods import Period
from core.athletes.ranking import BoardRow
from gui.forms.formatting import Units
from gui.theme.theme import Theme
from gui.widgets import PADDING_PX, ElidedLabel, EmptyPage, Label, Panel, Rule, SegmentedControl, paint_glyph
from gui.widgets.painted_table import PaintedTable
from gui.widgets.row_menu import RowAction
from gui.widgets.table_model import RowsModel
from gui.workspaces.athletes.board.choice_button import ChoiceButton
from gui.workspaces.athletes.board.columns import board_column
from gui.workspaces.athletes.board.period_picker import PICKER_PERIODS, PeriodPicker
from gui.workspaces.athletes.board.period_texts import ALL_SPORTS, KINDS, empty_words, trained_words
from gui.workspaces.athletes.board.rows import BOARD_TITLES, BoardFormat, age_words
from gui.workspaces.athletes.link_button import LinkButton

ROW_PX, FOOT_PX = 32, 35
_DOT_PX = 10
_ROWS = 50
_KINDS: dict[str, Period] = {kind: kind for kind, _ in KINDS}
_AMOUNTS: dict[str, BoardAmount] = {amount: amount for amount in BOARD_TITLES}


class BoardPanel(Panel):
    """Main thread. A click on a row, or Enter, chooses its athlete; arrow keys only go from row to row."""

    athlete_chosen = Signal(str)  # name
    board_requested = Signal()  # another board was chosen: see `period`, `amount` and `sport`
    all_requested = Signal()  # every row, not a page

    def __init__(self, theme: Theme, today: date, *, parent: QWidget | None = None) -> None:
        super().__init__("Leaderboard", parent, padding_px=0)
        self._texts = BoardFormat()
        self._board: Leaderboard | None = None
        self._today = today
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
        self.kind = SegmentedControl(theme, "Leaderboard of", KINDS)
        self.picker = PeriodPicker(theme, self._texts, today)
        self.sport_button = ChoiceButton(theme, "Ranked in", [("", ALL_SPORTS)])
        self.amount_button = ChoiceButton(theme, "Ranked by", list(BOARD_TITLES.items()))
        self.all_button = LinkButton(theme, "Show all")
        self._dot = _Dot(theme)
        self._age = Label(theme, "", "small", "second")
        self._trained = ElidedLabel(theme, "", "small", "second")
        self.empty = EmptyPage(theme)
        self._build(theme)
        self.show_age(None)
        self.empty.show_state("timer-sand", "second", "Reading the leaderboard", "")
        self._pages.setCurrentIndex(1)
        self.table.row_actions = lambda row: [RowAction("&Choose the athlete", partial(self._choose, row))]
        self.table.activated.connect(self._on_row_chosen)
        self.table.clicked.connect(self._on_row_chosen)
        self.kind.selected.connect(self._on_kind_selected)
        self.picker.period_chosen.connect(self._on_period_chosen)
        for button in (self.sport_button, self.amount_button):
            button.chosen.connect(self._on_measure_chosen)
        self.all_button.clicked.connect(self.all_requested)
        self.empty.button_clicked.connect(self.picker.before_button.click)

    @property
    def period(self) -> BoardPeriod:
        """The chosen one; its board may not have been read yet."""
        return self.picker.period

    @property
    def request(self) -> LeaderboardRequest:
        """What is chosen."""
        amount, sport = _AMOUNTS[self.amount_button.value], self.sport_button.value or None
        return LeaderboardRequest(self.period, amount, sport, limit=_ROWS, cells=PICKER_PERIODS)

    @property
    def cells_request(self) -> LeaderboardRequest | None:
        """For the bars after the chosen period, which its board does not come with; None: there are none."""
        last = self.picker.last
        return None if last == self.period else replace(self.request, period=last, limit=0)

    def show_today(self, today: date) -> None:
        self._today = today
        self.picker.show_today(today)

    def show_board(self, board: Leaderboard) -> None:
        """Of what is chosen: another one comes too late, and is not shown."""
        if not self._is_chosen(board, self.period):
            return
        other = self._board is None or _what(board) != _what(self._board)
        self._board = board
        self._texts.show(board)
        self.picker.show_cells(board.cells)
        self._show_sports(board)
        if other:
            self.model.reset(board.rows)
            self.table.scrollToTop()
        else:
            self.model.show(board.rows)
            self.model.emit_changed()
        self._refresh()
        self._go_to_chosen(only_if_none=not other)

    def forget(self) -> None:
        """The rows, which are to be read anew."""
        self._board = None
        self.model.reset(())

    def show_cells(self, board: Leaderboard) -> None:
        """The answer to `cells_request`."""
        if self._is_chosen(board, self.picker.last):
            self.picker.show_cells(board.cells)

    def _is_chosen(self, board: Leaderboard, period: BoardPeriod) -> bool:
        return _what(board) == (period, self.request.amount, self.request.sport)

    def _show_sports(self, board: Leaderboard) -> None:
        """Those of the period, and the chosen one where that has none."""
        sports = sorted({*board.sports, *filter(None, [self.sport_button.value])})
        self.sport_button.set_choices([("", ALL_SPORTS), *((sport, sport) for sport in sports)])

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
        period = board.request.period
        before = f"The {period.kind} before" if not board.trained and period.kind != "all" else ""
        self.empty.show_state("podium", "second", *empty_words(board, self._today), before)
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
        top.addWidget(self.kind)
        top.addWidget(self.picker)
        measure = QHBoxLayout()
        measure.setSpacing(8)
        measure.addWidget(self.sport_button, 1)
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
    def _on_kind_selected(self, kind: str) -> None:
        self.picker.show_kind(_KINDS[kind])
        self.board_requested.emit()

    @Slot(object)
    def _on_period_chosen(self, _period: BoardPeriod) -> None:
        self.board_requested.emit()

    @Slot(str)
    def _on_measure_chosen(self, _value: str) -> None:
        self.picker.forget()
        self.board_requested.emit()


def _what(board: Leaderboard) -> tuple[object, ...]:
    return board.request.period, board.request.amount, board.request.sport


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
