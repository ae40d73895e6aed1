"""Scans the failed list for messages that one kind of correction would make valid. Sends nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from core.codec.json_reader import parse_object
from core.codec.workout_codec import decode
from core.errors import InvalidWorkoutError, ProblemKind, UndecodableBodyError
from core.failures.corrections import (
    RENAME,
    BulkFixProposal,
    CommonMistake,
    FieldCorrection,
    ProposedCorrection,
    SkipReason,
    Value,
    metres_as_km,
    renames,
    replace_field,
    seconds_as_minutes,
    submitted_at,
    with_our_names,
)
from core.failures.models import FailedFilter, FailedMessage, FailedRow
from core.store.failed_queries import FailedQueries
from worker.failed.failed_service import with_body

MOST_LOOKED_AT = 10_000  # messages of a scan, the newest ones
MESSAGES_PER_STEP = 200
LEAST_SHARED = 2  # messages: a correction of a single one is no bulk fix

FixesByMistake = Mapping[CommonMistake, ProposedCorrection | SkipReason]


@dataclass(frozen=True, slots=True)
class BulkFixScan:
    """How far a scan has come. It goes in steps, so that the reader's thread can answer other queries in between."""

    wanted: FailedFilter
    total: int  # messages that match
    unread: tuple[str, ...]  # keys of the messages to examine, newest first
    examined: tuple[tuple[FailedRow, FixesByMistake], ...] = ()

    def next_step(self, failed: FailedQueries, *, now_ms: int) -> BulkFixScan:
        """Examine the next MESSAGES_PER_STEP messages. Raises what the reader raises."""
        part, unread = self.unread[:MESSAGES_PER_STEP], self.unread[MESSAGES_PER_STEP:]
        new = tuple((one.row, propose_fixes(one, now_ms=now_ms)) for one in failed.messages(part))
        return replace(self, unread=unread, examined=(*self.examined, *new))

    def findings(self) -> BulkFixProposal | None:
        """The proposal for the mistake that most messages share; None if fewer than LEAST_SHARED share one."""
        proposals: dict[CommonMistake, list[ProposedCorrection]] = {mistake: [] for mistake in CommonMistake}
        skipped: dict[CommonMistake, dict[SkipReason, list[FailedRow]]] = {mistake: {} for mistake in CommonMistake}
        for row, fixes in self.examined:
            for mistake, found in fixes.items():
                if isinstance(found, ProposedCorrection):
                    proposals[mistake].append(found)
                else:
                    skipped[mistake].setdefault(found, []).append(row)
        mistake = max(CommonMistake, key=lambda each: len(proposals[each]))
        shared = tuple(proposals[mistake])
        if len(shared) < LEAST_SHARED:
            return None
        reasons = MappingProxyType({why: tuple(rows) for why, rows in skipped[mistake].items()})
        return BulkFixProposal(mistake, self.wanted, self.total, len(self.examined), shared, reasons)


def start_scan(failed: FailedQueries, wanted: FailedFilter, *, most: int = MOST_LOOKED_AT) -> BulkFixScan:
    """Select the messages once: those that fail after this call are not part of the scan."""
    keys = failed.keys(wanted, most)
    total = len(keys) if len(keys) < most else failed.count(wanted)
    return BulkFixScan(wanted, total, keys)


def find_mistake(
    failed: FailedQueries, wanted: FailedFilter, *, now_ms: int, most: int = MOST_LOOKED_AT
) -> BulkFixProposal | None:
    """Run a whole scan, for callers that own the reader."""
    scan = start_scan(failed, wanted, most=most)
    while scan.unread:
        scan = scan.next_step(failed, now_ms=now_ms)
    return scan.findings()


def propose_fixes(one: FailedMessage, *, now_ms: int) -> FixesByMistake:
    """For each kind of mistake: the correction that makes this message valid, or why there is none."""
    fields, wrong = _wrong_fields(one, now_ms)
    found: dict[CommonMistake, ProposedCorrection | SkipReason] = {}
    for mistake in CommonMistake:
        name = mistake.value
        if mistake is CommonMistake.MISNAMED:
            found[mistake] = _renaming(one, now_ms) if RENAME in wrong else SkipReason.OTHER
            continue
        if name not in wrong or name not in fields:
            found[mistake] = SkipReason.OTHER
            continue
        meant = _intended_value(mistake, one, fields)
        found[mistake] = meant if isinstance(meant, SkipReason) else _proposal(one, name, fields[name], meant, now_ms)
    return found


def _wrong_fields(one: FailedMessage, now_ms: int) -> tuple[Mapping[str, object], frozenset[str]]:
    """The fields of the body and the names of the invalid ones; both empty if the body cannot be decoded or was cut."""
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


def _renaming(one: FailedMessage, now_ms: int) -> ProposedCorrection | SkipReason:
    names = renames(one.message.body)
    if not names:
        return SkipReason.UNLIKELY
    try:
        decode(with_body(one, with_our_names(one.message.body)), now_ms=now_ms)
    except (InvalidWorkoutError, UndecodableBodyError):
        return SkipReason.STILL_WRONG
    change = FieldCorrection(one.row.key, one.retries, RENAME, ", ".join(names.values()))
    return ProposedCorrection(one.row, ", ".join(names), change)


def _intended_value(mistake: CommonMistake, one: FailedMessage, fields: Mapping[str, object]) -> Value | SkipReason:
    value = fields[mistake.value]
    if mistake is CommonMistake.LATE_START:
        return _intended_start(value, one)
    number = _number(value)
    if number is None:
        return SkipReason.OTHER
    if mistake is CommonMistake.SECONDS:
        meant = seconds_as_minutes(number)
    else:
        meant = metres_as_km(number, _number(fields.get("duration")), str(fields.get("type", "")))
    return SkipReason.UNLIKELY if meant is None else meant


def _intended_start(value: object, one: FailedMessage) -> Value | SkipReason:
    try:
        start = datetime.fromisoformat(str(value).strip().upper())
    except ValueError:
        return SkipReason.OTHER
    sent = submitted_at(one.message.headers)
    if sent is None or start.tzinfo is None or start <= sent:
        return SkipReason.UNLIKELY
    return sent.astimezone(start.tzinfo).replace(microsecond=0).isoformat()


def _proposal(one: FailedMessage, name: str, old: object, new: Value, now_ms: int) -> ProposedCorrection | SkipReason:
    try:
        decode(with_body(one, replace_field(one.message.body, name, new)), now_ms=now_ms)
    except (InvalidWorkoutError, UndecodableBodyError):
        return SkipReason.STILL_WRONG
    number = _number(old)
    change = FieldCorrection(one.row.key, one.retries, name, new)
    return ProposedCorrection(one.row, str(old) if number is None else number, change)


def _number(value: object) -> float | None:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
