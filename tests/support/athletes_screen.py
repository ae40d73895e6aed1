"""The Athletes workspace in a window, over the reader thread and a results database that the test writes to."""

from __future__ import annotations

from datetime import UTC, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.codec.workout_codec import DecodedMessage
from core.events import BatchProcessed, EarnedBadge, OutcomeKind, WorkoutOutcome
from core.live.console_state import ConsoleState
from core.live.workout_log import WorkoutLog
from core.store.reader import ResultsReader
from core.store.writer import ResultsStore
from gui.changes.undo_offers import UndoOffers
from gui.changes.workout_changes import WorkoutChanges
from gui.charts.export import ChartExporter
from gui.frame.worker_names import WorkerNames
from gui.frame.workspace import WorkspaceContext
from gui.host.background_tasks import BackgroundTasks
from gui.host.bridge import Bridge
from gui.host.pipeline_host import PipelineHost
from gui.host.rules_watch import RulesWatch
from gui.options import Options
from gui.theme.theme import Theme
from gui.workspaces.athletes.controller import AthletesController
from gui.workspaces.athletes.workspace import AthletesWorkspace
from tests.support.incoming import MONDAY_NOON, submitted
from tests.support.results_rig import apply
from worker.monitoring.reader_thread import ReaderThread
from worker.runtime.query import Query

WEDNESDAY_MS = int((MONDAY_NOON + timedelta(days=2)).timestamp() * 1000)
WAIT_MS = 60_000


class AthletesScreen:
    """Use it with `with`. `asked`: the names of all queries."""

    def __init__(self, theme: Theme, qtbot: QtBot, folder: Path, *, read_only: bool = False) -> None:
        self.qtbot = qtbot
        self.now_ms = WEDNESDAY_MS
        url = f"sqlite:///{folder / 'results.db'}"
        self.store = ResultsStore(url, now_ms=lambda: self.now_ms)
        self.store.open()
        self.bridge = Bridge()
        self.settings = SimpleNamespace(database_url=url)
        self.is_open = True
        self.reader = ReaderThread(ResultsReader(url, now_ms=lambda: self.now_ms), post=self.bridge.post)
        self.asked: list[str] = []
        self.requests: list[object] = []
        self.celebrates = True
        self.state = ConsoleState(now_ms=lambda: self.now_ms)
        self.tasks = BackgroundTasks(self.bridge.post)
        window, host = QWidget(), cast(PipelineHost, self)
        exporter = self.exporter = ChartExporter()
        qtbot.addWidget(window)
        changes = WorkoutChanges(
            theme, host, UndoOffers(window), window, now_ms=lambda: self.now_ms, read_only=read_only
        )
        self.rules = RulesWatch(host, window)
        self.controller = AthletesController(
            WorkspaceContext(
                theme,
                host,
                self.tasks,
                exporter,
                WorkoutLog(),
                Options(read_only=read_only),
                WorkerNames(),
                now_ms=lambda: self.now_ms,
                zone=UTC,
                changes=changes,
                rules=self.rules,
                celebrates=lambda: self.celebrates,
            )
        )
        widget = self.controller.widget
        assert isinstance(widget, AthletesWorkspace)
        self.workspace, self.list, self.page = widget, widget.list, widget.page
        self.controller.navigation_requested.connect(self.requests.append)
        exporter.setParent(widget)
        qtbot.addWidget(widget)
        widget.resize(1204, 700)

    def __enter__(self) -> AthletesScreen:
        self.reader.start()
        with self.qtbot.waitActive(self.workspace):
            self.workspace.show()
            self.workspace.activateWindow()
        return self

    def __exit__(self, *_error: object) -> None:
        self.reader.stop()
        assert self.reader.join(WAIT_MS / 1000)
        self.tasks.close()
        self.bridge.close()
        self.store.close()

    def ask(self, query: Query[Any]) -> None:
        """As the host has it."""
        self.asked.append(query.name)
        self.reader.ask(query)

    def do(self, _act: object) -> None:
        """There is no pipeline."""

    def open(self) -> None:
        """The pipeline is open, and the workspace comes to the front."""
        self.controller.opened()
        self.controller.set_shown(True)
        self.wait_for(lambda: self.list.model.answer is not None)

    def read_all(self) -> None:
        """Wait until all that was asked is answered, and shown."""
        answers: list[object] = []
        self.reader.ask(Query("the last one", lambda _reader: True, answers.append))
        self.wait_for(lambda: answers)

    def keep(self, *messages: DecodedMessage) -> None:
        """Store workouts without an event for the screen."""
        apply(self.store, *messages)

    def keep_people(self, *names: str) -> None:
        self.keep(*(submitted(number, athlete=name, km=5.2) for number, name in enumerate(names, 1)))

    def tell(self, athlete: str, *badges: EarnedBadge) -> None:
        """A worker has committed a workout of this athlete."""
        outcome = WorkoutOutcome("any", athlete, "Running", OutcomeKind.STORED, 1.0, 1.0, badges=badges)
        self.controller.take([BatchProcessed(self.now_ms, "w", (outcome,))])

    def tick(self) -> None:
        self.now_ms += 500
        self.controller.tick(self.state, self.now_ms)

    def wait_for(self, reached: Any) -> None:
        self.qtbot.waitUntil(lambda: bool(reached()), timeout=WAIT_MS)

    def wait_for_page(self, name: str) -> None:
        self.wait_for(lambda: self.page.page is not None and self.page.head.words[0] == name)

    @property
    def names(self) -> list[str]:
        """Those of the list that are loaded."""
        rows = (self.list.model.row(number) for number in range(self.list.model.rowCount()))
        return [row.name for row in rows if row is not None]

    def focus(self, widget: QWidget) -> None:
        widget.setFocus()
        self.wait_for(widget.hasFocus)

    @staticmethod
    def press(key: Any) -> None:
        from PySide6.QtTest import QTest

        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, key)

    def type(self, text: str) -> None:
        self.focus(self.list.search)
        self.list.search.clear()
        self.qtbot.keyClicks(self.list.search, text)
