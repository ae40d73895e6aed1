"""The stages of a receipt."""

from __future__ import annotations

import pytest

from core.live.receipts import CountGroup, Stage


@pytest.mark.parametrize(
    ("stage", "node"),
    [
        (Stage.ACCEPTED, 0),
        (Stage.PENDING, 0),
        (Stage.WAITING, 2),
        (Stage.OTHER_QUEUE, 2),
        (Stage.RETRYING, 2),
        (Stage.RUNNING, 3),
        (Stage.FAILED, 3),
        (Stage.STORED, 4),
    ],
)
def test_that_each_stage_stands_on_its_step(stage: Stage, node: int) -> None:
    assert stage.node == node


def test_that_a_stage_is_in_all_and_in_one_group_at_most() -> None:
    for stage in Stage:
        groups = [group for group in CountGroup if stage in group.stages]
        assert groups[0] is CountGroup.ALL
        assert len(groups) <= 2
