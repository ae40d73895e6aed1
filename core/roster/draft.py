"""The unfinished grid as a text, so that it survives a crash: what was sent is not part of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from core.roster.fields import FIELDS, MAX_CHARACTERS, MAX_ROWS, MAX_TEXT, SHOWN_FIRST, in_order
from core.roster.grid import RosterRow, Texts, TrainingSession

VERSION = 1
MOST_BYTES = 4 * MAX_TEXT + 200 * MAX_ROWS


@dataclass(frozen=True, slots=True)
class RosterDraft:
    rows: tuple[Texts, ...] = ()
    session: TrainingSession = field(default_factory=TrainingSession)
    fields: tuple[str, ...] = SHOWN_FIRST


def dump_grid(rows: Iterable[RosterRow], session: TrainingSession, fields: Sequence[str]) -> str:
    """JSON, or an empty text where there is nothing to keep."""
    return _dump([row.texts for row in rows if not row.is_sent and row.texts], session, fields)


def without_rows(text: str, is_left_out: Callable[[Texts], bool]) -> str:
    """The draft without some of its rows; empty where none is left, or nothing can be understood of it."""
    draft = load_grid(text)
    return _dump([row for row in draft.rows if not is_left_out(row)], draft.session, draft.fields)


def _dump(rows: Sequence[Texts], session: TrainingSession, fields: Sequence[str]) -> str:
    if not rows:
        return ""
    day = None if session.day is None else session.day.isoformat()
    texts = [dict(row) for row in rows]
    found = {"v": VERSION, "rows": texts, "sport": session.sport, "day": day, "fields": list(fields)}
    return json.dumps(found, ensure_ascii=False)


def load_grid(text: str) -> RosterDraft:
    """What can be understood of a draft, however old or damaged; an empty one where nothing can."""
    try:
        found = json.loads(text) if text and len(text) <= MOST_BYTES else {}
    except (ValueError, RecursionError):
        return RosterDraft()
    if not isinstance(found, dict):
        return RosterDraft()
    rows, sport, named = found.get("rows"), found.get("sport"), found.get("fields")
    texts = [_texts(row) for row in rows[:MAX_ROWS]] if isinstance(rows, list) else []
    session = TrainingSession(sport[:MAX_CHARACTERS] if isinstance(sport, str) else "", _day(found.get("day")))
    fields = in_order(named) if isinstance(named, list) else SHOWN_FIRST
    return RosterDraft(tuple(row for row in texts if row), session, fields)


def _texts(found: object) -> Texts:
    if not isinstance(found, dict):
        return {}
    return {name: found[name][:MAX_CHARACTERS] for name in FIELDS if isinstance(found.get(name), str) and found[name]}


def _day(found: object) -> date | None:
    try:
        return date.fromisoformat(found) if isinstance(found, str) else None
    except ValueError:
        return None
