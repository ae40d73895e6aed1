"""What opens at a field: placed within its window, closed with the field."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from gui.forms.field_popup import FieldPopup


class Desk:
    """A window with a field in a box, and a label that is opened at it."""

    def __init__(self, qtbot: QtBot, wanted: QSize) -> None:
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.window.resize(300, 200)
        self.box = QWidget(self.window)
        self.box.setGeometry(0, 0, 300, 200)
        self.edit = QLineEdit(self.box)
        self.edit.setGeometry(10, 20, 100, 30)
        self.label = QLabel(self.window)
        self.popup = FieldPopup(self.label, self.edit, lambda: wanted, self.close)
        self.closed = 0
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.edit.setFocus()

    def close(self) -> None:
        self.closed += 1
        self.popup.hide()

    def place(self, x_px: int, y_px: int) -> QRect:
        self.edit.move(x_px, y_px)
        self.popup.show()
        return self.label.geometry()


@pytest.mark.parametrize(
    ("wanted", "field", "place"),
    [
        (QSize(100, 80), (10, 20), (10, 52, 100, 80)),
        (QSize(100, 80), (10, 90), (10, 8, 100, 80)),  # 78 pixels are left below
        (QSize(100, 80), (10, 88), (10, 120, 100, 80)),
        (QSize(160, 80), (180, 20), (140, 52, 160, 80)),
        (QSize(400, 80), (10, 20), (0, 52, 300, 80)),
        (QSize(100, 190), (10, 20), (10, 52, 100, 148)),
        (QSize(100, 190), (10, 160), (10, 0, 100, 158)),
    ],
)
def test_that_it_is_below_or_above_the_field_and_in_the_window(
    qtbot: QtBot, wanted: QSize, field: tuple[int, int], place: tuple[int, int, int, int]
) -> None:
    assert Desk(qtbot, wanted).place(*field).getRect() == place


@pytest.mark.parametrize("top", [20, 90, 160])
def test_that_one_which_cannot_be_smaller_covers_the_field_rather_than_leave_the_window(qtbot: QtBot, top: int) -> None:
    desk = Desk(qtbot, QSize(100, 150))
    desk.label.setMinimumHeight(150)
    place = desk.place(10, top)
    assert (desk.window.rect().contains(place), place.height()) == (True, 150)


def test_that_it_follows_its_field(qtbot: QtBot) -> None:
    desk = Desk(qtbot, QSize(100, 40))
    desk.place(10, 20)
    desk.box.move(0, 30)
    assert desk.label.geometry().topLeft() == QPoint(10, 82)


@pytest.mark.parametrize(
    "gone",
    [
        lambda desk: desk.box.hide(),
        lambda desk: desk.box.setEnabled(False),
        lambda desk: desk.edit.clearFocus(),
    ],
)
def test_that_it_closes_with_its_field(qtbot: QtBot, gone: Callable[[Desk], None]) -> None:
    desk = Desk(qtbot, QSize(100, 40))
    desk.place(10, 20)
    gone(desk)
    assert (desk.label.isVisible(), desk.closed > 0) == (False, True)
