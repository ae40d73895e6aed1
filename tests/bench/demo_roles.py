"""The demonstration in a process of its own: when its first dot moves, and the pauses of its window under load."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from time import monotonic, time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import psutil
from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication

from core.config.file_url import file_url
from core.config.settings import load_settings
from gui.options import Options
from gui.startup.session import SWITCH_S, Session
from gui.theme.theme import Theme
from gui.workspaces.demo.workspace import DemoWorkspace

TICK_MS = 4
LOOK_S, WARM_S, LIMIT_S = 20.0, 5.0, 60.0
RATE_PER_S = 5_000.0


class GapMeter(QObject):
    """Times between the turns of the event loop, as a timer of TICK_MS sees them."""

    def __init__(self) -> None:
        super().__init__()
        self.gaps_ms: list[float] = []
        self._last_s = monotonic()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._on_tick)
        self._timer.start()

    @Slot()
    def _on_tick(self) -> None:
        now_s = monotonic()
        self.gaps_ms.append((now_s - self._last_s) * 1000)
        self._last_s = now_s


def run_for(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def _gaps(seconds: float) -> dict[str, float]:
    meter = GapMeter()
    run_for(seconds)
    gaps = sorted(meter.gaps_ms)
    meter.deleteLater()
    return {"p99_ms": gaps[round(0.99 * (len(gaps) - 1))], "max_ms": gaps[-1]}


def main() -> None:
    began_s = time() - psutil.Process().create_time()
    created = monotonic() - began_s
    sys.setswitchinterval(SWITCH_S)
    app = QApplication(["paceline"])
    app.setQuitOnLastWindowClosed(False)
    theme = Theme("dark", 1.0)
    theme.apply(app)
    with tempfile.TemporaryDirectory(prefix="paceline-bench-") as name:
        folder = Path(name)
        queue, results = (file_url(folder / file) for file in ("queue.db", "results.db"))
        settings = load_settings(broker=queue, database=results, data_dir=folder)
        session = Session(theme, Options(demo=True, workspace="demo", size=(1280, 800)), settings, has_display=True)
        sys.excepthook = sys.__excepthook__  # what fails here is to be seen
        demo = session.controller.workspaces.build("demo").widget
        assert isinstance(demo, DemoWorkspace)
        until_s = monotonic() + LIMIT_S
        while not demo.flow.view.is_moving and monotonic() < until_s:
            run_for(0.01)
        first_dot_s = monotonic() - created
        while session.state.ledger().stored < 1 and monotonic() < until_s:
            run_for(0.05)
        demo.load.set_paused(True)
        run_for(WARM_S)
        quiet = _gaps(LOOK_S / 2)
        demo.load.slowness.set_value(0)
        demo.load.rate.set_value(RATE_PER_S)
        demo.load.set_paused(False)
        run_for(WARM_S)
        before = session.state.ledger()
        busy = _gaps(LOOK_S)
        after = session.state.ledger()
        session.controller.finished.connect(QApplication.quit)
        session.controller.shut_down()
        app.exec()
        session.close()
    figures = {
        "first_dot_s": first_dot_s,
        "quiet_p99_ms": quiet["p99_ms"],
        "busy_p99_ms": busy["p99_ms"],
        "busy_max_ms": busy["max_ms"],
        "accepted_per_s": (after.accepted - before.accepted) / LOOK_S,
        "stored_per_s": (after.stored - before.stored) / LOOK_S,
    }
    sys.stdout.write(f"{json.dumps(figures)}\n")


if __name__ == "__main__":
    main()
