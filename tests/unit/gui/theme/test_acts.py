"""An act has one verb and one icon wherever it is offered."""

from __future__ import annotations

import ast
from collections import defaultdict

from gui.theme.acts import ACTS
from tests.support.import_graph import sources
from tests.support.source_tree import ROOT

BUTTONS = ("Button", "IconButton")


def buttons_of(text: str) -> list[tuple[str, str]]:
    """Words (to the first space or sign) and icon of each button that is made of literals."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in BUTTONS:
            texts = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            if len(texts) == 2 and all(texts):
                words, icon = texts if getattr(node.func, "id", "") == "Button" else reversed(texts)
                found.append((words.replace("&", "").rstrip("…").strip(), icon))
    return found


def test_that_a_verb_has_one_icon_in_every_screen() -> None:
    icons: dict[str, set[str]] = defaultdict(set)
    for act in ACTS.values():
        icons[act.verb].add(act.icon)
    for text in sources(ROOT, ("gui",)).values():
        for words, icon in buttons_of(text):
            verb = next(
                (act.verb for act in ACTS.values() if words == act.verb or words.startswith(f"{act.verb} ")), words
            )
            icons[verb].add(icon)
    assert len(icons) > 20
    assert {verb: each for verb, each in icons.items() if len(each) > 1} == {}


def test_that_a_button_is_found() -> None:
    text = 'Button(theme, "Dis&card…", "trash", role="danger")\nIconButton(theme, "close", "Close it")\nButton(t, verb)'
    assert buttons_of(text) == [("Discard", "trash"), ("Close it", "close")]
