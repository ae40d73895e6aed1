"""What a change of the rules comes to, in words. Qt-free."""

from __future__ import annotations

from collections.abc import Sequence

from core.achievements.rule_differences import RuleDifferences
from core.store.rules.recompute import BadgeChange, Computed, Recomputed
from gui.workspaces.athletes.formatting import counted

MOST_NAMES = 6


def differences_text(found: RuleDifferences, athletes: int) -> str:
    """What saving changes, a line for each kind, and for how many."""
    kinds = {"Added": found.added, "Removed": found.removed, "Changed": found.changed}
    lines = [f"{kind}: {_listed(names)}." for kind, names in kinds.items() if names]
    if not found.computes:
        return "\n".join([*lines, "No athlete's badges change."])
    what = f"The badges of {counted(athletes, 'athlete')} are computed again; workers go on meanwhile."
    return "\n".join([*lines, what])


def unfinished_text(computed: Computed) -> str:
    return f"Computed for {computed.athletes:,} of {counted(computed.of_athletes, 'athlete')}"


def changes_text(done: Recomputed) -> str:
    """`3 athletes earned Night Owl; 2 athletes no longer have Early Bird.`"""
    parts = [f"{counted(one.athletes, 'athlete')} earned {one.name}" for one in done.earned]
    parts += [_lost(one) for one in done.lost]
    if not parts:
        return "All is computed: no athlete has earned or lost a badge."
    more = len(parts) - MOST_NAMES
    shown = "; ".join(parts[:MOST_NAMES])
    return f"{shown}; and {counted(more, 'other badge')} changed." if more > 0 else f"{shown}."


def _lost(one: BadgeChange) -> str:
    return f"{counted(one.athletes, 'athlete')} no longer {'has' if one.athletes == 1 else 'have'} {one.name}"


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMES
    shown = ", ".join(names[:MOST_NAMES])
    return f"{shown} and {more:,} more" if more > 0 else shown
