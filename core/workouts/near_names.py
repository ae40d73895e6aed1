"""Finds the known name that a typed one was probably meant to be."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA, Levenshtein

from core.workouts.folding import folded
from core.workouts.names import canonical_name

_MOST_EDITS = 2
_SHORTEST_FOR_TWO_EDITS = 10  # letters; below, two edits make another word: canoeing, canyoning
_SHORTEST = 3
_LONG_NAME = 8  # letters of a whole name, from which on one letter within a word matters little
_CANDIDATES = 5
_MOST_TURNS = 4  # words


def is_slip(typed: str, known: str, *, of_letters: int = 0) -> bool:
    """Whether one word may be a typo of the other: few edits (a letter more, less, other, or two swapped) for its
    length. A changed letter needs a longer word than a missing one: Ben is not Ken, Aya may be Maya.

    `of_letters`: length of the name that the words are part of, where the rest of it matches.
    """
    edits = OSA.distance(typed, known, score_cutoff=_MOST_EDITS)
    longest = max(len(typed), len(known))
    if edits > 1:
        return edits == _MOST_EDITS and longest >= _SHORTEST_FOR_TWO_EDITS
    replaced = len(typed) == len(known) and sorted(typed) != sorted(known)
    if replaced and of_letters < _LONG_NAME:
        return longest > 4
    return longest > 3 or edits == 0


class NameIndex:
    """Known names, prepared for comparing. Filled and read by one thread; 20,000 names answer within 2 ms.

    Case, accents, punctuation and the order of words do not matter. Digits do: athlete-12 is not athlete-13.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._clear()
        self.add(names)

    def __contains__(self, name: str) -> bool:
        return name in self._names or name in self._seen

    def set_names(self, names: Collection[str]) -> None:
        """Replace the known names. Only new ones are prepared, so that a growing list costs little."""
        if not self._names.issubset(names):
            self._clear()
        self.add(names)

    def add(self, names: Iterable[str]) -> None:
        for name in names:
            if name in self._names:
                continue
            self._names.add(name)
            self._seen.add(canonical_name(name))
            words = _words(name)
            key = " ".join(words)
            if self._by_key.setdefault(key, name) is name:
                self._by_words.setdefault(" ".join(sorted(words)), name)
                self._of_length.setdefault((len(key), _digits(words)), []).append(key)
                for word in set(words):
                    self._with_word.setdefault(word, []).append(key)

    def near(self, name: str) -> str | None:
        """The known name that `name` is probably meant to be; None where it is known itself, or like no other."""
        words = _words(name)
        if name in self or not words:
            return None
        return self._by_words.get(" ".join(sorted(words))) or self._only_one_with(words) or self._closest(words)

    def _only_one_with(self, words: list[str]) -> str | None:
        """`Maya` where a single known name has that word."""
        keys = self._with_word.get(words[0], ()) if len(words) == 1 and len(words[0]) >= _SHORTEST else ()
        return self._by_key[keys[0]] if len(keys) == 1 else None

    def _closest(self, words: list[str]) -> str | None:
        return min(self._slips(words), default=(0, None))[1]

    def _clear(self) -> None:
        self._names: set[str] = set()
        self._seen: set[str] = set()  # as displayed: older versions stored other spellings of the same
        self._by_key: dict[str, str] = {}  # the words in order, joined by spaces -> the name
        self._by_words: dict[str, str] = {}  # the same with the words sorted
        self._of_length: dict[tuple[int, str], list[str]] = {}  # keys by their length and their digits
        self._with_word: dict[str, list[str]] = {}

    def _slips(self, words: list[str]) -> Iterator[tuple[int, str]]:
        """All names with the words in the order typed; in another order, those that share one of the words exactly."""
        length = sum(map(len, words)) + len(words) - 1
        lengths = range(length - _MOST_EDITS, length + _MOST_EDITS + 1)
        yield from self._slips_among([self._of_length.get((each, _digits(words)), ()) for each in lengths], words)
        with_word = [self._with_word.get(word, ()) for word in words]
        for start in range(1, min(len(words), _MOST_TURNS)):
            yield from self._slips_among(with_word, words[start:] + words[:start])

    def _slips_among(self, some: Iterable[Sequence[str]], words: list[str]) -> Iterator[tuple[int, str]]:
        key = " ".join(words)
        for keys in some:
            # Two letters swapped are two edits here and one below.
            close = process.extract(key, keys, scorer=Levenshtein.distance, score_cutoff=_MOST_EDITS, limit=_CANDIDATES)
            yield from ((edits, self._by_key[known]) for known, edits, _ in close if _is_near(words, known.split(" ")))


def _is_near(typed: list[str], known: list[str]) -> bool:
    if _digits(typed) != _digits(known):
        return False
    if len(typed) != len(known):  # one space more or less
        return is_slip("".join(typed), "".join(known))
    fitting = sum(map(str.__eq__, typed, known))
    of_letters = sum(map(len, typed)) if fitting == len(typed) - 1 else 0
    return all(is_slip(one, other, of_letters=of_letters) for one, other in zip(typed, known, strict=True))


def _words(name: str) -> list[str]:
    return "".join(char if _is_spelled(char) else "" if char in "'’.·" else " " for char in folded(name)).split()


def _is_spelled(char: str) -> bool:
    """Letters, digits, and the vowels of Indic and Thai words, which Unicode counts as marks."""
    return char.isalnum() or unicodedata.category(char)[0] == "M"


def _digits(words: list[str]) -> str:
    return "".join(char for word in words for char in word if char.isdigit())
