"""Where the parts of the flow are, in pictures of any size and with any number of workers."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF

from core.live.flow import Edge
from gui.workspaces.demo.flow.layout import Parts, least_size, place_parts, place_workers
from gui.workspaces.demo.flow.routes import routes

FACTORS = (1.0, 1.1, 1.25, 1.5)


def boxes(parts: Parts) -> dict[str, QRectF]:
    names = ("producers", "queue", "workers", "store", "badges", "retry", "failed", "account", "legend")
    return {name: getattr(parts, name) for name in names}


@given(
    wider=st.integers(0, 900), higher=st.integers(0, 500), factor=st.sampled_from(FACTORS), workers=st.integers(0, 30)
)
def test_that_no_part_covers_another_or_leaves_the_picture(
    wider: int, higher: int, factor: float, workers: int
) -> None:
    least = least_size(factor)
    width, height = least.width() + wider, least.height() + higher
    parts = place_parts(width, height, factor)
    picture = QRectF(0, 0, width, height)
    placed = boxes(parts)
    assert [name for name, box in placed.items() if not picture.contains(box) or box.isEmpty()] == []
    assert [(one, two) for one, two in combinations(placed, 2) if placed[one].intersects(placed[two])] == []
    found = place_workers(parts.workers, workers, factor)
    inside = [*found.boxes, found.add, *([found.more] if found.more else [])]
    assert all(parts.workers.contains(box) for box in inside)
    assert not any(one.intersects(two) for one, two in combinations(inside, 2))
    assert len(found.boxes) == workers or found.more is not None
    assert found.boxes or not workers


def test_that_the_picture_of_the_design_has_its_measures() -> None:
    parts = place_parts(782, 326, 1.0)
    seen = {name: (box.x(), box.y(), box.width(), box.height()) for name, box in boxes(parts).items()}
    assert seen["queue"] == (196, 6, 132, 240)
    assert seen["workers"] == (400, 6, 200, 240)
    assert seen["store"] == (652, 20, 128, 100)
    assert seen["badges"] == (652, 162, 128, 78)
    assert seen["retry"] == (196, 276, 132, 50)
    assert seen["failed"] == (412, 276, 176, 50)
    two = place_workers(parts.workers, 2, 1.0)
    assert [box.height() for box in (*two.boxes, two.add)] == [64, 64, 64]


@pytest.mark.parametrize(("workers", "shown"), [(1, 1), (3, 3), (5, 5), (6, 6), (7, 5), (40, 5)])
def test_that_of_many_workers_the_first_are_shown(workers: int, shown: int) -> None:
    parts = place_parts(782, 326, 1.0)
    found = place_workers(parts.workers, workers, 1.0)
    assert (len(found.boxes), found.more is None) == (shown, shown == workers)


@pytest.mark.parametrize("workers", [0, 2, 20])
def test_that_every_edge_leads_from_one_part_to_the_next(workers: int) -> None:
    parts = place_parts(782, 326, 1.0)
    names = [str(number) for number in range(workers)]
    placed = place_workers(parts.workers, workers, 1.0)
    shown = names[: len(placed.boxes)]
    ends = {
        Edge.SENT: (parts.producers, parts.queue),
        Edge.TAKEN: (parts.queue, parts.workers),
        Edge.STORED: (parts.workers, parts.store),
        Edge.RETRIED: (parts.workers, parts.retry),
        Edge.RETURNED: (parts.retry, parts.queue),
        Edge.FAILED: (parts.workers, parts.failed),
        Edge.EARNED: (parts.store, parts.badges),
    }
    found = routes(parts, shown, placed, 1.0)
    assert found.keys() == ends.keys()
    for edge, (start, end) in ends.items():
        for worker in (*shown, "one that is not shown"):
            path = found[edge].path_of(worker)
            for box, point in ((start, path.pointAtPercent(0)), (end, path.pointAtPercent(1))):
                assert box.adjusted(-1, -1, 1, 1).contains(point), (edge, worker)
