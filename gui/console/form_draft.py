"""The draft: what stands in the form as text, so that it survives a crash. Qt-free."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from gui.console.form_reading import FIELDS, Kept

VERSION = 1
MAX_CHARACTERS = 4_000  # a field; more than any bound of a workout
_NO_TEXTS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Draft:
    """Texts by the body's field names, as typed; `kept` is set while a workout is repaired."""

    texts: Mapping[str, str] = field(default_factory=lambda: _NO_TEXTS)
    kept: Kept = field(default_factory=Kept)

    @property
    def empty(self) -> bool:
        """Nothing worth keeping: the sport alone is a default, no entry."""
        return not self.kept.fields and not any(text.strip() for name, text in self.texts.items() if name != "type")


def dump_draft(draft: Draft) -> str:
    """JSON, or an empty text where there is nothing to keep."""
    if draft.empty:
        return ""
    texts = {name: text for name, text in draft.texts.items() if text}
    return json.dumps({"v": VERSION, "texts": texts, "kept": dict(draft.kept.fields)}, ensure_ascii=False, default=str)


def load_draft(text: str) -> Draft:
    """What can be understood of a draft, however old or damaged; an empty draft where nothing can."""
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return Draft()
    if not isinstance(found, dict):
        return Draft()
    texts, kept = found.get("texts"), found.get("kept")
    return Draft(_texts(texts), Kept(MappingProxyType(kept)) if isinstance(kept, dict) else Kept())


def _texts(found: object) -> Mapping[str, str]:
    if not isinstance(found, dict):
        return _NO_TEXTS
    return {name: text[:MAX_CHARACTERS] for name, text in found.items() if name in FIELDS and isinstance(text, str)}
