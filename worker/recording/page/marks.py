"""The marks on the time line of a page: what people and experiments did, what went wrong, what came back. Bounded."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence

from core.events import (
    ConnectionChanged,
    ConnectionState,
    Event,
    EventsLost,
    ProblemRaised,
    WorkerHeartbeat,
    WorkerState,
)
from core.live.ledger import BalanceStatus, LedgerView
from core.recording.anonymizer import LEFT_OUT
from core.recording.records import RecordedAccount
from core.workouts.names import spells
from worker.recording.page.story import Mark, MarkKind

MOST_MARKS = 400
MOST_TITLES = 5  # of workouts that were lost or doubled at once, each with a mark of its own
MOST_TEXT = 200
ERASED = "Left out: of an athlete who was erased."
_HALF = MOST_MARKS // 2
_AWAY = {
    ConnectionState.OFFLINE: "The broker cannot be reached",
    ConnectionState.BLOCKED: "The broker takes no messages at present",
    ConnectionState.REFUSED: "The broker refuses the connection",
}
_WORKER_STATES = {
    WorkerState.PAUSED: "is paused",
    WorkerState.DRAINING: "finishes its work and stops",
    WorkerState.ON_HOLD: "is on hold",
    WorkerState.STOPPED: "stopped",
}
_OFF_BALANCE = (BalanceStatus.MISSING, BalanceStatus.TOO_MANY)


class MarkList:
    """Belongs to one thread. Of too many the first and the last are kept."""

    def __init__(self) -> None:
        self._first: list[Mark] = []
        self._last: deque[Mark] = deque(maxlen=MOST_MARKS - _HALF)
        self.left_out = 0
        self._connection: ConnectionState | None = None
        self._workers: dict[int, WorkerState] = {}
        self._silent: set[int] = set()
        self._account = RecordedAccount(0, 0, (), ())
        self._is_off = False

    @property
    def marks(self) -> tuple[Mark, ...]:
        return (*self._first, *self._last)

    def note(self, at_ms: int, text: str) -> None:
        is_protection = text.endswith((": on", ": off"))
        self._add(at_ms, "protection" if is_protection else "action", text)

    def account(self, account: RecordedAccount) -> None:
        """A mark for each workout that was not lost, or doubled, before."""
        for word, now, before in (
            ("Lost", account.lost, self._account.lost),
            ("Doubled", account.doubled, self._account.doubled),
        ):
            new = _added(now, before)
            for title in new[:MOST_TITLES]:
                self._add(account.at_ms, "wrong", f"{word}: {title or 'a workout'}")
            if len(new) > MOST_TITLES:
                self._add(account.at_ms, "wrong", f"{word}: {len(new) - MOST_TITLES:,} more")
        self._account = account

    def event(self, at_ms: int, event: Event) -> None:
        if isinstance(event, ProblemRaised):
            self._add(at_ms, "problem", _said(event.text, "A problem was shown"))
        elif isinstance(event, EventsLost):
            self._add(at_ms, "problem", f"{event.outcomes:,} outcomes did not reach the recording")
        elif isinstance(event, ConnectionChanged):
            self._connect(at_ms, event)

    def worker(self, at_ms: int, number: int, event: WorkerHeartbeat) -> None:
        before = self._workers.get(number)
        if event.state is before or event.state is WorkerState.STARTING:
            return
        self._workers[number] = event.state
        if event.state is WorkerState.RUNNING:
            if before is not None:
                self._add(at_ms, "recovery", f"W{number} works again")
            else:
                self._add(at_ms, "worker", f"W{number} starts to work")
            return
        kind: MarkKind = "problem" if event.state is WorkerState.ON_HOLD else "worker"
        self._add(at_ms, kind, _with_reason(f"W{number} {_WORKER_STATES[event.state]}", event.problem))

    def silence(self, at_ms: int, number: int, *, is_silent: bool) -> None:
        if is_silent and number not in self._silent:
            self._silent.add(number)
            self._add(at_ms, "problem", f"W{number} has been silent for 20 s")
        elif not is_silent and number in self._silent:
            self._silent.discard(number)
            self._add(at_ms, "recovery", f"W{number} answers again")

    def ledger(self, at_ms: int, view: LedgerView) -> None:
        is_off = view.verdict in _OFF_BALANCE
        if is_off and not self._is_off:
            self._add(at_ms, "wrong", f"The ledger does not balance: {view.off_by:,} {view.verdict.value}")
        elif self._is_off and view.verdict is BalanceStatus.BALANCES:
            self._add(at_ms, "recovery", "The ledger balances again")
        self._is_off = is_off or (self._is_off and view.verdict is not BalanceStatus.BALANCES)

    def forget(self, athlete: str) -> None:
        """Texts that have this name are replaced."""
        for marks in (self._first, self._last):
            for place, mark in enumerate(marks):
                if spells(mark.text, athlete):
                    marks[place] = Mark(mark.at_ms, mark.kind, ERASED)
        lost, doubled = (_without(titles, athlete) for titles in (self._account.lost, self._account.doubled))
        self._account = RecordedAccount(self._account.at_ms, self._account.sent, lost, doubled)

    def titles(self, most: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Of what was lost and of what was doubled, the first of each."""
        return self._account.lost[:most], self._account.doubled[:most]

    def _connect(self, at_ms: int, event: ConnectionChanged) -> None:
        if event.state is ConnectionState.CONNECTING or event.state is self._connection:
            return
        if event.state is ConnectionState.ONLINE:
            if self._connection is not None:
                self._add(at_ms, "recovery", "The broker is back")
        else:
            self._add(at_ms, "problem", _with_reason(_AWAY[event.state], event.problem))
        self._connection = event.state

    def _add(self, at_ms: int, kind: MarkKind, text: str) -> None:
        mark = Mark(at_ms, kind, text if len(text) <= MOST_TEXT else f"{text[: MOST_TEXT - 1]}…")
        if len(self._first) < _HALF:
            self._first.append(mark)
            return
        self.left_out += len(self._last) == self._last.maxlen
        self._last.append(mark)


def _added(now: Sequence[str], before: Sequence[str]) -> list[str]:
    """Those that were not there before; of equal ones, the number that came."""
    known = Counter(before)
    added = []
    for title in now:
        if known[title]:
            known[title] -= 1
        else:
            added.append(title)
    return added


def _without(titles: Sequence[str], athlete: str) -> tuple[str, ...]:
    return tuple("" if spells(title, athlete) else title for title in titles)


def _said(text: str, otherwise: str) -> str:
    return text if text and text != LEFT_OUT else otherwise


def _with_reason(text: str, reason: str) -> str:
    return f"{text}: {reason}" if _said(reason, "") else text
