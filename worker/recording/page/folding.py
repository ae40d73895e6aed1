"""Folds a recording into what a page shows: the records pass by once, and what is kept of them is bounded."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable

from core.events import (
    Accepted,
    AthleteErased,
    BatchProcessed,
    CurrentJob,
    DepthSampled,
    Event,
    OutcomeKind,
    Producer,
    WorkerHeartbeat,
    WorkerState,
)
from core.live.console_state import ConsoleState
from core.live.flow import FlowModel, count_flow
from core.live.workers import LiveWorker
from core.metrics.depth_and_flow import Peak
from core.metrics.latency import LogHistogram
from core.recording.records import Record, RecordedAccount, RecordedBatch, RecordedNote, RecordingHeader
from worker.recording.page.marks import ERASED, MarkList
from worker.recording.page.story import Frame, Story, Unlocked, WorkerFrame
from worker.recording.page.thinning import FrameClock, LatencyRows

MOST_WORKERS = 12  # in one frame
MOST_WORKER_NAMES = 1_000
MOST_BADGES = 40  # kinds of them
NEWEST_BADGES = 60
MOST_TITLES = 100
MOST_JOB_TEXT = 48
_LATENCY_LOOKS_BACK_MS = 120_000  # late outcomes change buckets of that age
_PRODUCERS = tuple(Producer)


def fold(header: RecordingHeader, records: Iterable[Record]) -> Story:
    """Each record is taken in once, in order. The clock of the recording never goes back."""
    folder = Folder(header.began_ms)
    for record in records:
        folder.take(record)
    return folder.finish()


class Folder:
    """`take` every record in order, then `finish`."""

    def __init__(self, began_ms: int) -> None:
        self._now_ms = began_ms
        self.state = ConsoleState(lambda: self._now_ms)
        self._flow = FlowModel()
        self._clock = FrameClock(began_ms)
        self._latency = LatencyRows()
        self._latency_read_ms = began_ms
        self._marks = MarkList()
        self._workers: dict[str, int] = {}
        self._jobs: list[str] = []
        self._job_of: dict[int, tuple[CurrentJob, int]] = {}  # the newest of each worker, and its place in `_jobs`
        self._job_athletes: list[str] = []
        self._sources: Counter[str] = Counter()
        self._badges: Counter[str] = Counter()
        self._newest: deque[Unlocked] = deque(maxlen=NEWEST_BADGES)
        self._wait, self._run = LogHistogram(), LogHistogram()
        self._peak: Peak | None = None
        self._deepest = 0

    def take(self, record: Record) -> None:
        for at_ms in self._clock.due(record.at_ms):
            self._advance(at_ms)
            self._clock.frames.append(self._look())
        self._advance(record.at_ms)
        if isinstance(record, RecordedNote):
            self._marks.note(self._now_ms, record.text)
        elif isinstance(record, RecordedAccount):
            self.state.note_wrong_ends(len(record.lost), len(record.doubled))
            self._marks.account(record)
        else:
            self._take_batch(record)

    def finish(self) -> Story:
        """With a last frame, of the last record."""
        frames = self._clock.frames
        if not frames or frames[-1].at_ms < self._now_ms:
            frames.append(self._look())
        self._latency.put(self.state.latency.rows(self._clock.began_ms))
        lost, doubled = self._marks.titles(MOST_TITLES)
        return Story(
            began_ms=self._clock.began_ms,
            ended_ms=self._now_ms,
            step_ms=self._clock.step_ms,
            frames=tuple(frames),
            latency=tuple(self._latency),
            latency_ms=self._latency.span_ms,
            workers=tuple(self._workers),
            jobs=tuple(self._jobs),
            marks=self._marks.marks,
            more_marks=self._marks.left_out,
            badges=tuple(self._badges.most_common(MOST_BADGES)),
            newest_badges=tuple(self._newest),
            peak=self._peak,
            wait=self._wait.percentiles(),
            run=self._run.percentiles(),
            lost=lost,
            doubled=doubled,
        )

    def _advance(self, at_ms: int) -> None:
        self._now_ms = max(self._now_ms, at_ms)

    def _take_batch(self, batch: RecordedBatch) -> None:
        self.state.apply_all(batch.events)
        self._flow.take(batch.events, self._now_ms)
        self._flow.forget_movements()
        for event in batch.events:
            self._take_event(event)

    def _take_event(self, event: Event) -> None:
        if isinstance(event, BatchProcessed):
            self._take_outcomes(event)
        elif isinstance(event, Accepted):
            self._sources[event.source] += 1
        elif isinstance(event, DepthSampled):
            self._deepest = max(self._deepest, event.ready)
            if event.ready and (self._peak is None or event.ready >= self._peak.waiting):
                self._peak = Peak(self._now_ms, event.ready)
        elif isinstance(event, WorkerHeartbeat):
            if number := self._number(event.worker):
                self._marks.worker(self._now_ms, number, event)
        elif isinstance(event, AthleteErased):
            self._forget(event.athlete)
        else:
            self._marks.event(self._now_ms, event)

    def _take_outcomes(self, event: BatchProcessed) -> None:
        # The hot path: up to 10,000 outcomes a second.
        stored = [outcome for outcome in event.outcomes if outcome.kind is OutcomeKind.STORED]
        self._wait.record([outcome.wait_ms for outcome in stored if outcome.wait_ms is not None])
        self._run.record([outcome.run_ms for outcome in stored])
        for outcome in stored:
            for badge in outcome.badges:
                if badge.name in self._badges or len(self._badges) < MOST_BADGES:
                    self._badges[badge.name] += 1
                self._newest.append(Unlocked(self._now_ms, outcome.athlete, badge.name))

    def _look(self) -> Frame:
        state, now_ms = self.state, self._now_ms
        wait, run = state.latency.headline()
        ledger, depth = state.ledger(), state.depth
        retrying = depth.retrying if depth else 0
        views = state.workers.views(now_ms)
        known = [(number, view) for view in views if (number := self._number(view.name))]
        for number, view in known:
            self._marks.silence(now_ms, number, is_silent=view.stale)
        self._marks.ledger(now_ms, ledger)
        self._latency.put(state.latency.rows(self._latency_read_ms - _LATENCY_LOOKS_BACK_MS))
        self._latency_read_ms = now_ms
        deepest, self._deepest = max(self._deepest, state.waiting), 0
        chosen = sorted(known, key=lambda each: (_is_idle(each[1]), each[0]))[:MOST_WORKERS]
        shown = [self._worker(number, view) for number, view in sorted(chosen, key=lambda each: each[0])]
        return Frame(
            at_ms=now_ms,
            waiting=state.waiting,
            deepest=deepest,
            running=state.running,
            retrying=retrying,
            failed=state.failed,
            oldest_age_s=state.oldest_age_s,
            rates=state.flow(),
            wait=wait,
            run=run,
            ledger=ledger,
            flow=count_flow(ledger, retrying, self._flow.returned),
            unlocked=state.achievements.unlocked,
            missed=state.missed,
            sources=tuple(self._sources[each] for each in _PRODUCERS),
            connection=state.connection.state.value if state.connection else "",
            workers=tuple(shown),
            more_workers=len(views) - len(shown),
        )

    def _number(self, worker: str) -> int | None:
        """In the order in which they came; None for those that are too many."""
        if worker not in self._workers and len(self._workers) < MOST_WORKER_NAMES:
            self._workers[worker] = len(self._workers) + 1
        return self._workers.get(worker)

    def _worker(self, number: int, view: LiveWorker) -> WorkerFrame:
        place = None if view.job is None else self._place_of(number, view.job)
        return WorkerFrame(number, view.state, view.stale, view.rate_per_s, place)

    def _place_of(self, number: int, job: CurrentJob) -> int:
        known = self._job_of.get(number)
        if known is not None and known[0] == job:
            return known[1]
        self._jobs.append(_job_text(job))
        self._job_athletes.append(job.athlete)
        self._job_of[number] = job, len(self._jobs) - 1
        return len(self._jobs) - 1

    def _forget(self, athlete: str) -> None:
        """What was kept of an athlete who was erased: the name is nowhere on the page."""
        for place, of in enumerate(self._job_athletes):
            if of == athlete:
                self._jobs[place], self._job_athletes[place] = ERASED, ""
        self._job_of.clear()
        kept = [each for each in self._newest if each.athlete != athlete]
        self._newest.clear()
        self._newest.extend(kept)
        self._marks.forget(athlete)


def _is_idle(view: LiveWorker) -> bool:
    return view.stale or view.state is WorkerState.STOPPED


def _job_text(job: CurrentJob) -> str:
    length = "" if job.duration_min is None else f" {_clock_text(job.duration_min)}"
    text = f"{job.athlete}, {job.sport}{length}" if job.athlete or job.sport else "a workout"
    return text if len(text) <= MOST_JOB_TEXT else f"{text[: MOST_JOB_TEXT - 1]}…"


def _clock_text(minutes: float) -> str:
    """`45:00`, and `1:02:30` from an hour on."""
    hours, seconds = divmod(round(minutes * 60), 3_600)
    return f"{hours}:{seconds // 60:02}:{seconds % 60:02}" if hours else f"{seconds // 60}:{seconds % 60:02}"
