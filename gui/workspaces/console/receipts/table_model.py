"""Table model of the receipts: takes changes of the workout log once per batch, with a few signals to its views."""

from __future__ import annotations

from PySide6.QtCore import QObject

from core.live.receipts import CountGroup
from core.live.workout_log import WorkoutLog, WorkoutTrace
from core.metrics.depth_and_flow import FlowRates
from gui.forms.formatting import Units
from gui.widgets.table_model import RowsModel
from gui.workspaces.console.receipts.columns import receipt_columns
from gui.workspaces.console.receipts.formatting import ReceiptFormat


class ReceiptModel(RowsModel[WorkoutTrace]):
    """Main thread. Newest first."""

    def __init__(self, log: WorkoutLog, texts: ReceiptFormat, parent: QObject | None = None) -> None:
        super().__init__(receipt_columns(texts), _workout_id, tip=texts.tip, row_id=_workout_id, parent=parent)
        self._log, self._texts = log, texts
        self._group = CountGroup.ALL
        self.rows = log.receipts()
        self._version = log.version

    @property
    def group(self) -> CountGroup:
        return self._group

    def set_group(self, group: CountGroup) -> None:
        if group is not self._group:
            self._group = group
            self.show(self._log.receipts(group))

    def set_units(self, units: Units) -> None:
        self._texts.units = units
        self.emit_changed()

    def set_flow(self, flow: FlowRates) -> None:
        """For how long what waits will wait; shown with the next change."""
        self._texts.flow = flow

    def drain(self) -> bool:
        """Show what has changed in the log since the last call; False if nothing has."""
        if self._version == self._log.version:
            return False
        self._version = self._log.version
        self.show(self._log.receipts(self._group))
        self.emit_changed()
        return True


def _workout_id(receipt: WorkoutTrace) -> str:
    return receipt.workout_id
