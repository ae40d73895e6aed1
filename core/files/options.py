"""How a file is to be read, where it does not say it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Literal

from core.config.system_zone import SystemZone
from core.parsing.table_columns import ColumnChoice

Format = Literal["auto", "json", "jsonl", "csv", "xlsx", "fit", "gpx", "tcx"]
DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """None: found out. `units`: by the field (`duration`), the unit of numbers that say none.

    `athlete`: of workouts that say none. `sport`: of all activities of a recorded file. `columns`: what
    the columns of a table are, by `header_key`.
    """

    format: Format = "auto"
    delimiter: str | None = None
    encoding: str | None = None
    zone: tzinfo | None = None
    system_zone: tzinfo = field(default_factory=SystemZone)
    keep_unknown: bool = False
    units: Mapping[str, str] = field(default_factory=dict)
    athlete: str = ""
    sport: str = ""
    columns: Mapping[str, Sequence[ColumnChoice]] = field(default_factory=dict)
