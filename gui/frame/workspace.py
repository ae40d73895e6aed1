"""What a workspace gets from the program, and what the program calls of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal, SignalInstance
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from core.events import Event
from core.live.console_state import ConsoleState
from core.live.workout_log import WorkoutLog
from core.recording.records import Record
from gui.changes.workout_changes import WorkoutChanges
from gui.charts.export import ChartExporter
from gui.forms.formatting import Units
from gui.frame.worker_names import WorkerNames
from gui.frame.workspace_entry import Request
from gui.host.background_tasks import BackgroundTasks
from gui.host.pipeline_host import PipelineHost
from gui.host.rules_watch import RulesWatch
from gui.options import Options
from gui.theme.theme import Theme

if TYPE_CHECKING:
    from worker.demo.engine import DemoEngine
    from worker.outbox.restore import RestoredConsole


class RecordPlayer(Protocol):
    """Of a recording: emits what is no event of a pipeline."""

    @property
    def account_arrived(self) -> SignalInstance: ...  # RecordedAccount


@dataclass(frozen=True, slots=True)
class WorkspaceContext:
    """What workspaces are built of. To the results a workspace asks `host.ask(Query(...))`; `tasks` is for the rest."""

    theme: Theme
    host: PipelineHost
    tasks: BackgroundTasks
    exporter: ChartExporter
    workout_log: WorkoutLog  # the Console applies the events to it
    options: Options
    names: WorkerNames  # of this console's workers
    now_ms: Callable[[], int]
    zone: tzinfo
    changes: WorkoutChanges
    rules: RulesWatch
    celebrates: Callable[[], bool] = lambda: True  # whether the user wants badges pointed out
    demo: DemoEngine | None = None  # of a demonstration: its worker processes
    record: Callable[[Record], None] = lambda _record: None  # in a session that is recorded
    records: Callable[[], bool] = lambda: False  # whether this one is, just now
    player: RecordPlayer | None = None  # where a recording is played


class WorkspaceController(QObject):
    """Connects the widget of a workspace to the program. Main thread.

    The methods below do nothing until a workspace overrides them. Those that say what happened are called later, in the
    same order, for a workspace that is not built yet.
    """

    notice_raised = Signal(str)  # a sentence for the banner
    navigation_requested = Signal(object)  # Request, for the workspace that handles it
    import_requested = Signal()  # choose files of workouts to import
    care_requested = Signal(str, str)  # what is to be done with all data of one athlete, and the athlete
    show_requested = Signal()  # bring this workspace to the front

    def __init__(self, widget: QWidget, actions: Sequence[QAction] = ()) -> None:
        """`actions`: for the command palette, each with the dynamic property `group`."""
        super().__init__(widget)
        self.widget, self.actions = widget, actions

    # What happened

    def start(self) -> None:
        """The window has been painted: load what takes long, such as charts."""

    def opened(self) -> None:
        """The files are open, perhaps others than before: queries that were asked earlier get no reply any more."""

    def not_opened(self) -> None:
        """The files cannot be opened: nothing can be saved."""

    def restore(self, restored: RestoredConsole | None) -> None:
        """What the outbox knows from before this program started; None: it could not be read."""

    def take(self, events: Sequence[Event]) -> None:
        """A batch of events, at most 20 a second; ConsoleState has them already."""

    # What is to be done now

    def refresh(self, state: ConsoleState, now_ms: int) -> None:
        """Ten times a second: redraw charts that changed, if they are visible."""

    def tick(self, state: ConsoleState, now_ms: int) -> None:
        """Twice a second: refresh tables, and ask for what may have changed."""

    def set_shown(self, shown: bool) -> None:
        """It came to the front, or another one did."""

    def set_units(self, units: Units) -> None:
        """The preferred units, also once after it is built."""

    def handle(self, request: Request) -> None:
        """One of the requests that its entry lists; emit `show_requested` to come to the front."""

    def focus_first(self) -> None:
        """It is shown for the first time, or the window opens with it: focus where one begins."""

    def stop(self) -> None:
        """The program ends: cancel what runs in the background."""
