"""Builds the workspaces, most of them after the first paint, and leads from one to another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pkgutil import resolve_name

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gui.forms.formatting import Units
from gui.frame.main_window import MainWindow
from gui.frame.workspace import WorkspaceContext, WorkspaceController
from gui.frame.workspace_entry import Request, WorkspaceEntry
from gui.widgets.announcements import show_note

Call = Callable[[WorkspaceController], None]


class WorkspaceLoader(QObject):
    """Main thread. Owns the controllers of the workspaces."""

    notice_raised = Signal(str)  # a sentence for the banner
    care_requested = Signal(str, str)  # an act, and an athlete

    def __init__(
        self,
        window: MainWindow,
        entries: Sequence[WorkspaceEntry],
        context: WorkspaceContext,
        units: Units,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._window, self._entries, self._context, self._units = window, entries, context, units
        self.built: dict[str, WorkspaceController] = {}
        self._missed: list[Call] = []  # by workspaces that are not built yet
        self._timer = QTimer(self)  # not singleShot: the window may be deleted before it fires
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_build_due)
        window.workspace_shown.connect(self._on_workspace_shown)
        self.build(entries[0].key).set_shown(True)

    @property
    def all_built(self) -> bool:
        return len(self.built) == len(self._entries)

    def build(self, key: str) -> WorkspaceController:
        """Build a workspace unless it exists."""
        if key in self.built:
            return self.built[key]
        entry = next(each for each in self._entries if each.key == key)
        make: Callable[[WorkspaceContext], WorkspaceController] = resolve_name(entry.controller)
        workspace = self.built[key] = make(self._context)
        self._window.fill(key, workspace.widget, workspace.actions, workspace.focus_first)
        workspace.notice_raised.connect(self.notice_raised)
        workspace.care_requested.connect(self.care_requested)
        workspace.navigation_requested.connect(self.go)
        workspace.import_requested.connect(self._window.frame_actions.import_files.trigger)
        workspace.show_requested.connect(self._on_show_requested)
        workspace.set_units(self._units)
        for call in self._missed:
            call(workspace)
        if self.all_built:
            self._missed.clear()
        return workspace

    def tell(self, call: Call) -> None:
        """Report to every workspace what happened; to those that are not built yet, when they are."""
        for workspace in tuple(self.built.values()):
            call(workspace)
        if not self.all_built:
            self._missed.append(call)

    def start(self) -> None:
        """After the first paint. The other workspaces are built one after the other; key presses come in between."""
        self.tell(lambda workspace: workspace.start())
        self._timer.start()

    def stop(self) -> None:
        """At shutdown: build no more workspaces, and cancel what runs."""
        self._timer.stop()
        for workspace in self.built.values():
            workspace.stop()

    def set_units(self, units: Units) -> None:
        self._units = units
        for workspace in self.built.values():
            workspace.set_units(units)

    @Slot(object)
    def go(self, request: Request) -> None:
        """Let the workspace that handles the request do so."""
        entry = next((each for each in self._entries if type(request) in each.handles), None)
        if entry is None:
            show_note(self._window, "A recording has no databases: this cannot be shown.")
        else:
            self.build(entry.key).handle(request)

    @Slot()
    def _on_build_due(self) -> None:
        key = next((entry.key for entry in self._entries if entry.key not in self.built), None)
        if key is not None:
            self.build(key).set_shown(self._window.workspace == key)
            self._timer.start()

    @Slot(str)
    def _on_workspace_shown(self, shown: str) -> None:
        self.build(shown)
        for key, workspace in self.built.items():
            workspace.set_shown(key == shown)

    @Slot()
    def _on_show_requested(self) -> None:
        self._window.show_workspace(next(key for key, each in self.built.items() if each is self.sender()))
