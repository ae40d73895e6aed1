"""Offers a correction that many messages share, opens its preview, and emits the confirmed changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from core.failures.corrections import BulkFixProposal
from gui.forms.formatting import Units
from gui.theme.theme import Theme
from gui.workspaces.failed.bulk_fix.dialog import ConvertDialog
from gui.workspaces.failed.bulk_fix.formatting import suggestion_notice
from gui.workspaces.failed.messages.notice_strip import Notices


class Converting(QObject):
    """Main thread."""

    confirmed = Signal(object)  # changes

    def __init__(
        self, theme: Theme, notices: Notices, widget: QWidget, *, now_ms: Callable[[], int], zone: tzinfo
    ) -> None:
        super().__init__(widget)
        self._theme, self._notices, self._widget = theme, notices, widget
        self._now_ms, self._zone = now_ms, zone
        self._units = Units()
        self._findings: BulkFixProposal | None = None

    @property
    def findings(self) -> BulkFixProposal | None:
        """What is offered for the current list."""
        return self._findings

    def set_units(self, units: Units) -> None:
        self._units = units

    def show_findings(self, findings: BulkFixProposal | None) -> None:
        """Offer the correction found in the current list; None: no offer."""
        self._findings = findings
        self._notices.show_suggestion(None if findings is None else suggestion_notice(findings))

    def open_preview(self) -> None:
        """Open the preview of the current offer; later findings do not change it."""
        if self._findings is None:
            return
        dialog = ConvertDialog(
            self._theme,
            self._findings,
            units=self._units,
            now_ms=self._now_ms,
            zone=self._zone,
            parent=self._widget.window(),
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.confirmed.connect(self.confirmed)
        dialog.open()
