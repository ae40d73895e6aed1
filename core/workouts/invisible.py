"""Invisible characters and all forms of white space: what makes two texts differ that look alike."""

from __future__ import annotations

import re

# Unicode's White_Space. Not `\s`, which also takes the separators U+001C to U+001F for spaces.
WHITE_SPACE = r"\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_WHITE_SPACES = re.compile(f"[{WHITE_SPACE}]+")

# Category Cf, Default_Ignorable_Code_Point (fillers, the grapheme joiner, variation selectors and code points reserved
# for more of them), and blank glyphs: the empty Braille cell and the null notehead. A test compares the
# ranges with the categories of this Python's Unicode.
_INVISIBLE = re.compile(
    r"[\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    r"\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000110bd\U000110cd"
    r"\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# Joiners, variation selectors and tags: they shape the character before them (Persian and Indic words, emoji, flags).
_SHAPING = r"\u200c\u200d\ufe0e\ufe0f\U000e0020-\U000e007f"
_NOT_SHAPING = re.compile(f"(?![{_SHAPING}]){_INVISIBLE.pattern}")


def without_invisible(text: str, *, keep_shaping: bool = False) -> str:
    """`text` without format characters (zero-width, direction marks, soft hyphen), fillers and the like."""
    return (_NOT_SHAPING if keep_shaping else _INVISIBLE).sub("", text)


def single_spaced(text: str) -> str:
    """Every run of white space, no-break spaces and line breaks among it, as one space; none at the ends."""
    if text.isprintable() and "  " not in text:  # as most texts are; the expression costs more
        return text.strip(" ")
    return _WHITE_SPACES.sub(" ", text).strip(" ")
