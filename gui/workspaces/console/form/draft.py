"""The draft: what stands in the form as text, so that it survives a crash. Qt-free."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo

from core.errors import EntryError
from core.parsing.start import format_start, parse_start
from core.workouts.names import spells
from gui.forms.form_parser import FIELDS, BodyFields, Texts

VERSION = 1
MAX_CHARACTERS = 65_536  # a field; more than any bound of a workout


@dataclass(frozen=True, slots=True)
class Draft:
    """Texts by the body's field names, as typed; `kept` is set while a workout is repaired.

    `edited_at_ms`, milliseconds since the epoch, is what an empty start meant; None where it is not known.
    """

    texts: Texts = field(default_factory=dict)
    kept: BodyFields = field(default_factory=dict)
    edited_at_ms: int | None = None

    @property
    def empty(self) -> bool:
        """Nothing worth keeping: the sport alone is a default, no entry."""
        return not self.kept and not any(text.strip() for name, text in self.texts.items() if name != "type")

    def spells(self, name: str) -> bool:
        return any(spells(text, name) for text in (*self.texts.values(), *map(str, self.kept.values())))

    def dated(self, now_ms: int, zone: tzinfo) -> Draft:
        """With the start that `18:24`, `yesterday 7:30` or nothing meant when it was typed, so that none of them comes
        to mean another day. A time that is yet to come is not believed."""
        at_ms = self.edited_at_ms
        if self.empty or at_ms is None or not 0 <= at_ms <= now_ms:
            return self
        edited_at = datetime.fromtimestamp(at_ms / 1000, UTC)
        try:
            moment = parse_start(self.texts.get("timestamp", ""), now=edited_at, zone=zone)
        except EntryError:
            return self
        return replace(self, texts={**self.texts, "timestamp": format_start(moment, zone=zone)})


def dump_draft(draft: Draft) -> str:
    """JSON, or an empty text where there is nothing to keep."""
    if draft.empty:
        return ""
    texts = {name: text for name, text in draft.texts.items() if text}
    found = {"v": VERSION, "texts": texts, "kept": dict(draft.kept), "edited_at_ms": draft.edited_at_ms}
    return json.dumps(found, ensure_ascii=False, default=str)


def load_draft(text: str) -> Draft:
    """What can be understood of a draft, however old or damaged; an empty draft where nothing can."""
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return Draft()
    if not isinstance(found, dict):
        return Draft()
    texts, kept, at_ms = found.get("texts"), found.get("kept"), found.get("edited_at_ms")
    return Draft(
        _texts(texts),
        kept if isinstance(kept, dict) else {},
        at_ms if isinstance(at_ms, int) and not isinstance(at_ms, bool) else None,
    )


def _texts(found: object) -> Texts:
    if not isinstance(found, dict):
        return {}
    return {name: text[:MAX_CHARACTERS] for name, text in found.items() if name in FIELDS and isinstance(text, str)}
