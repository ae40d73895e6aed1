"""The names of the icons that a rule may have: Material Design Icons 6, as QtAwesome ships them. Loads no Qt."""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from pathlib import Path

FAMILY = "mdi6."


def icon_file(ending: str) -> Path | None:
    """A file of the icon font, found without importing QtAwesome; None where that is not installed."""
    spec = importlib.util.find_spec("qtawesome")
    folders = (spec.submodule_search_locations or ()) if spec else ()
    pattern = f"fonts/materialdesignicons6-webfont-{ending}"
    return next((path for folder in folders for path in sorted(Path(folder).glob(pattern))), None)


@cache
def icon_codes() -> dict[str, str]:
    """By name: the code point in hexadecimal. Empty where QtAwesome is not installed."""
    file = icon_file("charmap-*.json")
    return {} if file is None else json.loads(file.read_text(encoding="utf-8"))


def is_icon(name: str) -> bool:
    """Whether consoles can draw `mdi6.run`; True where that cannot be known, as on a server without a console."""
    return not icon_codes() or name.removeprefix(FAMILY) in icon_codes()
