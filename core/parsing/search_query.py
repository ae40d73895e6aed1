"""Parses a search for workouts: words anywhere, or `sport:run,ride` and the like."""

from __future__ import annotations

from dataclasses import dataclass

from core.workouts.folding import folded
from core.workouts.sports import default_catalogue

FIELDS = ("athlete", "sport", "id", "worker", "error", "state")
MAX_TEXT = 200
_ALSO_NAMED = {"reason": "error", "user": "athlete", "kind": "state"}


@dataclass(frozen=True, slots=True)
class Term:
    """One of `values` (folded) must be found in `field`; in any field where that is empty."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """All terms must match. Empty: matches everything."""

    terms: tuple[Term, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.terms)

    def matches(self, fields: dict[str, str]) -> bool:
        """`fields`: folded texts by the names of FIELDS."""
        return all(_fits(term, fields) for term in self.terms)


def parse_search_query(text: str) -> SearchQuery:
    """Never fails: an unknown field is searched as a word."""
    return SearchQuery(tuple(_term(part) for part in folded(text[:MAX_TEXT]).split()))


def _term(part: str) -> Term:
    name, _, rest = part.partition(":")
    field = _ALSO_NAMED.get(name, name)
    values = tuple(value for value in rest.split(",") if value)
    if field not in FIELDS or not values:
        return Term("", (part,))
    if field == "sport":
        values = tuple(_sport(value) for value in values)
    return Term(field, values)


def _sport(value: str) -> str:
    found = default_catalogue().find(value)
    return value if found is None else folded(found.name)


def _fits(term: Term, fields: dict[str, str]) -> bool:
    texts = [fields.get(term.field, "")] if term.field else list(fields.values())
    return any(value in text for text in texts for value in term.values)
