"""Plays the guided tour offscreen, and writes docs/tour.gif and a still of each step."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from core.config.settings import load_settings
from gui.options import Options
from gui.startup.session import Session
from gui.theme.theme import Theme
from gui.workspaces.demo.tour.bar import WATCHING
from gui.workspaces.demo.workspace import DemoWorkspace
from tests.film.frames import Film
from tests.support.source_tree import ROOT
from worker.demo.tour.tour import Tour

SIZE = (1280, 800)
FRAME_MS = 250
READING_MS = 2_500  # that a step stays once it has its end, so that its words can be read
STARTED = 5  # workouts that are stored before the tour begins
LONGEST_MS = 300_000


class TourPlayer(QObject):
    """Presses Next when a step has shown what it is about, and takes a frame every FRAME_MS."""

    def __init__(self, session: Session, film: Film) -> None:
        super().__init__()
        self._session, self._film = session, film
        widget = session.controller.workspaces.build("demo").widget
        assert isinstance(widget, DemoWorkspace)
        self._demo = widget
        self._ready_ms = self._now_ms = 0
        self._stills: set[int] = set()
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._on_frame_due)
        self._timer.start()
        self.problem = ""

    @Slot()
    def _on_frame_due(self) -> None:
        self._now_ms += FRAME_MS
        if self._now_ms > LONGEST_MS:
            self._end(f"the tour did not end: {self._demo.tour.accessibleDescription()}")
        elif self._session.state.ledger().stored >= STARTED:
            self._film.add(self._session.window.grab().toImage())
            self._go_on()

    def _go_on(self) -> None:
        bar = self._demo.tour
        words = bar.go_on.text()
        if words == "Take the tour" and self._stills:
            self._end("")
        elif words in ("Next", "Finish"):
            self._ready_ms += FRAME_MS
            if self._ready_ms >= READING_MS:
                self._keep_still()
                self._press()
        elif words != WATCHING:
            self._ready_ms += FRAME_MS
            if self._ready_ms >= READING_MS // 2:
                self._press()

    def _press(self) -> None:
        self._ready_ms = 0
        self._demo.tour.go_on.click()

    def _keep_still(self) -> None:
        number = len(self._stills) + 1
        self._stills.add(number)
        self._session.window.grab().save(str(ROOT / "docs" / f"tour-{number}.png"), "PNG")

    def _end(self, problem: str) -> None:
        self._timer.stop()
        self.problem = problem or ("" if len(self._stills) == Tour.count else "steps are missing")
        self._session.controller.shut_down()


def main() -> int:
    app = QApplication(["paceline"])
    app.setQuitOnLastWindowClosed(False)
    theme = Theme("dark", 1.0)
    theme.apply(app)
    film = Film()
    with tempfile.TemporaryDirectory(prefix="paceline-demo-") as folder:
        settings = load_settings(data_dir=Path(folder))
        options = Options(demo=True, workspace="demo", size=SIZE)
        session = Session(theme, options, settings, has_display=True)
        player = TourPlayer(session, film)
        app.exec()
        session.close()
    if player.problem:
        sys.stderr.write(f"make tour: {player.problem}\n")
        return 1
    path = ROOT / "docs" / "tour.gif"
    size_bytes = film.save(path)
    name = path.relative_to(ROOT)
    sys.stdout.write(f"{name}: {size_bytes / 1e6:.1f} MB, {film.seconds:.0f} s; {Tour.count} stills beside it\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
