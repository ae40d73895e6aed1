"""The revisions of one workout: who sent them, when, and what each changed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from core.workouts.model import ATTRIBUTE_BY_BODY_FIELD, BODY_FIELDS

RevisionKind = Literal["new", "correction", "deletion"]
_UNCOMPARED = frozenset({"id", "revision"})


@dataclass(frozen=True, slots=True)
class StoredRevision:
    """As it was stored. `fields`: of its body, as in the contract; None for a deletion, and where the content is not
    known: it was replaced before the results database kept it (version 10)."""

    revision: int
    kind: RevisionKind
    stored_at_ms: int
    submitted_at_ms: int | None  # None where the message did not say
    outbox: str  # that sent it, empty where the message named none
    app_id: str | None  # of the program that sent it; None where it is not known
    fields: Mapping[str, object] | None

    @property
    def is_known(self) -> bool:
        return self.kind == "deletion" or self.fields is not None

    @property
    def rank(self) -> tuple[int, bool]:
        """The highest one counts."""
        return self.revision, self.kind == "deletion"


class FieldChange(NamedTuple):
    """`field` as in a body. None: absent."""

    field: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class RevisionStep:
    """A revision, and what it changed in the newest content before it: None for the first one, for a deletion, and
    where either content is not known."""

    revision: StoredRevision
    changes: tuple[FieldChange, ...] | None
    counts: bool  # the newest one


def changes_between(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[FieldChange, ...]:
    """In the order of the contract, then unknown fields by name. Without id and revision."""
    names = (before.keys() | after.keys()) - _UNCOMPARED
    order = [name for name in ATTRIBUTE_BY_BODY_FIELD if name in names] + sorted(names - BODY_FIELDS)
    changes = (FieldChange(name, before.get(name), after.get(name)) for name in order)
    return tuple(change for change in changes if change.before != change.after)


def revision_steps(revisions: Iterable[StoredRevision]) -> tuple[RevisionStep, ...]:
    """Of one workout, in any order: the oldest first, by their rank."""
    ranked = sorted(revisions, key=lambda one: one.rank)
    return tuple(
        RevisionStep(one, _changes(ranked[:place], one), place == len(ranked) - 1) for place, one in enumerate(ranked)
    )


def _changes(earlier: Sequence[StoredRevision], one: StoredRevision) -> tuple[FieldChange, ...] | None:
    before = next((other for other in reversed(earlier) if other.kind != "deletion"), None)
    if before is None or before.fields is None or one.fields is None:
        return None
    return changes_between(before.fields, one.fields)
