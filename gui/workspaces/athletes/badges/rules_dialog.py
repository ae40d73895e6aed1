"""All rules: how each badge is earned, who has it, and how rare it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Signal, Slot
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from core.achievements.rule_schema import AchievementRule
from core.achievements.summary import AchievementSummary
from gui.theme.palette import Role
from gui.theme.theme import Theme
from gui.widgets import Button, Dialog, Label
from gui.widgets.cells import Cell, Column
from gui.widgets.painted_table import HEAD_PX, PaintedTable
from gui.widgets.table_model import RowsModel
from gui.workspaces.athletes.badges.texts import CLOSED, CLOSED_ICON, icon_of
from gui.workspaces.athletes.formatting import counted

WIDTH_PX, ROW_PX = 840, 30
NARROW_PX = 620
LEAST_ROWS, MOST_ROWS = 4, 14
CLOSED_HOW = "opens when an athlete earns it"
_ICON_PX, _INDENT_PX = 16, 24


@dataclass(frozen=True, slots=True)
class RuleRow:
    """`holders` of all `athletes`. `is_closed`: a hidden one that no athlete has earned yet."""

    rule: AchievementRule
    holders: int
    athletes: int
    is_closed: bool

    @property
    def name(self) -> str:
        return CLOSED if self.is_closed else self.rule.name

    @property
    def how(self) -> str:
        """What the rule asks for, and what it does not say itself."""
        if self.is_closed:
            return CLOSED_HOW
        more = ", every time" if self.rule.repeatable else ""
        return f"{self.rule.description}{more}"

    @property
    def who(self) -> str:
        return counted(self.holders, "athlete") if self.holders else "none yet"

    @property
    def rarity(self) -> str:
        """`40 %` of the athletes, cut; `<1 %` of a few."""
        if not self.holders:
            return ""
        percent = min(100, self.holders * 100 // max(1, self.athletes))
        return f"{percent} %" if percent else "<1 %"


def rule_rows(rules: Sequence[AchievementRule], summary: AchievementSummary) -> list[RuleRow]:
    """In the order of the rules. The summary has a hidden one only when it was earned."""
    holders = {badge.code: badge.holders for badge in summary.badges}
    return [
        RuleRow(rule, holders.get(rule.code, 0), summary.athletes, rule.hidden and rule.code not in holders)
        for rule in rules
    ]


class RuleTable(PaintedTable[RuleRow]):
    """Scrolls by itself, so that its titles stay in view."""

    def __init__(self, theme: Theme, model: RowsModel[RuleRow]) -> None:
        super().__init__(
            theme,
            model,
            "All rules",
            row_px=ROW_PX,
            narrow_px=NARROW_PX,
            beside_bar=True,
            to_edge=True,
            mark=None,
        )
        theme.bound_height(self, HEAD_PX + LEAST_ROWS * ROW_PX)

    @override
    def sizeHint(self) -> QSize:
        rows = min(MOST_ROWS, self.rows_model.count())
        return QSize(super().sizeHint().width(), self.theme.px(HEAD_PX + rows * ROW_PX))


class RulesDialog(Dialog):
    """Main thread. Arrow keys go from rule to rule."""

    edit_requested = Signal()

    def __init__(
        self,
        theme: Theme,
        rules: Sequence[AchievementRule],
        summary: AchievementSummary,
        *,
        code: str = "",
        unfinished: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """`code`: of the rule to begin at. `unfinished`: a sentence, where some results follow the rules of before."""
        super().__init__(theme, "All rules", width_px=WIDTH_PX, parent=parent)
        self.model: RowsModel[RuleRow] = RowsModel(
            _COLUMNS, lambda row: row.rule.code, tip=lambda row: row.how, parent=self
        )
        self.model.show(rule_rows(rules, summary))
        self.table = RuleTable(theme, self.model)
        self.close_button = Button(theme, "Close", key="Esc")
        self.close_button.setDefault(True)
        self.edit_button = Button(theme, "&Edit rules…", "pencil-outline")
        self.edit_button.setAutoDefault(False)
        self.edit_button.clicked.connect(self._on_edit)
        self.close_button.clicked.connect(self.accept)
        words = (
            f"{counted(len(rules), 'rule')}, and how many of {counted(summary.athletes, 'athlete')} have earned each."
        )
        label = Label(theme, f"{words} {unfinished}".strip(), "body", "second")
        label.setWordWrap(True)
        self.body.addWidget(label)
        self.body.addSpacing(8)
        self.body.addWidget(self.table)
        self.foot.addWidget(self.edit_button)
        self.foot.addStretch(1)
        self.foot.addWidget(self.close_button)
        self.table.setCurrentIndex(self.model.index(self.model.number_of(code) or 0, 0))
        self.table.setFocus()

    @Slot()
    def _on_edit(self) -> None:
        self.accept()
        self.edit_requested.emit()


def _paint_name(cell: Cell[RuleRow]) -> None:
    theme, row, box = cell.theme, cell.row, cell.box
    size = theme.px(_ICON_PX)
    square = QRectF(box.left(), round(box.center().y() - size / 2), size, size)
    icon = CLOSED_ICON if row.is_closed else icon_of(row.rule)
    role: Role = "achievement" if row.holders else "second"
    theme.paint_icon(cell.painter, square, icon, theme.colour(role))
    cell.draw(cell.text, "medium", box=box.adjusted(theme.px(_INDENT_PX), 0, 0, 0))


def _paint_who(cell: Cell[RuleRow]) -> None:
    """In a narrow table the number alone."""
    row = cell.row
    cell.draw(f"{row.holders:,}" if cell.narrow and row.holders else cell.text, ink="text" if row.holders else "second")


_COLUMNS: tuple[Column[RuleRow], ...] = (
    Column(title="Badge", width_px=180, narrow_px=144, indent_px=8, text=lambda row: row.name, paint=_paint_name),
    Column(
        title="How it is earned", width_px=200, narrow_px=90, takes_rest=True, text=lambda row: row.how, ink="second"
    ),
    Column(title="Who has it", width_px=112, narrow_px=76, text=lambda row: row.who, paint=_paint_who, right=True),
    Column(title="How rare", width_px=72, narrow_px=68, text=lambda row: row.rarity, right=True),
)
