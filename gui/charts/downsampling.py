"""Reduces columns of numbers to the pixels available and makes paths of them, with gaps where data is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtGui import QPainterPath

Column = npt.NDArray[np.float64]


def downsample_min_max(x: Column, y: Column, bin_width: float) -> tuple[Column, Column]:
    """The minimum and maximum of each bin, at its start and middle, then the last point unchanged.

    Returns the input if that has no more points. Bins lie on multiples of `bin_width`, so that a moving window does not
    make the line shimmer.
    """
    if len(x) < 4 or bin_width <= 0:
        return x, y
    starts = _bin_starts(x, bin_width)
    if len(x) <= 2 * len(starts):
        return x, y
    left = np.maximum(np.floor(x[starts] / bin_width) * bin_width, x[0])
    reduced_x = np.column_stack((left, left + bin_width / 2)).ravel()
    reduced_y = np.column_stack((np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts))).ravel()
    inside = reduced_x < x[-1]
    return np.append(reduced_x[inside], x[-1]), np.append(reduced_y[inside], y[-1])


def bin_maxima(x: Column, columns: Sequence[Column], bin_width: float) -> tuple[Column, list[Column]]:
    """One point per bin, at its last x, with the maximum of each column."""
    starts = _bin_starts(x, bin_width)
    if len(starts) == len(x):
        return x, list(columns)
    return np.maximum.reduceat(x, starts), [np.maximum.reduceat(column, starts) for column in columns]


def _bin_starts(x: Column, bin_width: float) -> npt.NDArray[np.intp]:
    bins = np.floor(x / bin_width)
    return np.flatnonzero(np.diff(bins, prepend=bins[0] - 1))


def runs(at: Column, longest_gap: float, breaks: Sequence[float] = ()) -> list[slice]:
    """Slices of `at` without a gap longer than `longest_gap` and without one of `breaks` inside."""
    if not len(at):
        return []
    cut = np.diff(at) > longest_gap
    for each in breaks:
        after = int(np.searchsorted(at, each))
        if 0 < after < len(at):
            cut[after - 1] = True
    edges = [0, *(np.flatnonzero(cut) + 1).tolist(), len(at)]
    return [slice(start, end) for start, end in pairwise(edges)]


def steps(x: Column, y: Column) -> tuple[Column, Column]:
    """The corners of a step line that keeps each value until the next."""
    return np.repeat(x, 2)[1:], np.repeat(y, 2)[:-1]


@dataclass(slots=True)
class Strokes:
    """A path of one line per slice."""

    path: QPainterPath

    @classmethod
    def empty(cls) -> Strokes:
        return cls(QPainterPath())

    def line(self, x: Column, y: Column) -> None:
        if len(x) > 1:
            self.path.addPath(pg.arrayToQPath(x, y, connect="all", finiteCheck=False))

    def between(self, x: Column, low: Column, high: Column) -> None:
        """The area between two lines."""
        if len(x) > 1:
            around = np.concatenate((x, x[::-1])), np.concatenate((high, low[::-1]))
            self.path.addPath(pg.arrayToQPath(*around, connect="all", finiteCheck=False))
            self.path.closeSubpath()
