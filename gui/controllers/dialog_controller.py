"""Opens the connection and settings dialogs, gives them results of background tasks, and emits their choices."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from core.config.passwords import split_password
from core.errors import PacelineError
from gui.controllers.preferences import Preferences
from gui.dialogs.connection_url import is_amqp
from gui.frame.main_window import MainWindow
from gui.host.background_tasks import BackgroundTasks
from gui.theme.theme import Theme

if TYPE_CHECKING:
    from gui.dialogs.connection_dialog import ConnectionDialog

LOCAL_URL = "amqp://guest:guest@localhost:5672/"
TEST_TIMEOUT_S = 5.0


class Dialogs(QObject):
    """Main thread. The dialogs' modules are loaded when first opened."""

    connection_chosen = Signal(object)  # NamedConnection, its URL with the password
    settings_chosen = Signal(object)  # SettingsView
    problem_raised = Signal(str, str)  # kind, sentence

    def __init__(
        self,
        window: MainWindow,
        theme: Theme,
        preferences: Preferences,
        tasks: BackgroundTasks,
        *,
        may_listen: bool = True,
    ) -> None:
        super().__init__(window)
        self._window, self._theme, self._preferences, self._tasks = window, theme, preferences, tasks
        self._may_listen = may_listen
        self._connection: ConnectionDialog | None = None

    def open_connection(
        self,
        current_url: str,
        embedded_url: str,
        problem: str = "",
        database_url: str | None = None,
        database_problem: str = "",
    ) -> None:
        """`problem`: why a connection must be chosen. `database_url`: the results, if they are to be chosen too;
        `database_problem`: why."""
        from gui.dialogs.connection_dialog import ConnectionDialog

        if self._connection is not None:
            return
        dialog = ConnectionDialog(
            self._theme,
            current_url,
            embedded_url,
            self._preferences.recent,
            problem=problem,
            database_url=database_url,
            database_problem=database_problem,
            start_test=self._start_test,
            find_password=self._find_password,
            parent=self._window,
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.connection_chosen.connect(self.connection_chosen)
        dialog.finished.connect(self._on_connection_closed)
        self._connection = dialog
        dialog.open()
        if not is_amqp(current_url):
            self._tasks.run(_local_rabbitmq, self._on_local_rabbitmq, partial(self._on_failed, "local RabbitMQ"))

    @Slot()
    def open_settings(self) -> None:
        from gui.dialogs.settings_dialog import SettingsDialog

        data = self._window.frame_actions.data.actions()
        view, may_listen = self._preferences.view, self._may_listen
        dialog = SettingsDialog(self._theme, view, self._window, may_listen=may_listen, data_actions=data)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.settings_chosen.connect(self.settings_chosen)
        dialog.open()

    def _start_test(self, url: str) -> None:
        on_tested, on_failed = partial(self._on_tested, url), partial(self._on_failed, "connection tested")
        self._tasks.run(lambda: try_connection(url), on_tested, on_failed)

    def _find_password(self, url: str) -> None:
        find, on_found = self._preferences.with_stored_password, partial(self._on_password, url)
        self._tasks.run(lambda: split_password(find(url))[1] or "", on_found, lambda error: on_found("", str(error)))

    def _on_password(self, url: str, password: str, problem: str = "") -> None:
        if self._connection is not None:
            self._connection.rabbit.take_password(url, password, problem)

    def _on_local_rabbitmq(self, answers: bool) -> None:
        if self._connection is not None and answers:
            self._connection.offer_local_rabbitmq(LOCAL_URL)

    def _on_tested(self, url: str, result: tuple[bool, str]) -> None:
        if self._connection is not None:
            self._connection.show_test_result(url, *result)

    def _on_failed(self, kind: str, error: PacelineError) -> None:
        self.problem_raised.emit(kind, str(error))

    @Slot()
    def _on_connection_closed(self) -> None:
        self._connection = None


def _local_rabbitmq() -> bool:
    from core.broker.rabbitmq.probe import localhost_rabbitmq_answers  # imports pika, which only this needs

    return localhost_rabbitmq_answers()


def try_connection(url: str) -> tuple[bool, str]:
    """Whether a broker answers at this URL, and a sentence about it. Blocks for some seconds at most."""
    from core.broker.connect import try_broker

    try:
        return True, try_broker(url, TEST_TIMEOUT_S)
    except PacelineError as error:
        return False, str(error)
