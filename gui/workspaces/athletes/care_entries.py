"""Entries of menus for all data of one athlete: of a row of the list, and of the athlete's page."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from gui.shortcuts import SHORTCUTS, Scope
from gui.widgets.row_menu import RowAction

CARE_ENTRIES = {
    "export": "&Export everything…",
    "merge": "&Merge with another…",
    "erase": "E&rase for good…",
}  # by their names in the registry


def care_actions(run: Callable[[str], object], why_not: str) -> list[RowAction]:
    """`run` gets the name in the registry; `why_not`: why none of them can be done."""
    keys = SHORTCUTS[Scope.ATHLETES]
    return [RowAction(keys[name].entry(words), partial(run, name), why_not) for name, words in CARE_ENTRIES.items()]
