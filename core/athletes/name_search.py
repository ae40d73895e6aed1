"""Finds the words of names that a mistyped one may be meant to be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from core.workouts.folding import folded
from core.workouts.near_names import is_slip

MOST_WORDS = 32  # a name of 64 characters has no more


def typed_words(text: str) -> tuple[str, ...]:
    """Folded, as names are stored for searching; of a long text that was pasted only the first ones."""
    return tuple(folded(text).split()[:MOST_WORDS])


def near_words(typed: Sequence[str], names_folded: Iterable[str]) -> Mapping[str, tuple[str, ...]] | None:
    """For each typed word those that may be meant by it: itself where it is part of a name, else words of names that
    it may be a typo of. None where a word is like none. A word with a digit is never a typo: athlete-12 is not
    athlete-13.
    """
    names = list(names_folded)
    known = {word for name in names for word in name.split()}
    meant: dict[str, tuple[str, ...]] = {}
    for word in typed:
        if any(word in other for other in known):
            meant[word] = (word,)
            continue
        slips = () if any(map(str.isdigit, word)) else tuple(sorted(one for one in known if is_slip(word, one)))
        if not slips:
            return None
        meant[word] = slips
    return meant
