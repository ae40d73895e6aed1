"""The story of a recording as the JSON object that is in its page: times since its beginning, frames as columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import orjson

from core.events import Producer, WorkerState
from core.metrics.latency import LatencyRow, Percentiles
from core.recording.records import RecordingHeader
from worker.recording.page.story import Frame, Story
from worker.recording.page.thinning import SHORTEST_STEP_MS, halved

MOST_BYTES = 2_700_000
LEAST_FRAMES = 100
_STATES = tuple(WorkerState)
_PRODUCERS = (Producer.FORM, Producer.FILE, Producer.HTTP)  # of a load not every workout is an event
_COLUMNS: dict[str, Callable[[Frame], float | None]] = {
    "waiting": lambda frame: frame.waiting,
    "deepest": lambda frame: frame.deepest,
    "running": lambda frame: frame.running,
    "oldestS": lambda frame: _short(frame.oldest_age_s),
    "inPerS": lambda frame: _short(frame.rates.in_per_s),
    "outPerS": lambda frame: _short(frame.rates.out_per_s),
    "emptyInS": lambda frame: _short(frame.rates.empty_in_s),
    "waitP50": lambda frame: _percentiles(frame.wait)[0],
    "waitP95": lambda frame: _percentiles(frame.wait)[1],
    "runP50": lambda frame: _percentiles(frame.run)[0],
    "runP95": lambda frame: _percentiles(frame.run)[1],
    "counted": lambda frame: int(frame.ledger.is_counted),
    "accepted": lambda frame: frame.ledger.accepted,
    "stored": lambda frame: frame.ledger.stored,
    "failed": lambda frame: frame.ledger.failed,
    "discarded": lambda frame: frame.ledger.discarded,
    "ledgerWaiting": lambda frame: frame.ledger.waiting,
    "ledgerRunning": lambda frame: frame.ledger.running,
    "kept": lambda frame: frame.ledger.pending,
    "otherQueue": lambda frame: frame.ledger.in_other_queue,
    "duplicates": lambda frame: frame.ledger.duplicates,
    "lost": lambda frame: frame.ledger.lost,
    "doubled": lambda frame: frame.ledger.doubled,
    "sent": lambda frame: frame.flow.sent,
    "inQueue": lambda frame: frame.flow.waiting,
    "taken": lambda frame: frame.flow.taken,
    "retried": lambda frame: frame.flow.retried,
    "retrying": lambda frame: frame.flow.retrying,
    "returned": lambda frame: frame.flow.returned,
    "gaveUp": lambda frame: frame.flow.gave_up,
    "unlocked": lambda frame: frame.unlocked,
    "missed": lambda frame: frame.missed,
    "moreWorkers": lambda frame: frame.more_workers,
}


def page_json(header: RecordingHeader, story: Story, notices: Sequence[str]) -> bytes:
    """UTF-8, at most MOST_BYTES, safe within a script element. Where it would be longer, every second frame goes."""
    text = _safe(page_data(header, story, notices))
    while len(text) > MOST_BYTES and len(story.frames) > LEAST_FRAMES:
        story = _with_fewer_frames(story)
        text = _safe(page_data(header, story, notices))
    return text


def title_of(header: RecordingHeader) -> str:
    began = header.local(header.began_ms)
    return f"Recording of {began.day} {began:%B %Y, %H:%M}"


def page_data(header: RecordingHeader, story: Story, notices: Sequence[str]) -> dict[str, object]:
    """`notices`: sentences about what is missing from the recording."""
    texts, jobs = _Interned(), _Interned()
    frames: dict[str, list[object]] = {"t": [frame.at_ms - story.began_ms for frame in story.frames]}
    for name, value in _COLUMNS.items():
        frames[name] = [value(frame) for frame in story.frames]
    for producer in _PRODUCERS:
        place = tuple(Producer).index(producer)
        frames[producer.value] = [frame.sources[place] for frame in story.frames]
    frames["verdict"] = [texts.place(frame.ledger.verdict_text) for frame in story.frames]
    frames["connection"] = [texts.place(frame.connection) for frame in story.frames]
    frames["workers"] = [_workers(frame, story.jobs, jobs) for frame in story.frames]
    return {
        "title": title_of(header),
        "version": header.version,
        "names": header.names,
        "demo": header.demo,
        "beganAt": f"{header.local(header.began_ms):%H:%M:%S}",
        "endedAt": f"{header.local(story.ended_ms):%H:%M:%S}",
        "lengthMs": story.ended_ms - story.began_ms,
        "stepMs": story.step_ms,
        "thinned": story.step_ms > SHORTEST_STEP_MS,
        "notices": list(notices),
        "frames": frames,
        "texts": texts.texts,
        "jobs": jobs.texts,
        "workers": list(story.workers),
        "states": [state.value for state in _STATES],
        "latency": {"spanMs": story.latency_ms, "rows": [_latency(row, story.began_ms) for row in story.latency]},
        "marks": [[mark.at_ms - story.began_ms, mark.kind, mark.text] for mark in story.marks],
        "moreMarks": story.more_marks,
        "badges": [list(each) for each in story.badges],
        "newestBadges": [[each.at_ms - story.began_ms, each.athlete, each.badge] for each in story.newest_badges],
        "summary": _summary(story),
    }


def _summary(story: Story) -> dict[str, object]:
    peak = story.peak
    return {
        "wait": _percentiles(story.wait),
        "run": _percentiles(story.run),
        "peak": None if peak is None else [peak.at_ms - story.began_ms, peak.waiting],
        "lost": list(story.lost),
        "doubled": list(story.doubled),
    }


def _workers(frame: Frame, texts: Sequence[str], jobs: _Interned) -> list[list[float | None]]:
    """Of each its number, state, whether it is silent, rate and job."""
    return [
        [
            each.number,
            _STATES.index(each.state),
            int(each.silent),
            _short(each.rate_per_s),
            None if each.job is None else jobs.place(texts[each.job]),
        ]
        for each in frame.workers
    ]


def _latency(row: LatencyRow, began_ms: int) -> list[float | None]:
    return [max(0, row.start_ms - began_ms), *_percentiles(row.wait), *_percentiles(row.run)]


def _percentiles(found: Percentiles | None) -> list[float | None]:
    return [None, None] if found is None else [_short(found.p50_ms), _short(found.p95_ms)]


def _short(number: float | None) -> float | None:
    """With as many digits as a chart shows."""
    return None if number is None else round(number, 2 if abs(number) < 100 else 0)


def _with_fewer_frames(story: Story) -> Story:
    """The last frame stays, as the recording ends with it."""
    *others, last = story.frames
    return replace(story, frames=(*halved(others), last), step_ms=story.step_ms * 2)


def _safe(data: dict[str, object]) -> bytes:
    """Nothing in it ends the element that it is in, or is a line end to a script."""
    text = orjson.dumps(data)
    for char in ("<", ">", "&", "\u2028", "\u2029"):
        text = text.replace(char.encode(), f"\\u{ord(char):04x}".encode())
    return text


class _Interned:
    """Texts that occur often, by their places."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._places: dict[str, int] = {}

    def place(self, text: str) -> int:
        if text not in self._places:
            self._places[text] = len(self.texts)
            self.texts.append(text)
        return self._places[text]
