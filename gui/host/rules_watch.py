"""The achievement rules in force, for what shows them: another console or a command may change them."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.achievements.rules import default_rules
from core.store.rules.in_force import CurrentRules
from gui.host.pipeline_host import PipelineHost
from worker.runtime.query import Query

LOOK_MS = 5_000


class RulesWatch(QObject):
    """Main thread. Until the results are read, `rules` are those that the program is shipped with.

    `changed`: they are others, or what was earned by those before is computed again.
    """

    changed = Signal()

    def __init__(self, host: PipelineHost, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._host = host
        self._known: tuple[int, bool] | None = None
        self.rules = default_rules()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)

    @Slot()
    def look(self) -> None:
        """Ask for them now, and every five seconds from now on."""
        self._host.ask(Query("rules in force", lambda reader: reader.rules_in_force(), self._on_found))
        self._timer.start()

    def forget(self) -> None:
        """Other results were opened: their rules may have the same version."""
        self._known = None
        self.look()

    def stop(self) -> None:
        self._timer.stop()

    def _on_found(self, found: CurrentRules) -> None:
        known = found.version, found.is_computed
        if known != self._known:
            is_first, self._known = self._known is None, known
            if not is_first or found.rules.all != self.rules.all:
                self.rules = found.rules
                self.changed.emit()
