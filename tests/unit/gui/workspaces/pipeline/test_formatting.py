"""How the Pipeline workspace writes names, counts and ways."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.events import OutcomeKind, WorkerState
from core.live.tail import HiddenCounts
from core.live.timeline import build_timeline
from core.live.workers import LiveWorker
from core.live.workout_log import WorkoutTrace
from gui.forms.formatting import Units
from gui.frame.worker_names import WorkerNames
from gui.workspaces.pipeline.formatting import not_shown_words
from gui.workspaces.pipeline.timeline.formatting import delta, headline, identity, note, subject, title
from gui.workspaces.pipeline.workers.actions import next_prefetch

T0 = 1_700_000_000_000


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("here-7-2", "W2"),
        ("west", "west"),
        ("track-pc-4182", "4182"),
        ("old-laptop-977-3", "977-3"),
        ("aVeryLongNameWithoutAnEnd", "…nEnd"),
    ],
)
def test_that_a_worker_has_a_short_name(name: str, short: str) -> None:
    names = WorkerNames()
    names.set_own(["here-7-1", "here-7-2"])
    assert names.short(name) == short


@pytest.mark.parametrize(
    ("name", "host", "pid", "title"),
    [
        ("here-7-1", "here", 7, ("W1", "this console")),
        ("pc-4-2", "pc", 4, ("pc", "4-2")),
        ("night shift", "pc", 4, ("night shift", "pc 4")),
        ("unknown", "", 0, ("unknown", "")),
    ],
)
def test_that_the_title_says_where_it_runs(name: str, host: str, pid: int, title: tuple[str, str]) -> None:
    names = WorkerNames()
    names.set_own(["here-7-1"])
    assert names.title(LiveWorker(name, WorkerState.RUNNING, host=host, pid=pid)) == title


def test_that_a_step_says_who_did_it() -> None:
    names = WorkerNames()
    names.set_own(["here-7-1", "here-7-2"])
    seen = WorkoutTrace(
        "x",
        picked_up_at_ms=T0,
        worker="here-7-2",
        tries=3,
        failed_tries=3,
        batch_peers=4,
        end=OutcomeKind.RETRYING,
        reason="wet",
    )
    picked = build_timeline(seen, None).steps[0]
    assert (title(picked, names), note(picked, names, seen, Units())) == ("Picked up by W2", "try 3, with 4 others")
    away = build_timeline(WorkoutTrace("x", picked_up_at_ms=T0, worker="track-pc-4182"), None).steps[0]
    assert (title(away, names), note(away, names, seen, Units())) == ("Picked up by track-pc-4182", "")
    (stored,) = build_timeline(WorkoutTrace("x", ended_at_ms=T0, end=OutcomeKind.STORED, worker="here-7-1"), None).steps
    assert (title(stored, names), note(stored, names, seen, Units())) == ("Processed and stored", "by W1")


def test_that_a_failed_step_says_its_whole_reason_in_the_units_of_the_sport() -> None:
    seen = WorkoutTrace("x", sport="Swimming", distance_km=120.0, duration_min=1_400.0, ended_at_ms=T0, worker="w")
    failed = replace(seen, end=OutcomeKind.FAILED, reason="distance: must be at most 100 km for Swimming")
    timeline = build_timeline(failed, None)
    said = note(timeline.steps[-1], WorkerNames(), timeline.trace, Units())
    assert said == "distance: must be at most 100,000 m for Swimming"


def test_that_rows_not_shown_are_counted_by_why() -> None:
    assert not_shown_words(HiddenCounts(), 200) == ("", "")
    words, why = not_shown_words(HiddenCounts(1_196, 88), 200)
    assert (words, why) == ("1,284 rows not shown", "1,196 by filter, 88 over the 200 limit")
    assert not_shown_words(HiddenCounts(while_paused=1), 200)[0] == "1 row not shown"


def test_that_a_way_without_an_end_or_a_name_is_still_told() -> None:
    timeline = build_timeline(WorkoutTrace("x"), None)
    assert headline(timeline) == ("", "", "on its way")
    assert (subject(timeline, Units()), identity(timeline)) == ("no sport", "id x")
    failed = build_timeline(WorkoutTrace("x", accepted_at_ms=T0, ended_at_ms=T0 + 2_000, end=OutcomeKind.FAILED), None)
    assert headline(failed) == ("Failed after 2.00 s", "", "")
    assert headline(build_timeline(WorkoutTrace("x", end=OutcomeKind.FAILED), None)) == ("Failed", "", "")
    assert headline(build_timeline(WorkoutTrace("x", end=OutcomeKind.STORED), None)) == ("", "", "stored")
    seen = WorkoutTrace("x", picked_up_at_ms=T0, ended_at_ms=T0 + 88, end=OutcomeKind.STORED)
    assert headline(build_timeline(seen, None)) == ("88", "ms", "from pick-up to stored")


def test_that_steps_at_the_same_moment_say_so() -> None:
    assert [delta(ms) for ms in (None, 0, 422)] == ["", "+0 ms", "+422 ms"]


def test_that_prefetch_goes_by_the_usual_numbers_within_its_bounds() -> None:
    assert [next_prefetch(number, 1) for number in (1, 500, 7, 10_000)] == [2, 1_000, 8, 10_000]
    assert [next_prefetch(number, -1) for number in (1, 500, 7)] == [1, 200, 4]
