"""Plot of wait and run times: two families of percentiles on a logarithmic axis."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from core.live.console_state import ConsoleState
from core.metrics.latency import BUCKET_MS, LatencyRow, Percentiles
from core.utc_text import utc_text
from gui.charts.axes import avoid_overlap, duration_axis
from gui.charts.curve_layer import Curve
from gui.charts.downsampling import Column, Strokes, bin_maxima, runs
from gui.charts.export import Table
from gui.charts.formatting import duration
from gui.charts.plot_decorations import HoverReadout, draw_text
from gui.charts.time_plot import TimePlot
from gui.charts.time_window import TimeView
from gui.formatting import clock_text
from gui.theme.palette import Role
from gui.theme.theme import Theme

_LONGEST_GAP_MS = 6.0 * BUCKET_MS
_LEAST_MS = 0.01
_LABEL_PX = 12.0
_BIN_PX = 3.0
_BETWEEN_PX = 6.0
_LEAST_SQUARE_GAP_PX = 5.0
_NAMES = ("p50", "p95", "p99")


@dataclass(frozen=True, slots=True)
class FamilyPoints:
    """One family: times, and log10 of milliseconds for each percentile. All finite."""

    at_ms: Column
    logs: tuple[Column, Column, Column]

    def extremes(self) -> Iterator[float]:
        if len(self.at_ms):
            yield from (float(self.logs[0].min()), float(self.logs[2].max()))


NO_POINTS = FamilyPoints(np.empty(0), (np.empty(0), np.empty(0), np.empty(0)))


class FamilyCurves:
    """The curves of wait or of run: a band from p50 up to `band_to`, and a line for each percentile.

    `tint` is the opacity of the band, `shades` that of the lines, in per cent.
    """

    def __init__(
        self,
        plot: TimePlot,
        role: Role,
        name: str,
        *,
        tint: int = 13,
        shades: tuple[float, float, float] = (100.0, 85.0, 70.0),
        band_to: int = 2,
    ) -> None:
        self.role, self.name = role, name
        self.points = NO_POINTS
        self._band_to = band_to
        self._band = plot.add_area(role, tint)
        self._lines = [plot.add_line(role, shade) for shade in shades]
        self._newest = [plot.add_line(role, shade, dashed=True) for shade in shades]

    def draw(
        self,
        plot: TimePlot,
        points: FamilyPoints,
        breaks: list[float],
        *,
        filling: bool,
        bucket_ms: float = BUCKET_MS,
        gap_ms: float = _LONGEST_GAP_MS,
    ) -> None:
        """`filling`: the last point belongs to the current bucket. `gap_ms`: points closer than this are joined."""
        self.points = points
        band = Strokes.empty()
        lines, newest = [Strokes.empty() for _ in self._lines], [Strokes.empty() for _ in self._newest]
        base = plot.seconds(0.0)
        for run in runs(points.at_ms, gap_ms, breaks):
            x = points.at_ms[run] / 1000 + base
            logs = [each[run] for each in points.logs]
            if len(x) == 1:  # a single point is invisible: draw it as wide as its bucket
                x = np.array([x[0] - bucket_ms / 2000, x[0] + bucket_ms / 2000])
                logs = [np.repeat(each, 2) for each in logs]
            band.between(x, logs[0], logs[self._band_to])
            solid = len(x) - 1 if filling and run.stop == len(points.at_ms) else len(x)
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


class LatencyPlot(TimePlot):
    """Draws buckets of a ConsoleState; call `show_latency` whenever they or the time window changed."""

    def __init__(self, theme: Theme, view: TimeView, base_ms: float, parent: QWidget | None = None) -> None:
        super().__init__(theme, view, "Waiting and working times", base_ms, parent)
        self._families = (FamilyCurves(self, "waiting", "wait"), FamilyCurves(self, "running", "run"))
        self._rows: list[LatencyRow] = []
        self._oldest = (np.empty(0), np.empty(0))

    def show_latency(self, state: ConsoleState, from_ms: float, to_ms: float, now_ms: float) -> None:
        self._rows = [row for row in state.latency.rows(from_ms - BUCKET_MS) if row.start_ms < to_ms]
        offline = state.offline_spans(from_ms)
        breaks = [float(span.from_ms) for span in offline]
        bin_ms = max(1.0, _BIN_PX * (to_ms - from_ms) / self.plot_area.width())
        live = to_ms >= now_ms and not state.lost
        selections: tuple[Callable[[LatencyRow], Percentiles | None], ...] = (lambda row: row.wait, lambda row: row.run)
        for family, select in zip(self._families, selections, strict=True):
            points = family_points(self._rows, select, to_ms, bin_ms)
            filling = live and len(points.at_ms) > 0 and points.at_ms[-1] + BUCKET_MS / 2 > now_ms
            if filling:
                points.at_ms[-1] = to_ms  # the current bucket reaches to now
            family.draw(self, points, breaks, filling=filling)
        self._oldest = oldest_points(self._rows, to_ms)
        axis = duration_axis(*self._extremes_ms(), self.plot_area.height())
        self.show_span(from_ms, to_ms, now_ms, axis, offline)

    def _extremes_ms(self) -> tuple[float, float]:
        logs = [each for family in self._families for each in family.points.extremes()]
        logs += self._oldest[1].tolist() if logs else []
        return (float(10 ** min(logs)), float(10 ** max(logs))) if logs else (10.0, 1_000.0)

    @override
    def readout_at(self, at_ms: float) -> tuple[float, HoverReadout] | None:
        nearest = min(self._rows, key=lambda row: abs(_middle(row) - at_ms), default=None)
        if nearest is None or abs(_middle(nearest) - at_ms) > max(BUCKET_MS, 4 * self.ms_per_px):
            return None
        rows: list[tuple[str, str, Role]] = []
        for name, role, found in (("wait", "waiting", nearest.wait), ("run", "running", nearest.run)):
            if found is not None:
                values = (found.p50_ms, found.p95_ms, found.p99_ms)
                hue: Role = "waiting" if role == "waiting" else "running"
                rows.append((name, " · ".join(duration(value) for value in values), hue))
        if nearest.oldest_age_s is not None:
            rows.append(("oldest", duration(nearest.oldest_age_s * 1000), "neutral"))
        start = clock_text(nearest.start_ms, self._view.zone)
        return min(_middle(nearest), self._to_ms), HoverReadout(f"{start}, 5 s: p50 · p95 · p99", rows)

    def table(self) -> Table:
        """The visible buckets, oldest first; an empty cell where a bucket has no value."""
        columns = [f"{name}_{percent}_ms" for name in ("wait", "run") for percent in _NAMES]
        rows = tuple(
            (utc_text(int(row.start_ms)), *_cells(row.wait), *_cells(row.run), row.oldest_age_s) for row in self._rows
        )
        return Table(("bucket_start_utc", *columns, "oldest_age_s"), rows)

    @override
    def paint_under(self, painter: QPainter) -> None:
        area = self.plot_area.adjusted(-1, -1, 1, 1)
        hue, last_x = self._theme.colour("neutral"), -1e9
        for at_ms, log in zip(self._oldest[0].tolist(), self._oldest[1].tolist(), strict=True):
            at = QPointF(self.x_of(at_ms), self.y_of(log))
            if at.x() - last_x >= _LEAST_SQUARE_GAP_PX and area.contains(at):
                painter.fillRect(QRectF(round(at.x()) - 1, round(at.y()) - 1, 3, 3), hue)
                last_x = at.x()

    @override
    def paint_over(self, painter: QPainter) -> None:
        shown = [family for family in self._families if len(family.points.at_ms)]
        shown.sort(key=lambda family: -_end_log(family))
        area = self.plot_area
        block = 3 * _LABEL_PX + _BETWEEN_PX
        whole = area.height() >= 2 * block
        reach = _LABEL_PX + 4 if whole else 4
        wanted = [self.y_of(_end_log(family)) for family in shown]
        placed = avoid_overlap(wanted, block if whole else _LABEL_PX, area.top() + reach, area.bottom() - reach)
        for family, y in zip(shown, placed, strict=True):
            self._paint_labels(painter, family, y, whole=whole)

    def _paint_labels(self, painter: QPainter, family: FamilyCurves, middle: float, *, whole: bool) -> None:
        ink, left = self._theme.ink(family.role), self.plot_area.right() + 7
        if not whole:
            draw_text(painter, self._theme, QPointF(left, middle), family.name, ink, "small_bold")
            return
        for name, step in zip(_NAMES, (1, 0, -1), strict=True):
            draw_text(painter, self._theme, QPointF(left, middle + step * _LABEL_PX), name, ink)
        painter.setPen(QPen(ink, 1))
        bracket = round(left + 25) + 0.5
        reach = _LABEL_PX * 1.4
        painter.drawLine(QLineF(bracket, middle - reach, bracket, middle + reach))
        draw_text(painter, self._theme, QPointF(bracket + 5, middle), family.name, ink, "small_bold")


def _end_log(family: FamilyCurves) -> float:
    """The mean y of where its lines end."""
    return float(sum(each[-1] for each in family.points.logs) / len(family.points.logs))


def _middle(row: LatencyRow, bucket_ms: float = BUCKET_MS) -> float:
    return row.start_ms + bucket_ms / 2


def family_points(
    rows: list[LatencyRow],
    select: Callable[[LatencyRow], Percentiles | None],
    to_ms: float,
    bin_ms: float,
    bucket_ms: float = BUCKET_MS,
) -> FamilyPoints:
    """The maximum of each bin: a window with more buckets than pixels must not hide a slow one."""
    found = [(min(_middle(row, bucket_ms), to_ms), values) for row in rows if (values := select(row)) is not None]
    if not found:
        return NO_POINTS
    at_ms = np.array([at for at, _ in found])
    table = np.array([(values.p50_ms, values.p95_ms, values.p99_ms) for _, values in found])
    logs = np.log10(np.maximum(table, _LEAST_MS))
    at_ms, columns = bin_maxima(at_ms, (logs[:, 0], logs[:, 1], logs[:, 2]), bin_ms)
    return FamilyPoints(at_ms, (columns[0], columns[1], columns[2]))


def oldest_points(rows: list[LatencyRow], to_ms: float, bucket_ms: float = BUCKET_MS) -> tuple[Column, Column]:
    """Only ages above 0: zero has no place on a logarithmic axis."""
    found = [(min(_middle(row, bucket_ms), to_ms), row.oldest_age_s) for row in rows if row.oldest_age_s]
    at_ms = np.array([at for at, _ in found])
    return at_ms, np.log10(np.maximum(np.array([age_s for _, age_s in found]) * 1000, _LEAST_MS))


def _cells(found: Percentiles | None) -> tuple[float | None, float | None, float | None]:
    if found is None:
        return (None, None, None)
    return (round(found.p50_ms, 3), round(found.p95_ms, 3), round(found.p99_ms, 3))
