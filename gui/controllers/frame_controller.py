"""Shows in the bars of the window how the program stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import tzinfo

from PySide6.QtCore import QObject, Slot

from core.config.settings import Settings
from core.events import ConnectionState
from core.live.console_state import ConsoleState
from gui.controllers import frame_presenter as presenting
from gui.controllers.connection_controller import ConnectionController
from gui.controllers.worker_controller import WorkerController
from gui.frame.main_window import MainWindow
from gui.frame.view_models import ConnectionView
from gui.frame.workspace_entry import WorkspaceEntry
from gui.host.http_host import HttpHost
from gui.options import Options
from gui.widgets.announcements import Announcements


class FrameController(QObject):
    """Main thread. Call `show` when something may have changed."""

    def __init__(
        self,
        window: MainWindow,
        entries: Sequence[WorkspaceEntry],
        state: ConsoleState,
        connection: ConnectionController,
        worker: WorkerController,
        http: HttpHost,
        settings: Settings,
        options: Options,
        now_ms: Callable[[], int],
        zone: tzinfo,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._window, self._state, self._connection, self._worker, self._http = window, state, connection, worker, http
        is_played = options.play is not None
        self._badge = "RECORDING" if is_played else "DEMO" if options.demo else "READ ONLY" if options.read_only else ""
        self._files_in = "" if options.demo or is_played else str(settings.folder.path)
        self._counts = [(entry.key, entry.count) for entry in entries if entry.count is not None]
        self._now_ms, self._zone = now_ms, zone
        self._closed_banners: set[str] = set()
        self._announcements = Announcements(window)
        self._announced_state: ConnectionState | None = None
        self._stored = self._failed = 0  # announced
        window.banner.dismissed.connect(self._on_banner_dismissed)

    @Slot()
    def show(self) -> None:
        window, zone, state, now_ms = self._window, self._zone, self._state, self._now_ms()
        broker, link = self._connection.broker, None if self._connection.connecting else state.connection
        http = self._http.address
        view = presenting.connection_view(link, broker.kind, broker.location, self._badge)
        window.top_bar.show_connection(view)
        self._announce(view)
        self.show_ledger()
        window.status_bar.line.show_view(
            presenting.status_view(state, now_ms, zone, files_in=self._files_in, http=http)
        )
        worker = self._worker.view(busy=state.running > 0)
        window.show_worker(worker)
        for key, count in self._counts:
            window.rail.set_count(key, count(state))
        window.show_banner(presenting.banner_view(state, now_ms, worker, self._closed_banners, zone))

    def show_ledger(self) -> None:
        """The ledger alone, as often as the workspaces show its numbers."""
        self._window.top_bar.show_ledger(*presenting.ledger_as_of(self._state, self._zone))

    def _announce(self, view: ConnectionView) -> None:
        state = self._state
        self._announcements.count("stored", state.stored_seen - self._stored)
        self._announcements.count("failed", state.failed_seen - self._failed)
        self._stored, self._failed = state.stored_seen, state.failed_seen
        if view.state is not self._announced_state:
            self._announced_state = view.state
            if view.state is ConnectionState.ONLINE:  # else the banner is announced
                self._announcements.say(f"{view.sentence}.")

    @Slot(str)
    def _on_banner_dismissed(self, key: str) -> None:
        self._closed_banners.add(key)
        self.show()
