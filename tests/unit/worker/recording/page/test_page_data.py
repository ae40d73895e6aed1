from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from core.recording.records import RecordedNote
from tests.support.recorded_session import T0, header, session
from worker.recording.page import page_data
from worker.recording.page.folding import fold
from worker.recording.page.page_data import page_json, title_of
from worker.recording.page.story import Story


def data_of(story: Story, notices: tuple[str, ...] = ()) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(page_json(header(), story, notices))
    return found


def test_that_columns_are_the_frames() -> None:
    story = fold(header(), session(100))
    frames = data_of(story)["frames"]
    assert {len(column) for column in frames.values()} == {len(story.frames)}
    for place in (0, 40, 130, len(story.frames) - 1):
        frame = story.frames[place]
        assert frames["t"][place] == frame.at_ms - T0
        assert frames["accepted"][place] == frame.ledger.accepted
        assert frames["sent"][place] == frame.flow.sent
        assert frames["deepest"][place] == frame.deepest
        assert frames["lost"][place] == frame.ledger.lost
        assert frames["file"][place] == frame.sources[1]


def test_that_on_the_page_the_edges_add_up_to_the_ledger() -> None:
    found = data_of(fold(header(), session(100)))
    frames, checked = found["frames"], 0
    for place in range(len(frames["t"])):
        at = {name: column[place] for name, column in frames.items()}
        if found["texts"][at["verdict"]] == "balances":
            checked += 1
            terms = ("stored", "failed", "discarded", "ledgerWaiting", "ledgerRunning", "kept", "otherQueue")
            assert at["accepted"] == sum(at[name] for name in terms)
            assert at["sent"] + at["returned"] == at["inQueue"] + at["taken"]
            assert at["taken"] == at["ledgerRunning"] + at["stored"] + at["retried"] + at["gaveUp"]
    assert checked > 140


def test_that_workers_have_their_jobs_and_states() -> None:
    story = fold(header(), session(30))
    found = data_of(story)
    number, state, silent, _, job = found["frames"]["workers"][25][0]
    assert (number, found["states"][state], silent) == (1, "running", 0)
    frame = story.frames[25].workers[0]
    assert frame.job is not None
    assert found["jobs"][job] == story.jobs[frame.job]
    assert found["workers"][0] == "demo-host-1"


def test_that_what_is_not_known_is_null() -> None:
    frames = data_of(fold(header(), ()))["frames"]
    assert (frames["inPerS"], frames["waitP95"], frames["oldestS"], frames["counted"]) == ([None], [None], [None], [0])


def test_that_the_title_is_of_the_zone_of_the_session() -> None:
    assert title_of(header()) == "Recording of 30 November 2025, 12:00"
    assert title_of(replace(header(), utc_offset_min=-720)) == "Recording of 29 November 2025, 23:00"


def test_that_a_time_at_the_end_of_the_calendar_is_no_error() -> None:
    last = replace(header(), began_ms=253_402_300_799_000, utc_offset_min=840)
    assert title_of(last).startswith("Recording")


@pytest.mark.parametrize("text", ["</script><img onerror=alert(1)>", "\u2028\u2029", "<!--", "&lt;", '"\\'])
def test_that_no_text_ends_the_element_that_it_is_in(text: str) -> None:
    page = page_json(header(), fold(header(), [RecordedNote(T0 + 1, text)]), (text,)).decode()
    assert not set("<>&\u2028\u2029") & set(page)
    found = json.loads(page)
    assert found["marks"][0][2] == text
    assert found["notices"] == [text]


def test_that_a_page_that_would_be_too_long_has_fewer_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    story = fold(header(), session(120))
    whole = len(page_json(header(), story, ()))
    monkeypatch.setattr(page_data, "MOST_BYTES", whole * 2 // 3)
    text = page_json(header(), story, ())
    found = json.loads(text)
    assert len(text) <= whole * 2 // 3
    assert found["thinned"]
    assert found["stepMs"] == 1_000
    assert found["frames"]["t"][-1] == story.ended_ms - T0
    assert max(found["frames"]["deepest"]) == max(frame.deepest for frame in story.frames)


def test_that_the_longest_page_is_of_bounded_length() -> None:
    names = tuple(f"{'x' * 60} {number}" for number in range(6))
    text = page_json(header(), fold(header(names=True), session(1_500, people=names)), ())
    assert len(text) < 3_000_000
