"""Where the parts of the flow and the edges between them are, in a picture of any size."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF

# Pixels at the usual size of texts: as small as it can be read, and as it is with room.
_LEAST_COLUMNS, _COLUMNS = (90.0, 95.0, 136.0, 93.0), (116.0, 132.0, 200.0, 128.0)
_LEAST_GAPS, _GAPS = (36.0, 32.0, 34.0), (76.0, 72.0, 52.0)  # between producers, queue, workers, store
_LEAST_MAIN, _MAIN = 170.0, 240.0  # heights: of the upper row, between the rows, of the lower row
_LEAST_BETWEEN, _BETWEEN = 28.0, 30.0
_LEAST_LOWER, _LOWER = 44.0, 50.0
LEFT, TOP, RIGHT, BOTTOM = 4.0, 6.0, 2.0, 0.0
INSIDE = 12.0  # of the workers' frame
_HEAD = 26.0  # over the first worker
_BETWEEN_WORKERS = 6.0
_MOST_GROWTH = 22.0  # of each box where there is more room than it needs
_ROW_GAP, _MORE = 4.0, 18.0  # between workers that are rows, and the line with how many more there are
_SHARES = (0.1, 0.25, 0.45, 0.2)  # of more width than the picture needs, without what the gaps get
_GAPS_GET = 0.4
# Heights of a worker and of the place to add one, with much room first.
_WORKER_HEIGHTS = ((64.0, 64.0), (64.0, 46.0), (56.0, 30.0), (46.0, 28.0))
_ROW_HEIGHT, _MOST_ROW_HEIGHT, _ADD_ROW = 24.0, 38.0, 26.0


@dataclass(frozen=True, slots=True)
class Parts:
    """Boxes of all that does not depend on the number of workers. `axis`: the height of the edge to the queue."""

    producers: QRectF
    queue: QRectF
    workers: QRectF
    store: QRectF
    badges: QRectF
    retry: QRectF
    failed: QRectF
    account: QRectF
    legend: QRectF
    axis: float


@dataclass(frozen=True, slots=True)
class WorkerBoxes:
    """Boxes of the workers that are shown, from the first one on; `more`: of the line with how many are not."""

    boxes: tuple[QRectF, ...]
    add: QRectF
    more: QRectF | None


def least_size(factor: float) -> QSizeF:
    """The smallest picture; in less room it is scrolled. `factor`: of the texts."""
    width = sum(_LEAST_COLUMNS) + sum(_LEAST_GAPS)
    height = _LEAST_MAIN + _LEAST_BETWEEN + _LEAST_LOWER
    return QSizeF(width * factor + LEFT + RIGHT, height * factor + TOP + BOTTOM)


def place_parts(width: float, height: float, factor: float) -> Parts:
    """All boxes; `width` and `height` are at least those of `least_size`."""
    columns, gaps = _across(width - LEFT - RIGHT, factor)
    main, between, lower = _down(height - TOP - BOTTOM, factor)
    lefts = [LEFT]
    for column, gap in zip(columns, gaps, strict=False):
        lefts.append(lefts[-1] + column + gap)
    below = TOP + main + between
    inset = INSIDE * factor
    queue = QRectF(lefts[1], TOP, columns[1], main)
    workers = QRectF(lefts[2], TOP, columns[2], main)
    axis = TOP + round(main * 0.525)
    producers_height = min(176 * factor, main + between * 0.2 - 10 * factor)
    producers = QRectF(lefts[0], round(axis - producers_height / 2), columns[0], producers_height)
    legend_top = max(producers.bottom() + 2, below + lower - 85 * factor)
    store, badges = _store_and_badges(lefts[3], columns[3], main, factor)
    return Parts(
        producers,
        queue,
        workers,
        store,
        badges,
        QRectF(queue.left(), below, queue.width(), lower),
        QRectF(workers.left() + inset, below, workers.width() - 2 * inset, lower),
        QRectF(store.left(), below, store.width(), lower),
        QRectF(producers.left(), legend_top, producers.width(), below + lower - legend_top),
        axis,
    )


def place_workers(frame: QRectF, number: int, factor: float) -> WorkerBoxes:
    """Boxes as high as there is room for; as rows if there are many, of which the last may not be shown."""
    inset = INSIDE * factor
    inner = frame.adjusted(inset, _HEAD * factor, -inset, -10 * factor)
    for worker, add in _WORKER_HEIGHTS:
        worker_px, add_px, gap_px = worker * factor, add * factor, _BETWEEN_WORKERS * factor
        if number * (worker_px + gap_px) + add_px <= inner.height() + 0.5:
            spare = inner.height() - number * (worker_px + gap_px) - add_px
            grown = max(0.0, min(_MOST_GROWTH * factor, spare / (number + 1)))
            return _stack(inner, number, worker_px + grown, add_px + grown, gap_px)
    row_px, add_px, gap_px = _ROW_HEIGHT * factor, _ADD_ROW * factor, _ROW_GAP * factor
    fitting = int((inner.height() + 0.5 - add_px) // (row_px + gap_px))
    if fitting >= number:
        row_px = min(_MOST_ROW_HEIGHT * factor, (inner.height() - add_px) / number - gap_px)
        return _stack(inner, number, row_px, add_px, gap_px)
    more_px = _MORE * factor
    fitting = max(1, int((inner.height() + 0.5 - add_px - more_px) // (row_px + gap_px)))
    found = _stack(inner, fitting, row_px, add_px, gap_px)
    last = found.boxes[-1]
    more = QRectF(inner.left(), last.bottom(), inner.width(), more_px)
    add_box = QRectF(inner.left(), more.bottom(), inner.width(), add_px)
    return WorkerBoxes(found.boxes, add_box, more)


def _stack(inner: QRectF, number: int, worker_px: float, add_px: float, gap_px: float) -> WorkerBoxes:
    boxes = tuple(
        QRectF(inner.left(), round(inner.top() + place * (worker_px + gap_px)), inner.width(), round(worker_px))
        for place in range(number)
    )
    top = boxes[-1].bottom() + gap_px if boxes else inner.top()
    return WorkerBoxes(boxes, QRectF(inner.left(), round(top), inner.width(), round(add_px)), None)


def _across(width: float, factor: float) -> tuple[list[float], list[float]]:
    """Widths of the columns, and of the gaps between them."""
    least = (sum(_LEAST_COLUMNS) + sum(_LEAST_GAPS)) * factor
    usual = sum(_COLUMNS) * factor + sum(_GAPS)
    share = _share(width, least, usual)
    columns = [_between(low * factor, high * factor, share) for low, high in zip(_LEAST_COLUMNS, _COLUMNS, strict=True)]
    gaps = [_between(low * factor, high, share) for low, high in zip(_LEAST_GAPS, _GAPS, strict=True)]
    more = max(0.0, width - max(least, usual))
    columns = [round(each + more * (1 - _GAPS_GET) * part) for each, part in zip(columns, _SHARES, strict=True)]
    wider = (width - sum(columns)) / sum(gaps)
    return columns, [round(gap * wider) for gap in gaps]


def _down(height: float, factor: float) -> tuple[float, float, float]:
    least = (_LEAST_MAIN + _LEAST_BETWEEN + _LEAST_LOWER) * factor
    usual = (_MAIN + _BETWEEN + _LOWER) * factor
    share = _share(height, least, usual)
    between = round(_between(_LEAST_BETWEEN, _BETWEEN, share) * factor)
    lower = round(_between(_LEAST_LOWER, _LOWER, share) * factor)
    return height - between - lower, between, lower


def _store_and_badges(left: float, width: float, main: float, factor: float) -> tuple[QRectF, QRectF]:
    share = _share(main, _LEAST_MAIN * factor, _MAIN * factor)
    store_px = round(_between(74, 100, share) * factor)
    badges_px = round(_between(66, 78, share) * factor)
    above = round(_between(2, 14, share))
    below = round(_between(2, 6, share))
    store = QRectF(left, TOP + above, width, store_px)
    return store, QRectF(left, TOP + main - below - badges_px, width, badges_px)


def _share(size: float, least: float, usual: float) -> float:
    return min(1.0, max(0.0, (size - least) / (usual - least))) if usual > least else 0.0


def _between(low: float, high: float, share: float) -> float:
    return low + (high - low) * share


def middle_left(box: QRectF) -> QPointF:
    return QPointF(box.left(), box.center().y())


def middle_right(box: QRectF) -> QPointF:
    return QPointF(box.right(), box.center().y())
