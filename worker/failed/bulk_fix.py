"""Looks through the failed list for messages that one kind of change would make valid. Nothing is sent by looking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from core.codec.json_reader import parse_object
from core.codec.workout_codec import decode
from core.errors import InvalidWorkoutError, ProblemKind, UndecodableBodyError
from core.failures.corrections import (
    RENAME,
    Change,
    Findings,
    LeftOut,
    Mistake,
    Proposal,
    Value,
    metres_as_km,
    renames,
    seconds_as_minutes,
    sent_at,
    with_our_names,
    with_value,
)
from core.failures.models import FailedFilter, FailedMessage, FailedRow
from core.store.failed_queries import FailedQueries
from worker.failed.failed_service import repaired

MOST_LOOKED_AT = 10_000
AT_ONCE = 200
LEAST_SHARED = 2

Sorted = Mapping[Mistake, Proposal | LeftOut]


class Sorting:
    """What was found so far, part by part in the order of the list."""

    def __init__(self, wanted: FailedFilter, keys: Sequence[str], total: int) -> None:
        """`keys`: those to look at, newest first, of `total` on the list."""
        self.wanted = wanted
        self._keys, self._total = keys, total
        self._next = 0
        self._looked_at = 0
        self._proposals: dict[Mistake, list[Proposal]] = {mistake: [] for mistake in Mistake}
        self._left_out: dict[Mistake, dict[LeftOut, list[FailedRow]]] = {mistake: {} for mistake in Mistake}

    @property
    def over(self) -> bool:
        return self._next >= len(self._keys)

    def look(self, failed: FailedQueries, *, now_ms: int) -> None:
        """At the next few."""
        part = self._keys[self._next : self._next + AT_ONCE]
        self._next += len(part)
        for one in failed.messages(part):
            self._looked_at += 1
            for mistake, found in sort_out(one, now_ms=now_ms).items():
                if isinstance(found, Proposal):
                    self._proposals[mistake].append(found)
                else:
                    self._left_out[mistake].setdefault(found, []).append(one.row)

    def findings(self) -> Findings | None:
        """Of the mistake that most share; None where no two do."""
        mistake = max(Mistake, key=lambda each: len(self._proposals[each]))
        proposals = tuple(self._proposals[mistake])
        if len(proposals) < LEAST_SHARED:
            return None
        left_out = {why: tuple(rows) for why, rows in self._left_out[mistake].items()}
        return Findings(mistake, self.wanted, self._total, self._looked_at, proposals, MappingProxyType(left_out))


def begin_sorting(failed: FailedQueries, wanted: FailedFilter, *, most: int = MOST_LOOKED_AT) -> Sorting:
    """The selection is frozen here: what fails from now on is not in it."""
    keys = failed.keys(wanted, most)
    total = len(keys) if len(keys) < most else failed.count(wanted)
    return Sorting(wanted, keys, total)


def find_mistake(
    failed: FailedQueries, wanted: FailedFilter, *, now_ms: int, most: int = MOST_LOOKED_AT
) -> Findings | None:
    """All of it at once, for who need not share the reader."""
    sorting = begin_sorting(failed, wanted, most=most)
    while not sorting.over:
        sorting.look(failed, now_ms=now_ms)
    return sorting.findings()


def sort_out(one: FailedMessage, *, now_ms: int) -> Sorted:
    """For each mistake: the change that makes this message valid, or why there is none."""
    fields, wrong = _wrong_fields(one, now_ms)
    found: dict[Mistake, Proposal | LeftOut] = {}
    for mistake in Mistake:
        name = mistake.value
        if mistake is Mistake.MISNAMED:
            found[mistake] = _renaming(one, now_ms) if RENAME in wrong else LeftOut.OTHER
            continue
        if name not in wrong or name not in fields:
            found[mistake] = LeftOut.OTHER
            continue
        meant = _meant(mistake, one, fields)
        found[mistake] = meant if isinstance(meant, LeftOut) else _proposal(one, name, fields[name], meant, now_ms)
    return found


def _wrong_fields(one: FailedMessage, now_ms: int) -> tuple[Mapping[str, object], frozenset[str]]:
    """What the body says and what is wrong with it by the rules of now; nothing where it cannot be read whole."""
    try:
        if one.is_whole:
            decode(one.message, now_ms=now_ms)
    except InvalidWorkoutError as error:
        wrong = {problem.field for problem in error.problems}
        if any(problem.kind is ProblemKind.MISNAMED for problem in error.problems):
            wrong.add(RENAME)
        return parse_object(one.message.body)[0], frozenset(wrong)
    except UndecodableBodyError:
        pass
    return {}, frozenset()


def _renaming(one: FailedMessage, now_ms: int) -> Proposal | LeftOut:
    names = renames(one.message.body)
    if not names:
        return LeftOut.UNLIKELY
    try:
        decode(repaired(one, with_our_names(one.message.body)), now_ms=now_ms)
    except (InvalidWorkoutError, UndecodableBodyError):
        return LeftOut.STILL_WRONG
    change = Change(one.row.key, one.retries, RENAME, ", ".join(names.values()))
    return Proposal(one.row, ", ".join(names), change)


def _meant(mistake: Mistake, one: FailedMessage, fields: Mapping[str, object]) -> Value | LeftOut:
    value = fields[mistake.value]
    if mistake is Mistake.LATE_START:
        return _start_meant(value, one)
    number = _number(value)
    if number is None:
        return LeftOut.OTHER
    if mistake is Mistake.SECONDS:
        meant = seconds_as_minutes(number)
    else:
        meant = metres_as_km(number, _number(fields.get("duration")), str(fields.get("type", "")))
    return LeftOut.UNLIKELY if meant is None else meant


def _start_meant(value: object, one: FailedMessage) -> Value | LeftOut:
    try:
        start = datetime.fromisoformat(str(value).strip().upper())
    except ValueError:
        return LeftOut.OTHER
    sent = sent_at(one.message.headers)
    if sent is None or start.tzinfo is None or start <= sent:
        return LeftOut.UNLIKELY
    return sent.astimezone(start.tzinfo).replace(microsecond=0).isoformat()


def _proposal(one: FailedMessage, name: str, old: object, new: Value, now_ms: int) -> Proposal | LeftOut:
    try:
        decode(repaired(one, with_value(one.message.body, name, new)), now_ms=now_ms)
    except (InvalidWorkoutError, UndecodableBodyError):
        return LeftOut.STILL_WRONG
    number = _number(old)
    change = Change(one.row.key, one.retries, name, new)
    return Proposal(one.row, str(old) if number is None else number, change)


def _number(value: object) -> float | None:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
