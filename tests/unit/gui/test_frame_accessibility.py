"""Every workspace, in both themes, small and large: controls have names and roles, Tab passes all, no text is cut."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from gui.theme.theme import Theme
from gui.widgets import Button, ElidedLabel
from tests.support.program_rig import Program, running, settings_in

SIZES = ((720, 480), (1024, 700), (1280, 800), (1600, 1000))
WORKSPACES = ("console", "pipeline", "failed")
NO_ROLE = (QAccessible.Role.NoRole, QAccessible.Role.Client)


@pytest.fixture
def program(qtbot: QtBot, theme: Theme, tmp_path: Path, qapp: QApplication) -> Iterator[Program]:
    theme.apply(qapp)
    with running(qtbot, theme, settings_in(tmp_path)) as program:
        program.wait_for(lambda: program.session.controller.workspaces.all_built)
        program.wait_for(lambda: program.state.online)
        yield program


def seen(window: QWidget) -> list[QWidget]:
    return [widget for widget in window.findChildren(QWidget) if widget.isVisible()]


def unnamed(window: QWidget) -> list[str]:
    found = []
    for widget in seen(window):
        # A focus proxy is the inside of a scroll area, which has the focus itself.
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled() and widget.focusProxy() is None:
            interface = QAccessible.queryAccessibleInterface(widget)
            name = "" if interface is None else interface.text(QAccessible.Text.Name)
            if not name or interface is None or interface.role() in NO_ROLE:
                found.append(f"{type(widget).__name__} in {type(widget.parent()).__name__}")
    return found


def cut(window: QWidget) -> list[str]:
    """Texts that are wider than their room, and that no ellipsis or tool tip makes up for."""
    found = []
    for widget in seen(window):
        if isinstance(widget, QLabel) and not isinstance(widget, ElidedLabel) and not widget.wordWrap():
            needed = widget.fontMetrics().horizontalAdvance(widget.text().replace("&", ""))
            if needed > widget.contentsRect().width() + 1 and not widget.toolTip():
                found.append(widget.text())
        elif isinstance(widget, QPushButton) and widget.text() and not widget.toolTip():
            needed = widget.sizeHint().width() if isinstance(widget, Button) else widget.minimumSizeHint().width()
            if needed > widget.width() + 1:
                found.append(widget.text())
    return found


def tab_stops(window: QWidget) -> list[QWidget]:
    """The widgets that Tab leads to, until it comes back to the first."""
    stops: list[QWidget] = []
    for _ in range(120):
        focused = QApplication.focusWidget()
        if focused is None or focused in stops:
            break
        stops.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    return stops


@pytest.mark.parametrize("mode", ["dark", "light"])
@pytest.mark.parametrize("factor", [1.0, 1.25])
def test_that_names_and_texts_hold_in_every_size(program: Program, theme: Theme, mode: str, factor: float) -> None:
    theme.set_mode("dark" if mode == "dark" else "light")
    theme.set_text_factor(factor)
    window = program.parts.window
    problems: dict[str, list[str]] = {}
    for size in SIZES:
        window.resize(*size)
        for key in WORKSPACES:
            window.show_workspace(key)
            QApplication.processEvents()
            for kind, found in (("unnamed", unnamed(window)), ("cut", cut(window))):
                if found:
                    problems[f"{key} {size} {kind}"] = found
    assert problems == {}


@pytest.mark.parametrize("key", WORKSPACES)
def test_that_tab_passes_every_control_and_comes_back(program: Program, qtbot: QtBot, key: str) -> None:
    window = program.parts.window
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.show_workspace(key)
    program.session.controller.workspaces.built[key].focus_first()
    first = QApplication.focusWidget()
    stops = tab_stops(window)
    assert QApplication.focusWidget() is first, f"Tab is caught at {QApplication.focusWidget()}"
    reached = {type(stop).__name__ for stop in stops}
    assert len(stops) >= 8, reached
