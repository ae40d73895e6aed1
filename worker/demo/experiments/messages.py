"""Experiments with messages: poison, and duplicates."""

from __future__ import annotations

from collections import Counter

from typing_extensions import override

from core.codec.workout_codec import encode
from core.events import BatchProcessed, Event, OutcomeKind
from core.live.console_state import ConsoleState
from worker.demo.copies import copy_id
from worker.demo.experiments.experiment import DemoControl, Experiment, Observation, broken, kept

POISON, COPIES, MOST_COPIES = 3, 5, 5


class SendPoison(Experiment):
    key, title, icon = "poison", "Send poison", "flask-outline"
    promise = "Kept in Failed; the others go on"

    def __init__(self, control: DemoControl) -> None:
        super().__init__(control)
        self._ids: frozenset[str] = frozenset()
        self._others: frozenset[str] = frozenset()  # sent right behind the poison
        self._outcomes: dict[str, OutcomeKind] = {}

    @override
    def begin(self, state: ConsoleState, now_ms: int) -> None:
        messages = self.control.spoiled(POISON)
        self._ids = frozenset(message.message_id or "" for message in messages)
        self.control.publish(messages)
        self._others = frozenset(self.control.submit(POISON))

    @override
    def take(self, event: Event) -> None:
        if isinstance(event, BatchProcessed):
            for outcome in event.outcomes:
                if outcome.workout_id in self._ids or outcome.workout_id in self._others:
                    self._outcomes[outcome.workout_id] = outcome.kind

    @override
    def look(self, state: ConsoleState, now_ms: int) -> Observation | None:
        ended = {workout_id for workout_id, kind in self._outcomes.items() if kind is not OutcomeKind.RETRYING}
        if not (self._ids | self._others) <= ended:
            return None
        dropped = [each for each in self._ids if each in self.control.lost()]
        if dropped:
            return broken(f"{len(dropped)} dropped, on no list")
        if not all(map(self.control.has_end, self._ids)):
            return None  # the account has not seen them on the failed list yet
        failed = self._count(self._ids, OutcomeKind.FAILED)
        stored = self._count(self._others, OutcomeKind.STORED)
        words = f"{failed} in Failed, {len(self._others) - stored} held up"
        return kept(words) if failed == len(self._ids) and stored == len(self._others) else broken(words)

    @override
    def progress(self, state: ConsoleState, now_ms: int) -> str:
        return f"{self._count(self._ids, OutcomeKind.FAILED)} of {len(self._ids)} in Failed"

    def _count(self, ids: frozenset[str], kind: OutcomeKind) -> int:
        return sum(self._outcomes.get(workout_id) is kind for workout_id in ids)


class SendDuplicates(Experiment):
    key, title, icon = "duplicates", "Send duplicates", "content-duplicate"
    promise = "Each is counted once"

    def __init__(self, control: DemoControl) -> None:
        super().__init__(control)
        self._sent: frozenset[str] = frozenset()
        self._outcomes: Counter[tuple[str, OutcomeKind]] = Counter()
        self._asked = False
        self._copies: dict[str, str] = {}

    @override
    def begin(self, state: ConsoleState, now_ms: int) -> None:
        self._send(now_ms)

    @override
    def take(self, event: Event) -> None:
        if isinstance(event, BatchProcessed):
            self._outcomes.update((self._original(each.workout_id), each.kind) for each in event.outcomes)

    @override
    def look(self, state: ConsoleState, now_ms: int) -> Observation | None:
        if not self._sent:
            self._send(now_ms)
            return None
        absorbed = self._number(OutcomeKind.DUPLICATE)
        doubled = self._number(OutcomeKind.STORED)
        if absorbed + doubled < len(self._sent):
            return None
        if doubled:
            return broken(f"{len(self._sent)} sent again, {doubled} counted twice")
        return kept(f"{len(self._sent)} sent again, {absorbed} absorbed")

    @override
    def progress(self, state: ConsoleState, now_ms: int) -> str:
        return f"{self._number(OutcomeKind.DUPLICATE)} of {len(self._sent)} absorbed" if self._sent else "storing some"

    def _send(self, now_ms: int) -> None:
        """Wait until there are stored workouts to repeat."""
        workouts = self.control.stored(COPIES)
        if len(workouts) < COPIES:
            if not self._asked:
                self._asked = True
                self.control.submit(COPIES)
            return
        self._sent = frozenset(workout.workout_id for workout in workouts)
        self._outcomes.clear()
        copies = range(1, MOST_COPIES + 1)  # of a pipeline that does not recognize them
        self._copies = {copy_id(each, number): each for each in self._sent for number in copies}
        self.control.publish([encode(workout, submitted_at_ms=now_ms) for workout in workouts])

    def _original(self, workout_id: str) -> str:
        return self._copies.get(workout_id, workout_id)

    def _number(self, kind: OutcomeKind) -> int:
        return sum(min(1, self._outcomes[workout_id, kind]) for workout_id in self._sent)
