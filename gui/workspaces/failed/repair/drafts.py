"""Unfinished repairs, kept until the program ends. Qt-free."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from core.workouts.names import spells
from gui.forms.form_parser import Texts

MAX_DRAFTS = 200


@dataclass(frozen=True, slots=True)
class RepairDraft:
    """The contents of the pane. `raw` None: the form was being edited."""

    texts: Texts
    raw: str | None = None
    revision: int | None = None


class RepairDrafts:
    """Drafts by the key of their message; the oldest ones are dropped."""

    def __init__(self) -> None:
        self._drafts: OrderedDict[str, RepairDraft] = OrderedDict()

    def put(self, key: str, draft: RepairDraft) -> None:
        self._drafts[key] = draft
        self._drafts.move_to_end(key)
        while len(self._drafts) > MAX_DRAFTS:
            self._drafts.popitem(last=False)

    def of(self, key: str) -> RepairDraft | None:
        return self._drafts.get(key)

    def forget(self, athlete: str) -> None:
        """Those that spell the name."""
        for key, draft in tuple(self._drafts.items()):
            if any(spells(text, athlete) for text in (*draft.texts.values(), draft.raw or "")):
                del self._drafts[key]

    def drop(self, key: str) -> None:
        self._drafts.pop(key, None)
