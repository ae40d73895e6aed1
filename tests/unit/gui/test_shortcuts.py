"""The registry of shortcuts: what it has, and that all who show or take keys take them from it."""

from __future__ import annotations

import ast
import re

import pytest
from PySide6.QtGui import QKeySequence

from gui.controllers.workspaces import WORKSPACES
from gui.shortcuts import SHORTCUTS, Scope, listed
from tests.support.import_graph import sources
from tests.support.key_document import document
from tests.support.source_tree import ROOT

EVERYWHERE = (Scope.BANNER, Scope.WORKER, Scope.CONNECTION, Scope.LOOK, Scope.DATA, Scope.PROGRAM)
IN_TABLES = (Scope.RECEIPTS, Scope.ATHLETES, Scope.HISTORY, Scope.PIPELINE, Scope.WORKERS, Scope.FAILED, Scope.MESSAGES)
# What every list, field and control has.
NAVIGATION = {"Down", "Up", "Left", "Right", "PageDown", "PageUp", "Home", "End", "Tab", "Backtab", "Alt"}
REGISTERED = "gui.widgets.keys"


def keys_of(*scopes: Scope) -> list[str]:
    """Without Resume of the banner, which is offered in place of Start."""
    names = [(scope, name) for scope in scopes for name in SHORTCUTS[scope] if (scope, name) != (Scope.BANNER, "pause")]
    return [key for scope, name in names for key in SHORTCUTS[scope][name].keys.split()]


@pytest.mark.parametrize("scope", SHORTCUTS, ids=lambda scope: scope.name)
def test_that_no_key_has_two_meanings_where_it_works(scope: Scope) -> None:
    beside = set(EVERYWHERE) - {scope}
    if scope in IN_TABLES:
        beside.add(Scope.TABLE)
    if scope is Scope.DIALOG:
        beside.clear()
    keys = keys_of(scope, *beside) + [f"Ctrl+{number}" for number in range(1, 10)]
    assert sorted(key for key in set(keys) if keys.count(key) > 1) == []


def test_that_every_key_is_one_as_qt_names_it() -> None:
    for key in keys_of(*SHORTCUTS):
        if key != "Alt+letter":
            assert QKeySequence(key).toString().replace("Return", "Enter") == key


def test_that_the_letter_of_a_banner_is_the_one_that_is_underlined() -> None:
    letters = {each.words[each.words.index("&") + 1].upper() for each in SHORTCUTS[Scope.BANNER].values()}
    assert {f"Alt+{letter}" for letter in letters} == set(keys_of(Scope.BANNER))


def test_that_what_is_listed_is_all_that_has_a_key() -> None:
    groups = listed([entry.title for entry in WORKSPACES])
    assert list(groups) == [scope.value for scope in Scope]
    assert [each.key for each in groups["Go to"]] == ["Ctrl+1", "Ctrl+2", "Ctrl+3", "Ctrl+4", "Ctrl+5"]
    number = len([each for own in SHORTCUTS.values() for each in own.values() if each.keys])
    assert sum(map(len, groups.values())) == number + len(WORKSPACES)
    assert all(groups.values())


def test_that_the_document_of_keys_is_what_the_registry_has() -> None:
    assert (ROOT / "docs" / "keys.md").read_text(encoding="utf-8") == document()


def keys_named(text: str) -> set[str]:
    """Keys that a module compares with, and key sequences that it writes itself."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Attribute(value=ast.Attribute(attr="Key"), attr=name) if name.startswith("Key_"):
                found.add(name.removeprefix("Key_"))
            case ast.Attribute(value=ast.Attribute(attr="StandardKey"), attr=name):
                found.add(name)
            case ast.Constant(value=str(value)) if re.search(r"\b(Ctrl|Alt|Shift)\+\S|\t[A-Z]|\([A-Z]\)$", value):
                found.add(value)
    return found


def docstrings_of(text: str) -> set[str]:
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, documented)]
    return {node.body[0].value.value for node in nodes if ast.get_docstring(node)}  # type: ignore[attr-defined]


def test_that_no_module_has_keys_of_its_own() -> None:
    own = {}
    for module, text in sources(ROOT, ("gui",)).items():
        named = keys_named(text) - NAVIGATION - docstrings_of(text)
        if named and module not in (REGISTERED, "gui.shortcuts"):
            own[module] = named
    assert own == {"gui.startup.status_printer": own.get("gui.startup.status_printer")}  # Ctrl+C of a terminal


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("event.key() == Qt.Key.Key_P", {"P"}),
        ("event.matches(QKeySequence.StandardKey.Undo)", {"Undo"}),
        ("QShortcut(QKeySequence('Ctrl+J'), self)", {"Ctrl+J"}),
        ("words = 'Repair\\tR'", {"Repair\tR"}),
        ("tip = 'Start (S)'", {"Start (S)"}),
        ("'a plain text'", set()),
    ],
)
def test_that_a_key_of_its_own_is_found(text: str, found: set[str]) -> None:
    assert keys_named(text) == found
