"""Texts of a bulk fix: the offer, and the old and new value of each message. Qt-free."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from core.failures.corrections import BulkFixProposal, CommonMistake, SkipReason, Value
from core.failures.models import FailedRow
from core.workouts.model import ANONYMOUS
from core.workouts.names import isolated
from gui.forms import formatting as values
from gui.forms.formatting import Units, distance_text
from gui.forms.starts import dated_start_words
from gui.workspaces.failed.formatting import CONVERT, Notice, messages, whole_seconds_text


@dataclass(frozen=True, slots=True)
class _Words:
    """`look` follows the count; `short`: the same for narrow places; `aim` follows `Convert 15`."""

    look: str
    short: str
    aim: str
    title: str
    unlikely: str
    note: str


_WORDS: Mapping[CommonMistake, _Words] = {
    CommonMistake.METRES: _Words(
        "look like metres written as km",
        "metres as km",
        "to km",
        "from metres to km",
        "not plausible as metres",
        "Only the distance is written anew.",
    ),
    CommonMistake.SECONDS: _Words(
        "look like seconds written as minutes",
        "seconds as minutes",
        "to minutes",
        "from seconds to minutes",
        "too long as seconds, too",
        "Only the duration is written anew.",
    ),
    CommonMistake.LATE_START: _Words(
        "start later than they were sent",
        "later than sent",
        "to when sent",
        "to start when they were sent",
        "it is not known when it was sent",
        "Only the start is written anew.",
    ),
    CommonMistake.MISNAMED: _Words(
        "have a field under another name",
        "misnamed",
        "to our names",
        "to our field names",
        "in another unit",
        "Only the names of fields are written anew.",
    ),
}
SAFE = "The originals are kept, with who did it and when."
NAMED = 2


def suggestion_notice(findings: BulkFixProposal) -> Notice:
    """`15 of 16 look like metres written as km.`, with `Convert 15 to km…`."""
    words, count = _WORDS[findings.mistake], len(findings.proposals)
    of = findings.looked_at
    if of < findings.total:
        whose, brief = f"{count:,} of the newest {of:,}", f"{count:,} of newest {of:,}"
    else:
        whose = brief = f"All {count:,}" if count == of else f"{count:,} of {of:,}"
    return Notice(
        CONVERT,
        "suggestion",
        f"{whose} {words.look}.",
        f"Con&vert {count:,} {words.aim}…",
        f"{brief}: {words.short}",
        can_be_closed=False,
    )


def preview_title(findings: BulkFixProposal) -> str:
    """`Convert 15 messages from metres to km`."""
    return f"Convert {messages(len(findings.proposals))} {_WORDS[findings.mistake].title}"


def preview_note(findings: BulkFixProposal) -> str:
    return f"{_WORDS[findings.mistake].note} {SAFE}"


def left_out_text(findings: BulkFixProposal) -> str:
    """How many messages are skipped, by reason, in one line; empty if none is."""
    reasons = {
        SkipReason.UNLIKELY: _WORDS[findings.mistake].unlikely,
        SkipReason.STILL_WRONG: "wrong in another field, too",
    }
    parts = [f"{_names(rows)} ({words})" for why, words in reasons.items() if (rows := findings.left_out.get(why))]
    if others := findings.left_out.get(SkipReason.OTHER):
        parts.append(f"{len(others):,} that failed for something else")
    sentences = [f"Left out: {', '.join(parts)}."] if parts else []
    if findings.looked_at < findings.total:
        sentences.append(f"Only the newest {findings.looked_at:,} of {findings.total:,} were looked at.")
    return " ".join(sentences)


def _names(rows: Sequence[FailedRow]) -> str:
    """`Cy Tan`, `Cy Tan, Ana Ruiz and 4 more`."""
    named = rows if len(rows) <= NAMED + 1 else rows[:NAMED]
    text = ", ".join(isolated(row.athlete) or ANONYMOUS for row in named)
    return text if len(named) == len(rows) else f"{text} and {len(rows) - len(named):,} more"


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row as texts. `fact`: a duration or distance that helps to check the new value."""

    number: int
    athlete: str
    sport: str
    fact: str
    old: str
    new: str


def preview_titles(mistake: CommonMistake) -> tuple[str, str, str, str, str]:
    fact = "Distance" if mistake is CommonMistake.SECONDS else "Duration"
    old = {
        CommonMistake.METRES: "Distance",
        CommonMistake.SECONDS: "Duration",
        CommonMistake.LATE_START: "Start",
        CommonMistake.MISNAMED: "Field",
    }[mistake]
    return "Athlete", "Sport", fact, old, "Becomes"


class PreviewRows:
    """The rows of a preview; a row is formatted when it is read."""

    def __init__(self, findings: BulkFixProposal, *, units: Units, zone: tzinfo) -> None:
        self.mistake = findings.mistake
        self._proposals = findings.proposals
        self._units, self._zone = units, zone
        writers: Mapping[CommonMistake, Callable[[FailedRow, Value], str]] = {
            CommonMistake.METRES: self._distance,
            CommonMistake.SECONDS: _duration,
            CommonMistake.LATE_START: self._start,
            CommonMistake.MISNAMED: lambda row, value: str(value),
        }
        self._write = writers[findings.mistake]

    def __len__(self) -> int:
        return len(self._proposals)

    def __getitem__(self, number: int) -> PreviewRow:
        proposal = self._proposals[number]
        row = proposal.row
        if self.mistake is CommonMistake.SECONDS:
            fact = distance_text(row.distance_km, row.sport, self._units)
        else:
            fact = "" if row.duration_min is None else whole_seconds_text(row.duration_min)
        old, new = self._write(row, proposal.old), self._write(row, proposal.change.value)
        return PreviewRow(number, row.athlete or ANONYMOUS, row.sport, fact, old, new)

    def _distance(self, row: FailedRow, value: Value) -> str:
        return distance_text(float(value), row.sport, self._units)

    def _start(self, _row: FailedRow, value: Value) -> str:
        return dated_start_words(datetime.fromisoformat(str(value).strip().upper()), self._zone)


def _duration(_row: FailedRow, value: Value) -> str:
    minutes = float(value)
    return f"{minutes:,.6g} min" if minutes >= 1_440 else values.whole_seconds_text(minutes)
