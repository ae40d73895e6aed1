"""What a console and the process of its load tell each other."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from io import BytesIO
from itertools import islice

import pytest

from core.errors import SettingError
from core.workouts.samples import sample_athletes
from worker.demo.lines import line_of
from worker.demo.producers.load import MOST_AT_ONCE, MOST_BURST, Pattern, sample_workouts
from worker.demo.producers.load_request import (
    MOST_REPORT_BYTES,
    LoadReport,
    LoadRequest,
    read_load_report,
    read_load_request,
    title_of,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WORKOUTS = tuple(islice(sample_workouts(sample_athletes(), random.Random(5), lambda: NOW), MOST_AT_ONCE))


@pytest.mark.parametrize(
    "request_",
    [
        LoadRequest(outbox_file="/data/outbox.db", rate_per_s=0.1, share=0.2),
        LoadRequest(pattern=Pattern.SPIKES, paused=True, burst=MOST_BURST),
        LoadRequest(is_kept=False, is_full=True),
    ],
)
def test_that_a_request_is_read_as_it_was_written(request_: LoadRequest) -> None:
    assert read_load_request(BytesIO(line_of(request_))) == request_


def test_that_a_report_has_its_workouts_as_they_were() -> None:
    brief = tuple((workout.workout_id, title_of(workout)) for workout in WORKOUTS[:3])
    report = LoadReport(at_ms=5, outbox="o", whole=WORKOUTS[:10], brief=brief, spoiled=WORKOUTS[:2], unkept=WORKOUTS)
    line = line_of(report)
    assert len(line) < MOST_REPORT_BYTES
    assert read_load_report(BytesIO(line)) == report


@pytest.mark.parametrize(
    "line", [b"faster", b'{"rate_per_s": -1}', b'{"share": 0.9}', b'{"more": 1}', b'{"burst": 1e9}']
)
def test_that_what_is_no_request_is_refused(line: bytes) -> None:
    with pytest.raises(SettingError, match="no request to a load"):
        read_load_request(BytesIO(line + b"\n"))


def test_that_what_is_no_report_is_refused() -> None:
    with pytest.raises(SettingError, match="no report of a load"):
        read_load_report(BytesIO(b'{"at_ms": 1, "whole": [{}]}\n'))
