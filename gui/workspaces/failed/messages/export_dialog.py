"""The dialog that asks for the file of an export."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from core.failures.models import FailedFilter


class ExportDialog(QFileDialog):
    """`target_chosen`: the path, with the selection at the time of opening: filter, and keys (None: all that match)."""

    target_chosen = Signal(str, object, object)

    def __init__(self, ending: str, wanted: FailedFilter, keys: tuple[str, ...] | None, parent: QWidget) -> None:
        super().__init__(parent, "Export failed messages", f"failed-messages.{ending}")
        self._wanted, self._keys = wanted, keys
        self.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self.setDefaultSuffix(ending)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fileSelected.connect(self._on_file_selected)

    @Slot(str)
    def _on_file_selected(self, path: str) -> None:
        self.target_chosen.emit(path, self._wanted, self._keys)
