"""Charts that end up in reference cycles while threads allocate: `python -m tests.support.scene_cycles WHO SECONDS`.

WHO collects: `any` thread, as Python does by itself, or `main`, as the console has it. Prints how many were made.
A crash and a deadlock are told on stderr, the latter HANG_S after it should have ended.
"""

from __future__ import annotations

import faulthandler
import sys
from threading import Event, Thread

import pyqtgraph as pg
from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from gui.startup import garbage_collector
from gui.startup.garbage_collector import GarbageCollector

THREADS = 3
MAKE_MS = 5
CYCLES_A_TURN = 200
TURN_S = 0.0005
HANG_S = 5.0


class Node:
    """Half of a reference cycle."""

    other: Node


def make_cycle() -> None:
    one, two = Node(), Node()
    one.other, two.other = two, one


def allocate(ended: Event) -> None:
    """As a worker does, until `ended`."""
    while not ended.wait(TURN_S):
        for _ in range(CYCLES_A_TURN):
            make_cycle()


class Maker(QObject):
    """Makes a chart and drops it, again and again."""

    def __init__(self) -> None:
        super().__init__()
        self.made = 0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_timeout)
        self._timer.start(MAKE_MS)

    @Slot()
    def _on_timeout(self) -> None:
        chart = pg.PlotWidget()
        chart.plot([1.0, 2.0, 3.0])
        chart.cycle = chart
        chart.show()
        self.made += 1


def main(who: str, seconds: float) -> None:
    faulthandler.enable()
    faulthandler.dump_traceback_later(seconds + HANG_S, exit=True)
    app = QApplication(["scene cycles"])
    app.setQuitOnLastWindowClosed(False)
    garbage_collector.SETTLE_S = 0.0
    collector = GarbageCollector() if who == "main" else None
    maker, ended = Maker(), Event()
    threads = [Thread(target=allocate, args=(ended,)) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    QTimer.singleShot(round(seconds * 1000), app.quit)
    app.exec()
    ended.set()
    for thread in threads:
        thread.join()
    sys.stdout.write(f"{maker.made}\n")
    del collector


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
