"""What is measured in a window, one role a process: `python -m tests.bench.window_roles ROLE`, figures as JSON."""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
from functools import partial
from pathlib import Path
from string import ascii_lowercase
from time import monotonic, perf_counter
from typing import TYPE_CHECKING

from tests.support.waiting import let_pass

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QObject
    from PySide6.QtWidgets import QWidget

    from gui.startup.session import Session

WORKOUTS_TYPED = 300
OUTCOMES = 200_000
BATCH = 250
SETTLE_MS = 30


def tell_first_paint(window: QWidget) -> QObject:
    """Prints the moment of the first paint, on the machine's monotonic clock, and ends the process."""
    from PySide6.QtCore import QEvent, QObject

    class Watcher(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() is QEvent.Type.UpdateRequest:
                watched.removeEventFilter(self)
                watched.event(event)
                print(json.dumps({"painted_at_s": monotonic()}), flush=True)
                os._exit(0)
            return False

    watcher = Watcher(window)
    window.installEventFilter(watcher)
    return watcher


def start_bare() -> None:
    import pyqtgraph
    from PySide6.QtWidgets import QApplication, QMainWindow

    app = QApplication(["bare"])
    window = QMainWindow()
    window.setCentralWidget(pyqtgraph.PlotWidget())
    window.resize(1280, 800)
    watcher = tell_first_paint(window)
    window.show()
    app.exec()
    del watcher


def start_paceline(folder: str) -> None:
    """As the command `paceline` starts, with its checks, settings and logs."""
    from gui.options import Options
    from gui.startup import session as module
    from gui.startup.preflight import check

    check(os.environ)

    class Watched(module.Session):
        def __init__(self, *arguments: object, **names: object) -> None:
            super().__init__(*arguments, **names)  # type: ignore[arg-type]  # handed on as they are
            self._watcher = tell_first_paint(self.window)

    module.Session = Watched  # type: ignore[misc]  # only the moment of the first paint is added
    module.run_console(Options(data_dir=Path(folder), size=(1280, 800)), has_display=True)


def _session(folder: Path) -> Session:
    from PySide6.QtWidgets import QApplication

    from core.config.settings import load_settings
    from gui.options import Options
    from gui.startup.session import SWITCH_S, Session
    from gui.theme.theme import Theme

    sys.setswitchinterval(SWITCH_S)
    app = QApplication(["paceline"])
    theme = Theme("dark")
    theme.apply(app)
    session = Session(theme, Options(size=(1280, 800)), load_settings(data_dir=folder), has_display=True)
    sys.excepthook = sys.__excepthook__  # what fails here is to be seen
    return session


def _run_for(wait_ms: int) -> None:
    """The event loop, as the program runs it. QTest's own wait keeps the interpreter's lock from all other threads."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(wait_ms, loop.quit)
    loop.exec()


def _run_until(reached: Callable[[], bool], limit_s: float = 60.0) -> None:
    until_s = monotonic() + limit_s
    while not reached():
        if monotonic() > until_s:
            raise RuntimeError("waited in vain")
        _run_for(1)


def _end(session: Session) -> None:
    from PySide6.QtWidgets import QApplication

    session.controller.finished.connect(QApplication.quit)
    session.controller.shut_down()
    QApplication.exec()
    session.close()


def form(folder: str) -> None:
    """From the Enter key to `Accepted`, and how long the key kept the main thread."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from core.events import Accepted
    from gui.host.bridge import Bridge
    from tests.support.program_parts import ProgramParts

    accepted_at_s: dict[str, float] = {}
    post = Bridge.post

    def noting_post(self: Bridge, event: object) -> None:
        if isinstance(event, Accepted):
            accepted_at_s[event.workout_id] = perf_counter()
        post(self, event)  # type: ignore[arg-type]  # as it came

    Bridge.post = noting_post  # type: ignore[method-assign]  # only the moment is added
    session = _session(Path(folder))
    form = ProgramParts(session).form
    ids: list[str] = []
    form.workout_submitted.connect(lambda workout: ids.append(workout.workout_id))
    _run_until(lambda: session.state.online)
    waits_ms, keys_ms = [], []
    chance = random.Random(1)
    for number in range(WORKOUTS_TYPED):
        name = "".join(chance.choices(ascii_lowercase, k=10))  # alike names would be asked about
        session.window.activateWindow()  # a list that popped up may have taken that
        _run_until(session.window.isActiveWindow)
        form.focus_first()
        minutes = 20 + number % 70
        for text in (name, "", f"{minutes}", f"{minutes / 6:.1f}"):
            field = QApplication.focusWidget()
            assert field is not None
            QTest.keyClicks(field, text)
            QTest.keyClick(field, Qt.Key.Key_Tab)
        field = QApplication.focusWidget()
        assert field is not None
        _run_for(SETTLE_MS)
        began_s = perf_counter()
        QTest.keyClick(field, Qt.Key.Key_Return)
        keys_ms.append((perf_counter() - began_s) * 1000)
        _run_until(lambda: len(ids) == len(keys_ms))  # the first may wait for what is stored of its athlete
        _run_until(lambda: ids[-1] in accepted_at_s)
        waits_ms.append((accepted_at_s[ids[-1]] - began_s) * 1000)
    _end(session)
    figures = {"accepted_p99_ms": _p99(waits_ms), "key_p99_ms": _p99(keys_ms), "key_p50_ms": _p50(keys_ms)}
    print(json.dumps({**figures, "commit_p99_ms": _p99(_bare_commits_ms(Path(folder)))}))


def _bare_commits_ms(folder: Path) -> list[float]:
    """What the disk alone asks for: one row and one durable commit at a time, as often, with the same rests."""
    from core.sqlite.connection import connect

    connection, took_ms = connect(folder / "bare.db"), []
    connection.execute("CREATE TABLE rows (body TEXT)")
    for _ in range(WORKOUTS_TYPED):
        let_pass(SETTLE_MS / 1000)
        began_s = perf_counter()
        connection.execute("INSERT INTO rows VALUES (?)", ("x" * 200,))
        took_ms.append((perf_counter() - began_s) * 1000)
    connection.close()
    return took_ms


def memory(folder: str) -> None:
    """Resident memory after so many events went through the window."""
    import psutil

    from core.events import Accepted, BatchProcessed, Confirmed, EarnedBadge, OutcomeKind, WorkoutOutcome
    from worker.runtime.clock import now_ms

    session = _session(Path(folder))
    _run_until(lambda: session.state.online)
    began_mb = psutil.Process().memory_info().rss / 1e6
    at_ms = 0
    for start in range(0, OUTCOMES, BATCH):
        ids = [f"00000000-0000-4000-8000-{number:012d}" for number in range(start, start + BATCH)]
        at_ms = now_ms()
        for number, workout_id in enumerate(ids):
            session.post(Accepted(at_ms, workout_id, f"athlete {number % 200}", "Running", 45.0, 5.2))
        session.post(Confirmed(at_ms, tuple(ids)))
        outcomes = tuple(
            WorkoutOutcome(
                workout_id,
                f"athlete {number % 200}",
                "Running",
                OutcomeKind.STORED,
                12.0,
                0.4,
                382.5,
                (EarnedBadge("run_5k", "5K Runner"),) if number % 50 == 0 else (),
            )
            for number, workout_id in enumerate(ids)
        )
        session.post(BatchProcessed(at_ms, "bench", outcomes))
        _run_until(partial(_has_seen, session, start + BATCH))
    figures = {"start_mb": began_mb, "end_mb": psutil.Process().memory_info().rss / 1e6}
    _end(session)
    print(json.dumps(figures))


def _has_seen(session: Session, outcomes: int) -> bool:
    return session.state.left_seen >= outcomes


def _p99(values: list[float]) -> float:
    return sorted(values)[round(0.99 * (len(values) - 1))]


def _p50(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def main(role: str) -> None:
    with tempfile.TemporaryDirectory(prefix="paceline-bench-") as folder:
        if role == "start-bare":
            start_bare()
        elif role == "start-paceline":
            start_paceline(folder)
        elif role == "form":
            form(folder)
        elif role == "memory":
            memory(folder)
        else:
            raise SystemExit(f"no such role: {role}")


if __name__ == "__main__":
    main(sys.argv[1])
