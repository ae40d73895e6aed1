"""The token that callers of the HTTP endpoint must send: its form and its sources."""

from __future__ import annotations

import re
from pathlib import Path

from core.errors import SettingError

MIN_TOKEN = 16
MAX_TOKEN = 512
TOKEN_VARIABLE = "PACELINE_INGEST_TOKEN"

_TOKEN = re.compile(r"[!-~]+")  # characters allowed in an HTTP header


def check_token(token: str, source: str) -> str:
    """Trimmed; SettingError names the `source` of an unusable one, and never holds the token."""
    trimmed = token.strip()
    if not MIN_TOKEN <= len(trimmed) <= MAX_TOKEN:
        raise SettingError(f"The token in {source} must have {MIN_TOKEN} to {MAX_TOKEN} characters.")
    if not _TOKEN.fullmatch(trimmed):
        raise SettingError(f"The token in {source} must be plain letters, digits and signs without spaces.")
    return trimmed


def read_token(path: Path) -> str:
    """The first line of a file is the token; SettingError when there is none."""
    try:
        with path.open("rb") as file:
            first = file.read(MAX_TOKEN * 4).partition(b"\n")[0]
    except OSError as error:
        raise SettingError(f"The token file {path} cannot be read: {error.strerror}.") from None
    return check_token(first.decode("ascii", errors="replace"), str(path))
