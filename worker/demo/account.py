"""Counts by message ids what became of everything that was sent: what is lost, and what was counted twice.

The ledger counts totals, which a loss and a doubling can balance. This account knows each id. Pure; of one thread.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from core.events import Accepted, BatchProcessed, Event, OutcomeKind, PickedUp, WorkerHeartbeat, WorkerState
from core.live.console_state import ConsoleState
from worker.demo.copies import copy_id

# An id that has no end is asked for once ids that were sent so much later have ended: a queue is first in, first out.
PASSED_MS = 8_000
QUIET_MS = 2_000  # or once nothing has been waiting or running for so long
# A message that its worker left is at the front of the queue, so it would have been taken before these.
LEFT_MS, LEFT_ENDS = 5_000, 3
FAILED_MS = 1_000  # after a message was given up, until the results must have it on the failed list
MOST_ASKED = 500
REMEMBERED = 50_000  # ids that ended, to notice a second end
MOST_COPIES = 5
DIRECT = "direct"  # what a message came by that no outbox accepted
RETRIED_MS = 90_000  # a retry waits at most 60 s


@dataclass(slots=True)
class TrackedMessage:
    """`title`: athlete and sport, for the list of what was lost."""

    workout_id: str
    title: str
    sent_ms: int
    retried_ms: int | None = None
    failed_ms: int = 0


class MessageAccount:
    """`lost` and `doubled` by id, in the order in which they were noticed."""

    def __init__(self) -> None:
        self._open: OrderedDict[str, TrackedMessage] = OrderedDict()
        self._stored: OrderedDict[str, str] = OrderedDict()  # id to title; also those on the failed list
        self._failed: OrderedDict[str, TrackedMessage] = OrderedDict()  # given up, not seen on the failed list yet
        self._given_up: set[str] = set()  # of those ids that ended: a person may repair them, and they are stored then
        self._copies: dict[str, str] = {}  # id of a copy to that of its original
        self._held: dict[str, frozenset[str]] = {}  # by worker: what it picked up last
        self._left: dict[str, tuple[int, int]] = {}  # ids that a worker left without an end: when, and ends until then
        self._ends = 0
        self._passed_ms = 0  # when the newest of those that ended was sent
        self._quiet_since_ms: int | None = None
        self.sent = 0
        self.sent_by: Counter[str] = Counter()  # by what they came: a Producer, DIRECT or empty
        self.lost: dict[str, TrackedMessage] = {}
        self.doubled: dict[str, str] = {}  # id to title

    def note_sent(self, workout_id: str, title: str, at_ms: int, source: str = "") -> None:
        """Also for messages past the outbox, with DIRECT. One that is sent again is the same."""
        if not self._knows(workout_id):
            self.sent += 1
            self.sent_by[source] += 1
            self._open[workout_id] = TrackedMessage(workout_id, title, at_ms)

    def _knows(self, workout_id: str) -> bool:
        # Spelled out: it is asked for each message of a flood.
        return (
            workout_id in self._open
            or workout_id in self._stored
            or workout_id in self._failed
            or workout_id in self.lost
        )

    def take(self, events: Iterable[Event]) -> None:
        for event in events:
            if isinstance(event, Accepted):
                self.note_sent(event.workout_id, _title(event.athlete, event.sport), event.at_ms, event.source)
            elif isinstance(event, PickedUp):
                self._leave(event.worker, event.at_ms)
                self._held[event.worker] = frozenset(event.workout_ids)
                for workout_id in event.workout_ids:
                    self._left.pop(workout_id, None)
            elif isinstance(event, WorkerHeartbeat) and event.state is WorkerState.STOPPED:
                self._leave(event.worker, event.at_ms)
            elif isinstance(event, BatchProcessed):
                self._ends += len(event.outcomes)
                for outcome in event.outcomes:
                    self._take_end(outcome.workout_id, outcome.kind, event.at_ms)

    def note_dropped(self, workout_ids: Iterable[str]) -> None:
        """No broker took these, and nothing keeps them."""
        for workout_id in workout_ids:
            if (message := self._open.pop(workout_id, None)) is not None:
                self.lost[workout_id] = message

    def has_end(self, workout_id: str) -> bool:
        """Whether it is stored, or on the failed list."""
        return workout_id in self._stored

    def unended(self, state: ConsoleState, now_ms: int) -> Sequence[str]:
        """Ids that should have ended by now: ask the results for them, and call `settle`."""
        if state.lost or state.pending:
            self._quiet_since_ms = None
            return ()
        given_up = [each.workout_id for each in self._failed.values() if now_ms - each.failed_ms >= FAILED_MS]
        found = given_up[:MOST_ASKED]
        found += [workout_id for workout_id in self._left if self._is_left(workout_id, now_ms)]
        depth = state.depth
        is_quiet = depth is not None and not (depth.ready or depth.retrying or state.running)
        self._quiet_since_ms = (self._quiet_since_ms or now_ms) if is_quiet else None
        was_quiet = self._quiet_since_ms is not None and now_ms - self._quiet_since_ms >= QUIET_MS
        running = {view.job.workout_id for view in state.workers.views(now_ms) if view.job is not None}
        for each in self._open.values():
            if not self._is_due(each, now_ms, was_quiet=was_quiet):
                break  # those after it were sent later
            if each.workout_id not in running and not self._may_retry(each, now_ms, was_quiet=was_quiet):
                found.append(each.workout_id)
            if len(found) >= MOST_ASKED:
                break
        return found

    def settle(self, asked: Sequence[str], known: Collection[str]) -> bool:
        """`known`: those of the asked that the results have, stored or failed. Whether something is newly lost."""
        before = len(self.lost)
        for workout_id in asked:
            self._left.pop(workout_id, None)
            message = self._open.pop(workout_id, None) or self._failed.pop(workout_id, None)
            if message is None:
                continue
            if workout_id in known:
                self._remember(workout_id, message.title)
            else:
                self.lost[workout_id] = message
        return len(self.lost) > before

    def _leave(self, worker: str, at_ms: int) -> None:
        """What it held and did not end is left."""
        for workout_id in self._held.pop(worker, frozenset()):
            if workout_id in self._open:
                self._left[workout_id] = at_ms, self._ends

    def _is_left(self, workout_id: str, now_ms: int) -> bool:
        at_ms, ends = self._left[workout_id]
        return now_ms - at_ms >= LEFT_MS and self._ends - ends >= LEFT_ENDS

    def _is_due(self, message: TrackedMessage, now_ms: int, *, was_quiet: bool) -> bool:
        if was_quiet:
            return now_ms - message.sent_ms >= QUIET_MS
        return self._passed_ms - message.sent_ms >= PASSED_MS

    @staticmethod
    def _may_retry(message: TrackedMessage, now_ms: int, *, was_quiet: bool) -> bool:
        return not was_quiet and message.retried_ms is not None and now_ms - message.retried_ms < RETRIED_MS

    def _take_end(self, workout_id: str, kind: OutcomeKind, at_ms: int) -> None:
        message = self._open.get(workout_id)
        self._left.pop(workout_id, None)
        if kind is OutcomeKind.RETRYING:
            if message is not None:
                message.retried_ms = at_ms
                for worker, held in self._held.items():
                    self._held[worker] = held - {workout_id}
            return
        if message is not None:
            del self._open[workout_id]
            self._passed_ms = max(self._passed_ms, message.sent_ms)
            if kind is OutcomeKind.FAILED:
                message.failed_ms = at_ms
                self._failed[workout_id] = message
                self._given_up.add(workout_id)
            else:
                self._remember(workout_id, message.title)
        elif (late := self.lost.pop(workout_id, None)) is not None:
            self._remember(workout_id, late.title)
        elif kind is OutcomeKind.STORED and workout_id in self._given_up:
            self._given_up.remove(workout_id)
            if (repaired := self._failed.pop(workout_id, None)) is not None:
                self._remember(workout_id, repaired.title)
        elif kind is OutcomeKind.STORED:
            self._take_copy(workout_id)

    def _take_copy(self, workout_id: str) -> None:
        original = workout_id if workout_id in self._stored else self._original_of(workout_id)
        if original:
            self.doubled[original] = self._stored[original]

    def _original_of(self, copy: str) -> str:
        if copy not in self._copies:
            # Only where duplicates are not recognized, so that it costs nothing otherwise. The newest are enough.
            newest = list(self._stored)[-MOST_ASKED * 4 :]
            self._copies = {copy_id(each, number): each for each in newest for number in range(1, MOST_COPIES + 1)}
        return self._copies.get(copy, "")

    def _remember(self, workout_id: str, title: str) -> None:
        self._stored[workout_id] = title
        while len(self._stored) > REMEMBERED:
            self._given_up.discard(self._stored.popitem(last=False)[0])


def _title(athlete: str, sport: str) -> str:
    return ", ".join(filter(None, (athlete, sport)))
