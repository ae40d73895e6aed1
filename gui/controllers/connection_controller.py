"""Opens the pipeline, changes its connection, and asks for an address where the saved one cannot be used."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from core.broker.connect import describe_broker, label_in_words
from core.config.settings import Settings
from core.errors import PacelineError, WrongFileError
from core.events import ConnectionChanged, ConnectionState
from core.live.console_state import ConsoleState
from gui.controllers.dialog_controller import Dialogs
from gui.controllers.preferences import Preferences
from gui.dialogs.connection_url import NamedConnection
from gui.frame.main_window import MainWindow
from gui.host.background_tasks import BackgroundTasks
from gui.host.pipeline_host import PipelineHost


class ConnectionController(QObject):
    """Main thread. `broker` is the one in use, or being tried while `connecting`.

    The dialog opens by itself when the broker refuses before it was ever online, once for each address.
    """

    opened = Signal()  # the files are open, perhaps others than before
    not_opened = Signal(str)  # why
    changed = Signal()  # `broker` or `connecting`
    problem_raised = Signal(str, str)  # kind, sentence

    def __init__(
        self,
        window: MainWindow,
        host: PipelineHost,
        tasks: BackgroundTasks,
        dialogs: Dialogs,
        preferences: Preferences,
        settings: Settings,
        state: ConsoleState,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._state = state
        self._host, self._tasks, self._dialogs, self._preferences = host, tasks, dialogs, preferences
        self._queue_url = settings.folder.queue_url
        self.broker = label_in_words(settings.broker_url)
        self.connecting = self._stopped = False
        self._may_ask = True
        dialogs.connection_chosen.connect(self.change)
        window.frame_actions.connect_to.triggered.connect(self._on_change_requested)
        window.frame_actions.reconnect.triggered.connect(self._on_reconnect)

    def open(self) -> None:
        self._tasks.run(self._host.open, self._on_opened, self._on_not_opened)

    def stop(self) -> None:
        """Open no dialog any more."""
        self._stopped = True

    @Slot(object)
    def change(self, chosen: NamedConnection) -> None:
        """Use another connection; if that cannot be used, the one before."""
        try:
            self.broker = describe_broker(chosen.url)
        except PacelineError as error:
            self.problem_raised.emit("connection", str(error))
            return
        self.connecting = self._may_ask = True
        host, on_changed = self._host, partial(self._on_changed, chosen)
        on_not_changed = partial(self._on_not_changed, chosen)
        self._tasks.run(lambda: host.change_broker(chosen.url, chosen.database), on_changed, on_not_changed)
        self.changed.emit()

    def take(self, event: ConnectionChanged) -> None:
        if event.state is ConnectionState.REFUSED and self._host.is_open:
            self._ask_for_address(event.problem)
        elif event.state is ConnectionState.ONLINE:
            self._may_ask = False

    def _on_opened(self, _result: None) -> None:
        self.opened.emit()
        self._ask_for_address(self._host.settings.problem)

    def _on_not_opened(self, error: PacelineError) -> None:
        self.connecting = False
        self.not_opened.emit(str(error))

    def _on_changed(self, chosen: NamedConnection, _result: None) -> None:
        self.connecting = False
        self._preferences.choose_connection(chosen)  # only a usable one is saved
        self.opened.emit()

    def _on_not_changed(self, chosen: NamedConnection, error: PacelineError) -> None:
        self.connecting = False
        self.broker = label_in_words(self._host.settings.broker_url)  # still in use
        if self._host.is_open:
            self.opened.emit()  # again: what was asked meanwhile will get no reply
        if isinstance(error, WrongFileError) and error.holds == "results" and chosen.database and not self._stopped:
            self._dialogs.open_connection(chosen.url, self._queue_url, "", chosen.database, str(error))
        else:
            self.problem_raised.emit("moved", str(error))

    def _ask_for_address(self, problem: str) -> None:
        """Open the connection dialog if there is a problem with the address, and this was not said before."""
        if problem and self._may_ask and not self._stopped:
            self._may_ask = False
            self._open_dialog(problem)

    @Slot()
    def _on_reconnect(self) -> None:
        if self._host.settings.problem:
            self._open_dialog(self._host.settings.problem)
        elif self._host.is_open:
            self._host.do(lambda pipeline: pipeline.retry_now())
        else:
            self.open()

    @Slot()
    def _on_change_requested(self) -> None:
        link = self._state.connection
        refused = link.problem if link is not None and link.state is ConnectionState.REFUSED else ""
        self._open_dialog(self._host.settings.problem or refused)

    def _open_dialog(self, problem: str) -> None:
        settings = self._host.settings
        wrong = settings.database_problem
        database_url = settings.database_url if wrong or not self._host.is_open else None
        problem = settings.broker_problem if settings.problem else problem
        self._dialogs.open_connection(settings.broker_url, self._queue_url, problem, database_url, wrong)
