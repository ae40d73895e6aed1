"""The console as a process that a test can end at any moment: `python -m tests.faults.console_process ORDER`.

It is the whole program on the offscreen platform. Workouts are submitted as the form does it, and the id of each that
is shown as accepted goes to stdout, and `online` once it is. `close` on stdin closes the window as its button does.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Slot

from core.config.settings import Settings
from core.events import Accepted
from gui.controllers.workspaces import WORKSPACES
from gui.frame.workspace_entry import WorkspaceEntry
from gui.host.bridge import Bridge
from gui.options import Options
from gui.playback.whole_recording import WholeRecording
from gui.startup import session as module
from gui.startup.session import Session
from gui.theme.theme import Theme
from tests.support.workouts import workouts
from worker.runtime.bounded_keychain import BoundedKeychain

ONLINE = "online"
TICK_MS = 10
AT_ONCE = 5
ATHLETES = 40


@dataclass(frozen=True)
class ConsoleOrder:
    """`seed` makes the workouts, others with each; without one nothing is submitted."""

    broker_url: str
    folder: str
    seed: int | None = None

    @property
    def text(self) -> str:
        return json.dumps(asdict(self))


class Typist(QObject):
    """Main thread. Submits without end."""

    def __init__(self, session: Session, seed: int | None) -> None:
        super().__init__(session)
        self._session = session
        bridge = session.findChild(Bridge)
        assert isinstance(bridge, Bridge)
        bridge.events_arrived.connect(self._on_events)  # behind the controller, which shows them
        session.controller.online.connect(self._on_online)
        self._stdin = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read, self)
        self._stdin.activated.connect(self._on_stdin)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_due)
        if seed is not None:
            self._workouts = workouts(1_000_000, ATHLETES, seed=seed)
            self._timer.start(TICK_MS)

    @Slot()
    def _on_due(self) -> None:
        self._session.controller.submit(list(itertools.islice(self._workouts, AT_ONCE)))

    @Slot(object)
    def _on_events(self, posted: list[object]) -> None:
        lines = [f"{event.workout_id}\n" for event in posted if isinstance(event, Accepted)]
        sys.stdout.write("".join(lines))
        sys.stdout.flush()

    @Slot()
    def _on_online(self) -> None:
        sys.stdout.write(f"{ONLINE}\n")
        sys.stdout.flush()

    @Slot()
    def _on_stdin(self) -> None:
        self._stdin.setEnabled(False)
        if sys.stdin.readline().strip() == "close":
            self._session.window.close()


class ConsoleProcess(Session):
    def __init__(
        self,
        theme: Theme,
        options: Options,
        settings: Settings,
        keychain: BoundedKeychain | None = None,
        *,
        has_display: bool,
        recording: WholeRecording | None = None,
        workspaces: Sequence[WorkspaceEntry] = WORKSPACES,
    ) -> None:
        super().__init__(
            theme, options, settings, keychain, has_display=has_display, recording=recording, workspaces=workspaces
        )
        self._typist = Typist(self, ORDER.seed)


ORDER = ConsoleOrder("", "")


def main(text: str) -> int:
    global ORDER
    ORDER = ConsoleOrder(**json.loads(text))
    module.Session = ConsoleProcess  # type: ignore[misc]  # the same with a typist at it
    options = Options(broker=ORDER.broker_url, data_dir=Path(ORDER.folder), size=(1280, 800))
    return module.run_console(options, has_display=True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
