"""Some PySide6 releases lose a reference to True or None with each emit, until the interpreter aborts."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from typing_extensions import override

MAY_FALL = 200  # far below one a call, far above what other code does meanwhile


class _Emitter(QObject):
    happened = Signal(bool)


class _Painted(QWidget):
    paints = 0

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        self.paints += 1


def _counts() -> tuple[int, int, int]:
    return sys.getrefcount(True), sys.getrefcount(False), sys.getrefcount(None)


def test_that_emits_and_repaints_keep_the_reference_counts(qtbot: QtBot) -> None:
    emitter, painted = _Emitter(), _Painted()
    qtbot.addWidget(painted)
    received: list[int] = []
    emitter.happened.connect(received.append)
    with qtbot.waitExposed(painted):
        painted.show()
    before = _counts()
    for _ in range(5_000):
        emitter.happened.emit(True)
    for _ in range(1_000):
        painted.repaint()
    after = _counts()
    assert len(received) == 5_000
    assert painted.paints >= 1_000, painted.paints
    assert all(now > then - MAY_FALL for then, now in zip(before, after, strict=True))
