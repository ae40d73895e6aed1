"""`sqlite:///` URLs and their files: the only place that encodes a path into a URL, or decodes it."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

SQLITE_PREFIX = "sqlite:///"
SCHEMES = (SQLITE_PREFIX, "sqlite+pysqlite:///")
_QUOTED = frozenset("%?#")


def is_file_url(url: str) -> bool:
    return url.lower().startswith(SCHEMES)


def file_url(path: Path | str) -> str:
    """The URL of a file. `%`, `?`, `#` and unprintable characters are %-encoded, all others stay."""
    return SQLITE_PREFIX + "".join(map(_quoted, str(path)))


def file_path(url: str) -> Path:
    """The file of a URL for which `is_file_url`. ValueError when it cannot be the name of a file.

    %-encoded bytes are decoded. Where the URL is not as `file_url` writes it, and only the undecoded text leads to an
    existing file, or at least to an existing folder, that is used: so settings saved before paths were encoded still
    name the same file.
    """
    name = url.partition(":///")[2]
    try:
        literal, decoded = Path(name), Path(os.fsdecode(unquote_to_bytes(name)))
    except UnicodeEncodeError:
        raise ValueError("the path holds half a character") from None
    if "\0" in str(decoded):
        raise ValueError("the path holds a NUL character")
    is_ours = file_url(decoded) == SQLITE_PREFIX + name
    return literal if not is_ours and _found(literal) > _found(decoded) else decoded


def _found(path: Path) -> int:
    """2: the file exists; 1: its folder does; 0: neither, or no permission to look."""
    try:
        return 2 if path.exists() else int(path.parent.is_dir())
    except OSError:
        return 0


def _quoted(character: str) -> str:
    if character.isprintable() and character not in _QUOTED:
        return character
    return quote(os.fsencode(character), safe="")
