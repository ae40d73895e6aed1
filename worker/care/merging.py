"""Merges athletes, and undoes that, through the outbox of a running console."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from queue import SimpleQueue

from core.care.merge import MergeRecord, merge_changes, read_record, unmerge_changes
from core.care.places import DataPlaces
from core.care.progress import CareError, Watch
from core.outbox.changes import Change
from core.outbox.outbox import Outbox
from worker.outbox.outbox_writer import AcceptRequest, AcceptResult, OutboxWriter

AT_ONCE = 500
MOST_RECEIPTS = 20  # more corrections are shown as one number, without a receipt each
WHAT = "Corrections into the outbox"


class Merging:
    """Both methods are for the thread of a care task, one at a time."""

    def __init__(self, places: DataPlaces, writer: OutboxWriter, *, now_ms: Callable[[], int]) -> None:
        self._places, self._writer, self._now_ms = places, writer, now_ms

    def merge(self, source: str, into: str, watch: Watch) -> int:
        """How many workouts move. What undoes it is kept first, so that it can be undone however far it came."""
        watch.step("Workouts to move")
        changes = merge_changes(self._places.database_url, source, into, now_ms=self._now_ms())
        record = MergeRecord.of(source, into, changes).model_dump_json()
        self._use(lambda outbox: outbox.save_draft(record, "merge"))
        self._accept(changes, watch)
        return len(changes)

    def undo(self, watch: Watch) -> tuple[int, MergeRecord]:
        """Of the newest merge. CareError where there is none."""
        watch.step("Workouts to move back")
        record = read_record(self._use(lambda outbox: outbox.load_draft("merge")))
        changes = unmerge_changes(self._places.database_url, record, now_ms=self._now_ms())
        self._accept(changes, watch)
        self._use(lambda outbox: outbox.clear_draft("merge"))
        return len(changes), record

    def _use(self, act: Callable[[Outbox], str | None]) -> str | None:
        """In the writer's thread, once everything before it is accepted. CareError when the outbox cannot be used."""
        answer: SimpleQueue[str | None] = SimpleQueue()
        failed: SimpleQueue[AcceptResult] = SimpleQueue()
        if not self._writer.accept([AcceptRequest(None, self._now_ms(), failed.put)]):
            raise CareError("Too much is being submitted just now, or the program is ending.")
        if (result := failed.get()).unavailable:
            raise CareError(result.error)
        self._writer.use(lambda outbox: answer.put(act(outbox)))
        return answer.get(timeout=30)

    def _accept(self, changes: Sequence[Change], watch: Watch) -> None:
        """Not stopped half-way: one person would have two names."""
        is_quiet = len(changes) > MOST_RECEIPTS
        for start in range(0, len(changes), AT_ONCE):
            watch.tell(WHAT, start, len(changes))
            replies: SimpleQueue[AcceptResult] = SimpleQueue()
            at_ms, part = self._now_ms(), changes[start : start + AT_ONCE]
            requests = [
                AcceptRequest(one.workout, at_ms, replies.put, kind=one.kind, is_quiet=is_quiet) for one in part
            ]
            if not self._writer.accept(requests):
                raise CareError("Too much is being submitted just now: do it again, the rest is moved then.")
            for result in [replies.get() for _ in part]:
                if result.refusal:
                    raise CareError(f"Not all was moved: {result.refusal}")
