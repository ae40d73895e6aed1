"""Table model of the receipts: takes changes of the workout log once per batch, with a few signals to its views."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QObject, Qt
from typing_extensions import override

from core.live.receipts import CountGroup
from core.live.workout_log import WorkoutLog, WorkoutTrace
from gui.formatting import clock_text
from gui.forms.formatting import Units, distance_text, duration_text
from gui.forms.starts import start_words
from gui.widgets.table_base import NO_PARENT, Index, TitledTable
from gui.workspaces.console.receipts.formatting import receipt_age, result_text, sentence


class ReceiptColumn(IntEnum):
    SENT = 0
    ATHLETE = 1
    SPORT = 2
    START = 3  # hidden in a narrow table; the tool tip always has it
    DURATION = 4
    DISTANCE = 5
    STAGE = 6
    TOOK = 7
    RESULT = 8


TITLES = ("Sent", "Athlete", "Sport", "Start", "Duration", "Distance", "Stage", "Took", "Result")
NUMBERS = frozenset({ReceiptColumn.DURATION, ReceiptColumn.DISTANCE, ReceiptColumn.TOOK})
ReceiptRole = int(Qt.ItemDataRole.UserRole)  # the WorkoutTrace itself, for delegates
MAX_RUNS = 16  # more runs of rows at once are a model reset


class ReceiptModel(TitledTable):
    """Main thread. Newest first."""

    titles = TITLES
    numbers = NUMBERS

    def __init__(
        self,
        log: WorkoutLog,
        *,
        now_ms: Callable[[], int],
        zone: tzinfo | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._log, self._now_ms, self._zone = log, now_ms, zone
        self._group = CountGroup.ALL
        self._units = Units()
        self._expected_wait_s: float | None = None
        self._rows = log.receipts()
        self._version = log.version

    @property
    def group(self) -> CountGroup:
        return self._group

    def receipt(self, row: int) -> WorkoutTrace:
        return self._rows[row]

    def set_group(self, group: CountGroup) -> None:
        if group is not self._group:
            self._group = group
            self._take_over(self._log.receipts(group))

    def set_units(self, units: Units) -> None:
        self._units = units
        self._emit_changed(ReceiptColumn.DISTANCE, ReceiptColumn.DISTANCE)

    def set_expected_wait(self, seconds: float | None) -> None:
        """Set the expected remaining wait of a waiting workout, in seconds."""
        self._expected_wait_s = seconds

    def drain(self) -> bool:
        """Show what has changed in the log since the last call; False if nothing has."""
        if self._version == self._log.version:
            return False
        self._version = self._log.version
        self._take_over(self._log.receipts(self._group))
        self._emit_changed(ReceiptColumn.SENT, ReceiptColumn.RESULT)
        return True

    def tick(self) -> None:
        """Refresh the cells that count time."""
        self._emit_changed(ReceiptColumn.TOOK, ReceiptColumn.RESULT)

    @override
    def count(self) -> int:
        return len(self._rows)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        receipt = self._rows[index.row()]
        if role == ReceiptRole:
            return receipt
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(receipt, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return sentence(receipt, self._start(receipt))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{TITLES[index.column()]}: {self._text(receipt, index.column())}"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        return None

    def _text(self, receipt: WorkoutTrace, column: int) -> str:
        match column:
            case ReceiptColumn.SENT:
                return clock_text(receipt.sent_at_ms, self._zone)
            case ReceiptColumn.ATHLETE:
                return receipt.athlete
            case ReceiptColumn.SPORT:
                return receipt.sport
            case ReceiptColumn.START:
                return self._start(receipt, brief=True)
            case ReceiptColumn.DURATION:
                return duration_text(receipt.duration_min)
            case ReceiptColumn.DISTANCE:
                return distance_text(receipt.distance_km, receipt.sport, self._units)
            case ReceiptColumn.STAGE:
                return receipt.stage.value
            case ReceiptColumn.TOOK:
                return receipt_age(receipt.took_ms(self._now_ms()), receipt.stage)
            case _:
                return result_text(receipt, self._expected_wait_s)

    def _start(self, receipt: WorkoutTrace, *, brief: bool = False) -> str:
        return start_words(receipt.started_at, self._now_ms(), self._zone, brief=brief)

    def _take_over(self, rows: list[WorkoutTrace]) -> None:
        """Rows never change their order, so a difference consists of runs of removed and of added rows."""
        old_ids = [receipt.workout_id for receipt in self._rows]
        new_ids = [receipt.workout_id for receipt in rows]
        removed = _runs(old_ids, set(new_ids))
        come = _runs(new_ids, set(old_ids))
        if len(removed) + len(come) > MAX_RUNS:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
            return
        for first, last in reversed(removed):
            self.beginRemoveRows(NO_PARENT, first, last)
            del self._rows[first : last + 1]
            self.endRemoveRows()
        for first, last in come:
            self.beginInsertRows(NO_PARENT, first, last)
            self._rows[first:first] = rows[first : last + 1]
            self.endInsertRows()
        self._rows = rows

    def _emit_changed(self, first: ReceiptColumn, last: ReceiptColumn) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0, first), self.index(len(self._rows) - 1, last))


def _runs(ids: list[str], known: set[str]) -> list[tuple[int, int]]:
    """First and last index of each run of ids that are not in `known`."""
    runs: list[tuple[int, int]] = []
    for place, workout_id in enumerate(ids):
        if workout_id in known:
            continue
        if runs and runs[-1][1] == place - 1:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs


def _alignment(column: int) -> int:
    side = Qt.AlignmentFlag.AlignRight if column in NUMBERS else Qt.AlignmentFlag.AlignLeft
    return int(side | Qt.AlignmentFlag.AlignVCenter)
