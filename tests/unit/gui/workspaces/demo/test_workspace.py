"""The Demo workspace of a demonstration: names, texts, contrast and focus, in every size and both themes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.options import Options
from gui.theme.theme import Mode, Theme
from tests.support.audited_program import show
from tests.support.program_rig import Program, running, settings_in
from tests.support.screen_audit import (
    faint_texts,
    layout_problems,
    out_of_order,
    panels_out_of_order,
    shows_focus,
    tab_controls,
    tab_stops,
    told,
    unnamed,
    visited_twice,
)

SIZES = ((1024, 700), (1280, 800), (1600, 1000))
PANELS = ("chaos", "comparison", "load")


@contextmanager
def _demonstration(qtbot: QtBot, theme: Theme, folder: Path) -> Iterator[Program]:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app)
    with running(qtbot, theme, settings_in(folder), Options(demo=True, size=(1280, 800))) as program:
        program.wait_for(lambda: program.session.controller.workspaces.all_built)
        program.parts.window.show_workspace("demo")
        program.wait_for(lambda: program.state.ledger().stored > 0)
        program.parts.demo.load.set_paused(True)
        yield program


@pytest.mark.parametrize("factor", [1.0, 1.25, 1.5])
def test_that_names_and_texts_hold_in_every_size(qtbot: QtBot, theme: Theme, tmp_path: Path, factor: float) -> None:
    problems: dict[str, list[str]] = {}
    with _demonstration(qtbot, theme, tmp_path) as program:
        theme.set_text_factor(factor)
        demo, window = program.parts.demo, program.parts.window
        for size in SIZES:
            for panel in PANELS:
                for page in ("faults", "protections"):
                    demo.choice.select(panel)
                    demo.chaos.show_page(page)
                    show(program, "demo", size)
                    found = {"unnamed": unnamed(window), **layout_problems(window)}
                    problems |= {f"{panel} {page} {size} {kind}": texts for kind, texts in found.items() if texts}
    assert not problems, told(problems)


@pytest.mark.parametrize("mode", ["dark", "light"])
def test_that_every_text_can_be_read(qtbot: QtBot, theme: Theme, tmp_path: Path, mode: Mode) -> None:
    theme.set_mode(mode)
    with _demonstration(qtbot, theme, tmp_path) as program:
        problems = {}
        for page in ("faults", "protections"):
            program.parts.demo.chaos.show_page(page)
            show(program, "demo", (1280, 800))
            if found := faint_texts(program.parts.window):
                problems[page] = found
    assert not problems, told(problems)


@pytest.mark.parametrize("size", [(1024, 700), (1280, 800)])
def test_that_tab_passes_every_control_in_order(
    qtbot: QtBot, theme: Theme, tmp_path: Path, size: tuple[int, int]
) -> None:
    with _demonstration(qtbot, theme, tmp_path) as program:
        window = program.parts.window
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        show(program, "demo", size)
        program.session.controller.workspaces.built["demo"].focus_first()
        first = QApplication.focusWidget()
        stops = tab_stops()
        assert QApplication.focusWidget() is first, f"Tab is caught at {QApplication.focusWidget()}"
        missed = [str(each) for each in tab_controls(window) if each not in stops]
        unseen = [
            str(each) for each, other in zip(stops, stops[1:] + stops[:1], strict=True) if not shows_focus(each, other)
        ]
        order = [*out_of_order(stops), *panels_out_of_order(stops), *visited_twice(stops)]
        problems = {kind: found for kind, found in (("missed", missed), ("order", order), ("unseen", unseen)) if found}
    assert not problems, told(problems)
