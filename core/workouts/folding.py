"""One form for texts that a person searching for one of them takes for the same."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

# Letters that Unicode does not decompose, as people type them without a special keyboard: with a stroke or joined,
# apostrophes (one of them is a letter, of Ukrainian) and hyphens.
_AS_TYPED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
    | dict.fromkeys("‘’ʼ", "'")
    | dict.fromkeys("‐–", "-")
)


def folded(text: str) -> str:
    """For lookups: neither case nor accents matter, nor which form of a letter was typed.

    `Øyvind` as `oyvind`, `Łukasz` as `lukasz`, `Straße` as `strasse`, `Kilómetros` as `kilometros`. Unicode's case
    folding and compatibility decomposition (NFKD) without combining marks and invisible format characters, then the
    characters above.
    """
    return text.lower() if text.isascii() else _folded(text)


def has_words(words: Iterable[str], *texts: str) -> bool:
    """Whether each word, folded, is found in one of the texts, without case and accents."""
    looked_in = [folded(text) for text in texts]
    return all(any(word in text for text in looked_in) for word in words)


@lru_cache(4_096)  # the same names repeat, and folding one takes a tenth of storing its workout
def _folded(text: str) -> str:
    # Twice: the decomposition may have capitals (`℡`), and the folded text may have marks (`İ`).
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(char for char in decomposed if not _is_ignored(char)).translate(_AS_TYPED)


def _is_ignored(char: str) -> bool:
    return unicodedata.combining(char) != 0 or unicodedata.category(char) == "Cf"
