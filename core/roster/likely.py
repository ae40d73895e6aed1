"""What was probably meant by a text that cannot be read, or that says something unlikely."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from core.parsing.text import normalize_typed
from core.roster.fields import NUMBERS

_LOOK_ALIKE = str.maketrans({"o": "0", "O": "0", "l": "1", "I": "1", "|": "1", ";": ":"})
_NUMBER = re.compile(r"\d{1,9}(?:[.,]\d{1,6})?", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2})\s?[.,;:h]?\s?(\d\d)", re.ASCII)
_DIGIT = re.compile(r"\d", re.ASCII)
_MOST_PLACES = 3  # metres taken for kilometres


def likely_texts(name: str, text: str) -> Iterator[str]:
    """Texts for the same cell, the likeliest first; the caller finds out which of them can be read."""
    typed = normalize_typed(text)
    if name == "timestamp":
        if clock := _CLOCK.fullmatch(typed.translate(_LOOK_ALIKE)):
            yield f"{clock[1]}:{clock[2]}"
        return
    if name not in NUMBERS or not _DIGIT.search(typed):
        return
    if (looks := typed.translate(_LOOK_ALIKE)) != typed:
        yield looks
    if not _NUMBER.fullmatch(looks):
        return
    if name == "duration":
        yield f"{looks} s"
        return
    number = Decimal(looks.replace(",", "."))
    for places in range(1, _MOST_PLACES + 1):
        yield f"{number.scaleb(-places).normalize():f}"
