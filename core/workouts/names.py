"""Names of athletes and sports, and titles: one spelling for what looks the same."""

from __future__ import annotations

import unicodedata

from core.workouts.invisible import single_spaced, without_invisible


def canonical_name(text: str) -> str:
    """Composed (NFC), without format characters and fillers, white space single and none at the ends.

    The joiners of Persian, Indic and emoji spellings are removed too: two names that look alike are one. Empty where
    nothing is visible. What cannot be in a name (control characters, half a surrogate pair) stays, for the model to
    refuse.
    """
    return _canonical(text, keep_shaping=False)


def canonical_title(text: str) -> str:
    """As a name, but not used to identify anything: what shapes letters and emoji stays."""
    return _canonical(text, keep_shaping=True)


def isolated(name: str) -> str:
    """For a sentence: a name written from right to left does not reorder the text around it.

    Between FSI and PDI (Unicode's UAX 9); a sentence that begins with it keeps its own direction. Others stay.
    """
    # The first condition is for speed: each painted name comes here, and few have letters beyond ASCII.
    if name.isascii() or not any(unicodedata.bidirectional(char) in ("R", "AL") for char in name):
        return name
    return f"\u2068{name}\u2069"


def _canonical(text: str, *, keep_shaping: bool) -> str:
    if text.isascii():
        return single_spaced(text)
    seen = unicodedata.normalize("NFC", single_spaced(without_invisible(text, keep_shaping=keep_shaping)))
    return seen if any(map(_is_seen, seen)) else ""


def _is_seen(char: str) -> bool:
    """Letters, digits, punctuation, symbols; and what this Python's Unicode does not know yet, like new emoji."""
    category = unicodedata.category(char)
    return category[0] in "LNPS" or category in ("Cc", "Cs", "Cn", "Co")


def spells(text: str, name: str) -> bool:
    """Whether a text has the name as whole words, whatever is beside it."""
    at = text.find(name)
    while at >= 0:
        beside = text[at - 1 : at] + text[at + len(name) : at + len(name) + 1]
        if not any(char.isalnum() for char in beside):
            return True
        at = text.find(name, at + 1)
    return False
