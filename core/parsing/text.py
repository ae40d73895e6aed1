"""Normalizes typed or pasted text: the step before every parser of numbers, durations and starts."""

from __future__ import annotations

import unicodedata

from core.workouts.folding import folded
from core.workouts.invisible import single_spaced, without_invisible

__all__ = ["folded", "normalize_typed"]

# What keyboards, word processors and web pages write in place of the ASCII character.
_ASCII_FOR = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−", "-"),  # hyphens, dashes, the minus sign
        **dict.fromkeys("‘’‚‛′ʹʼ´`", "'"),
        **dict.fromkeys("“”„‟″ʺ〃", '"'),
        **dict.fromkeys("∶꞉", ":"),
        **dict.fromkeys("∕⁄", "/"),
        **dict.fromkeys("٫。․", "."),  # the Arabic decimal mark, the ideographic full stop
        **dict.fromkeys("،、", ","),
        "٬": "'",  # the Arabic thousands separator, where it cannot be a decimal mark
    }
)
# Other widths of the same character (`４５`, `：`, `㎞`). Not superscripts or fractions: 5² is not 52, 5½ not 51/2.
_SAME_CHARACTER = ("<wide>", "<narrow>", "<small>", "<square>")


def normalize_typed(text: str) -> str:
    """ASCII digits and marks for those of other scripts, widths or typography; letters stay as they are.

    Format characters are removed, every run of white space (no-break and thin spaces, line breaks) becomes one space,
    and the ends are stripped. Never fails; what is no number or date before is none after.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", "".join(map(_plain, without_invisible(text)))).translate(_ASCII_FOR)
    return single_spaced(text)


def _plain(char: str) -> str:
    if char.isascii():
        return char
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    return unicodedata.normalize("NFKC", char) if unicodedata.decomposition(char).startswith(_SAME_CHARACTER) else char
