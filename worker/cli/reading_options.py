"""How `paceline-submit` is to read a file, where the file does not say it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast, get_args

from core.config.zones import named_zone
from core.errors import SettingError
from core.files.options import Format, ReadingOptions
from core.parsing.column_names import default_column_names
from core.workouts.names import canonical_name
from core.workouts.validation_errors import quoted

_DELIMITER_NAMES = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "pipe": "|"}
_UNITS_OF = ("duration", "distance", "weightKg", "elevationGain")


def reading_options(
    *,
    form: str,
    delimiter: str | None,
    encoding: str | None,
    zone: str | None,
    keep_unknown: bool,
    units: Sequence[str],
    athlete: str = "",
    sport: str = "",
) -> ReadingOptions:
    """From the command line; SettingError names the option that is wrong."""
    if form not in get_args(Format):
        raise SettingError(f"--format must be {', '.join(get_args(Format))}, not {quoted(form)}.")
    return ReadingOptions(
        format=cast(Format, form),
        delimiter=None if delimiter is None else _delimiter_of(delimiter),
        encoding=encoding,
        zone=None if zone is None else named_zone(zone),
        keep_unknown=keep_unknown,
        units=dict(map(_unit_of, units)),
        athlete=canonical_name(athlete),
        sport=sport,
    )


def _delimiter_of(text: str) -> str:
    delimiter = _DELIMITER_NAMES.get(text.lower(), text)
    if len(delimiter) != 1 or delimiter in '"\r\n' or delimiter.isalnum():
        raise SettingError(f"--delimiter must be one character, or tab, not {quoted(text)}.")
    return delimiter


def _unit_of(text: str) -> tuple[str, str]:
    name, _, word = text.partition("=")
    meaning = default_column_names().meaning(name)
    unit = None if meaning is None else default_column_names().unit_of(meaning.field, word)
    if meaning is None or unit is None or meaning.field not in _UNITS_OF:
        raise SettingError(f"--unit must be like duration=s or distance=mi, not {quoted(text)}.")
    return meaning.field, unit
