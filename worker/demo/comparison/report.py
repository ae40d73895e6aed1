"""What a comparison has measured so far: one JSON object a line, from its process to the console. Qt-free."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError

from core.errors import SettingError
from core.workouts.validation_errors import quoted
from worker.demo.comparison.plan import MOST_WORKOUTS
from worker.demo.lines import line_of

MAX_LINE_BYTES = 4_096
MOST_MS = 3_600_000.0
MOST_PER_S = 1_000_000.0


class SideReport(BaseModel):
    """One side. None: not known before the first answer.

    `p50_ms`, `p95_ms`, `p99_ms`: how long clients waited for their answer. `sustained_per_s`: answered with success, a
    second. `lost`: sent, and neither stored nor kept anywhere. `kept`: failed at least once, and not lost.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    answered: int = Field(default=0, ge=0, le=MOST_WORKOUTS)
    p50_ms: FiniteFloat | None = Field(default=None, ge=0, le=MOST_MS)
    p95_ms: FiniteFloat | None = Field(default=None, ge=0, le=MOST_MS)
    p99_ms: FiniteFloat | None = Field(default=None, ge=0, le=MOST_MS)
    sustained_per_s: FiniteFloat | None = Field(default=None, ge=0, le=MOST_PER_S)
    stored: int = Field(default=0, ge=0, le=MOST_WORKOUTS)
    lost: int = Field(default=0, ge=0, le=MOST_WORKOUTS)
    kept: int = Field(default=0, ge=0, le=MOST_WORKOUTS)


class ComparisonReport(BaseModel):
    """Both sides. `ended`: the last one, in which `lost` and `kept` were counted by ids."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    ended: bool = False
    elapsed_s: FiniteFloat = Field(default=0.0, ge=0, le=MOST_MS / 1000)
    inline: SideReport = SideReport()
    queued: SideReport = SideReport()

    @property
    def line(self) -> bytes:
        return line_of(self)


def read_report(line: bytes) -> ComparisonReport:
    """SettingError for a line that is no report."""
    try:
        if len(line) > MAX_LINE_BYTES:
            raise ValueError
        return ComparisonReport.model_validate_json(line)
    except (ValidationError, ValueError):
        text = quoted(line[:MAX_LINE_BYTES].decode(errors="replace"))
        raise SettingError(f"The comparison reported something that is no report: {text}.") from None


def percentile(ascending: Sequence[float], percent: float) -> float | None:
    """The nearest rank; None of nothing."""
    if not ascending:
        return None
    return ascending[max(0, math.ceil(len(ascending) * percent / 100) - 1)]
