"""What only a demonstration may do is out of reach of every other program."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

import pytest

from tests.support.import_graph import sources
from tests.support.source_tree import ROOT

DEMO = "worker.demo"
# Modules of the console that may import it: the screens of the demonstration, what makes its engine and passes it on,
# and what makes its folder.
OF_GUI = {"gui.app", "gui.controllers.main_controller", "gui.frame.workspace", "gui.startup.session"}
TEXTS = sources(ROOT, ("core", "worker", "gui"))


def imports_of(text: str) -> set[str]:
    """All imports, also those inside functions and for types."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module or ""}
    return found


def is_of_demo(name: str) -> bool:
    return name == DEMO or name.startswith(f"{DEMO}.")


def importers_of_demo(texts: Mapping[str, str]) -> set[str]:
    return {name for name, text in texts.items() if not is_of_demo(name) and any(map(is_of_demo, imports_of(text)))}


def reached_from(texts: Mapping[str, str], start: str) -> set[str]:
    """Modules of ours that it loads, or may load later."""
    seen, ahead = {start}, [start]
    while ahead:
        for name in imports_of(texts[ahead.pop()]):
            if name in texts and name not in seen:
                seen.add(name)
                ahead.append(name)
    return seen


def test_that_only_the_console_of_a_demonstration_imports_it() -> None:
    importers = importers_of_demo(TEXTS)
    assert importers >= OF_GUI
    assert {name for name in importers if not name.startswith("gui.workspaces.demo")} <= OF_GUI


def test_that_no_module_names_it_in_a_text() -> None:
    """As a module to load by its name would be."""
    named = {
        name
        for name, text in TEXTS.items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search(r"\bworker\.demo\b", node.value)
    }
    assert {name for name in named if not is_of_demo(name)} == set()


@pytest.mark.parametrize("command", sorted(name for name in TEXTS if name.startswith("worker.cli.")))
def test_that_no_command_reaches_it(command: str) -> None:
    assert {name for name in reached_from(TEXTS, command) if is_of_demo(name)} == set()


def test_that_a_way_to_it_is_found() -> None:
    planted = {
        "worker.cli.a": "def late():\n    from worker import host",
        "worker.host": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import worker.host.b",
        "worker.host.b": "from worker.demo.engine import DemoEngine",
        "worker.demo.engine": "class DemoEngine: ...",
    }
    assert importers_of_demo(planted) == {"worker.host.b"}
    assert "worker.demo.engine" in reached_from(planted, "worker.cli.a")
