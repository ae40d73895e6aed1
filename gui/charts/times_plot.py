"""Base of the plots of wait and run times: percentiles of buckets on a logarithmic axis, and the oldest age."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
from typing_extensions import override

from core.live.console_state import ConsoleState
from core.metrics.latency import BUCKET_MS, LatencyRow, Percentiles
from core.utc_text import utc_text
from gui.charts.axes import ValueAxis, duration_axis
from gui.charts.curve_layer import Curve
from gui.charts.downsampling import Column, Strokes, bin_maxima, runs
from gui.charts.export import Table
from gui.charts.formatting import duration
from gui.charts.plot_decorations import HoverReadout
from gui.charts.time_plot import TimePlot
from gui.formatting import clock_text
from gui.theme.palette import Role

Family = Literal["wait", "run"]
ROLES: dict[Family, Role] = {"wait": "waiting", "run": "running"}
NAMES = ("p50", "p95", "p99")
LONGEST_GAP = 6  # buckets
_LEAST_MS = 0.01
_BIN_PX = 3.0
_NOTHING = np.empty(0)


class FamilyCurves:
    """The curves of wait or of run: a band from p50 up to `band_to`, and a line for each percentile.

    `tint` is the opacity of the band, `shades` that of the lines, in per cent. `at_ms` are the times of the points,
    `logs` log10 of their milliseconds for each percentile, all finite.
    """

    def __init__(
        self, plot: TimePlot, name: Family, *, tint: int, shades: tuple[float, float, float], band_to: int
    ) -> None:
        self.name, self.role = name, ROLES[name]
        self.at_ms: Column = _NOTHING
        self.logs: list[Column] = [_NOTHING] * 3
        self._plot, self._band_to = plot, band_to
        self._band = plot.add_area(self.role, tint)
        self._lines = [plot.add_line(self.role, shade) for shade in shades]
        self._newest = [plot.add_line(self.role, shade, dashed=True) for shade in shades]

    def select(self, row: LatencyRow) -> Percentiles | None:
        return row.wait if self.name == "wait" else row.run

    def extremes(self) -> Iterator[float]:
        if len(self.at_ms):
            yield from (float(self.logs[0].min()), float(self.logs[2].max()))

    def set_rows(self, rows: list[LatencyRow], to_ms: float, bin_ms: float, bucket_ms: float) -> None:
        """The maximum of each bin: a window with more buckets than pixels must not hide a slow one."""
        found = [
            (min(row.start_ms + bucket_ms / 2, to_ms), values)
            for row in rows
            if (values := self.select(row)) is not None
        ]
        if not found:
            self.at_ms, self.logs = _NOTHING, [_NOTHING] * 3
            return
        table = np.array([(values.p50_ms, values.p95_ms, values.p99_ms) for _, values in found])
        logs = np.log10(np.maximum(table, _LEAST_MS))
        self.at_ms, self.logs = bin_maxima(np.array([at for at, _ in found]), tuple(logs.T), bin_ms)

    def draw(self, breaks: list[float], bucket_ms: float, *, filling: bool) -> None:
        """`filling`: the last point belongs to the current bucket."""
        band = Strokes.empty()
        lines, newest = [Strokes.empty() for _ in self._lines], [Strokes.empty() for _ in self._newest]
        for run in runs(self.at_ms, LONGEST_GAP * bucket_ms, breaks):
            x = self._plot.seconds_of(self.at_ms[run])
            logs = [each[run] for each in self.logs]
            if len(x) == 1:  # a single point is invisible: draw it as wide as its bucket
                x = np.array([x[0] - bucket_ms / 2000, x[0] + bucket_ms / 2000])
                logs = [np.repeat(each, 2) for each in logs]
            band.between(x, logs[0], logs[self._band_to])
            solid = len(x) - 1 if filling and run.stop == len(self.at_ms) else len(x)
            for log, line, dashed in zip(logs, lines, newest, strict=True):
                line.line(x[:solid], log[:solid])
                dashed.line(x[max(0, solid - 1) :], log[max(0, solid - 1) :])
        self._set(self._lines, lines)
        self._set(self._newest, newest)
        self._band.path = band.path

    @staticmethod
    def _set(items: list[Curve], strokes: list[Strokes]) -> None:
        for item, stroke in zip(items, strokes, strict=True):
            item.path = stroke.path


class TimesPlot(TimePlot):
    """Subclasses make the families and pass their rows to `_draw_rows`. Only wait has an oldest age."""

    after_clock = ""  # in the heading of a readout
    decimals: int | None = None  # of milliseconds in a table; None: as measured
    _families: tuple[FamilyCurves, ...]
    _rows: list[LatencyRow]
    _bucket_ms: float = BUCKET_MS
    _oldest: tuple[Column, Column] = (_NOTHING, _NOTHING)

    def _draw_rows(self, state: ConsoleState, rows: list[LatencyRow], bucket_ms: float) -> ValueAxis:
        self._rows, self._bucket_ms = rows, bucket_ms
        for family in self._families:
            family.set_rows(rows, self._to_ms, max(1.0, _BIN_PX * self.ms_per_px), bucket_ms)
            at_ms = family.at_ms
            filling = self._is_live(state) and len(at_ms) > 0 and at_ms[-1] + bucket_ms / 2 > self._now_ms
            if filling:
                at_ms[-1] = self._to_ms  # the current bucket reaches to now
            family.draw(self._breaks, bucket_ms, filling=filling)
        if self._has_oldest:
            self._oldest = self._oldest_points()
        logs = [each for family in self._families for each in family.extremes()]
        logs += self._oldest[1].tolist()
        least, most = (float(10 ** min(logs)), float(10 ** max(logs))) if logs else (10.0, 1_000.0)
        return duration_axis(least, most, self.plot_area.height())

    @property
    def _has_oldest(self) -> bool:
        return self._families[0].name == "wait"

    def _oldest_points(self) -> tuple[Column, Column]:
        """Only ages above 0: zero has no place on a logarithmic axis."""
        found = [(min(self._middle(row), self._to_ms), row.oldest_age_s) for row in self._rows if row.oldest_age_s]
        at_ms = np.array([at for at, _ in found])
        return at_ms, np.log10(np.maximum(np.array([age_s for _, age_s in found]) * 1000, _LEAST_MS))

    @override
    def readout_at(self, at_ms: float) -> tuple[float, HoverReadout] | None:
        nearest = min(self._rows, key=lambda row: abs(self._middle(row) - at_ms), default=None)
        if nearest is None or abs(self._middle(nearest) - at_ms) > max(self._bucket_ms, 4 * self.ms_per_px):
            return None
        found = [(family, values) for family in self._families if (values := family.select(nearest)) is not None]
        rows = [row for family, values in found for row in self._readout_rows(family, values)]
        if self._has_oldest and nearest.oldest_age_s is not None:
            rows.append(("oldest", duration(nearest.oldest_age_s * 1000), "neutral"))
        heading = clock_text(nearest.start_ms, self._view.zone) + self.after_clock
        return min(self._middle(nearest), self._to_ms), HoverReadout(heading, rows)

    def _readout_rows(self, family: FamilyCurves, values: Percentiles) -> list[tuple[str, str, Role]]:
        """A row for each percentile. Overridden where there is room for one row."""
        written = (duration(values.p50_ms), duration(values.p95_ms), duration(values.p99_ms))
        return [(name, value, family.role) for name, value in zip(NAMES, written, strict=True)]

    def _middle(self, row: LatencyRow) -> float:
        return row.start_ms + self._bucket_ms / 2

    @override
    def table(self) -> Table:
        """The visible buckets, oldest first; an empty cell where a bucket has no value."""
        columns = ["bucket_start_utc"]
        columns += [f"{family.name}_{percent}_ms" for family in self._families for percent in NAMES]
        rows: list[tuple[str | float | None, ...]] = []
        for row in self._rows:
            cells = [cell for family in self._families for cell in self._cells(family.select(row))]
            rows.append((utc_text(int(row.start_ms)), *cells, *([row.oldest_age_s] if self._has_oldest else [])))
        return Table((*columns, "oldest_age_s") if self._has_oldest else tuple(columns), tuple(rows))

    def _cells(self, found: Percentiles | None) -> list[float | None]:
        if found is None:
            return [None] * len(NAMES)
        values = (found.p50_ms, found.p95_ms, found.p99_ms)
        return [value if self.decimals is None else round(value, self.decimals) for value in values]
