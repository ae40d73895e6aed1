from __future__ import annotations

from dataclasses import replace

from core.events import ConnectionChanged, ConnectionState, EventsLost, ProblemRaised, WorkerHeartbeat, WorkerState
from core.live.ledger import BalanceStatus, Ledger
from core.recording.anonymizer import LEFT_OUT
from core.recording.records import RecordedAccount
from worker.recording.page.marks import ERASED, MOST_MARKS, MOST_TEXT, MarkList


def texts(marks: MarkList) -> list[tuple[str, str]]:
    return [(mark.kind, mark.text) for mark in marks.marks]


def test_that_notes_are_actions_or_protections() -> None:
    marks = MarkList()
    marks.note(1, "Kill a worker")
    marks.note(2, "Acknowledge before the work: on")
    assert texts(marks) == [("action", "Kill a worker"), ("protection", "Acknowledge before the work: on")]


def test_that_an_outage_has_a_beginning_and_an_end() -> None:
    marks = MarkList()
    for state in (ConnectionState.ONLINE, ConnectionState.OFFLINE, ConnectionState.CONNECTING, ConnectionState.OFFLINE):
        marks.event(1, ConnectionChanged(1, state, "RabbitMQ", "", LEFT_OUT))
    marks.event(2, ConnectionChanged(1, ConnectionState.ONLINE, "RabbitMQ", ""))
    assert texts(marks) == [("problem", "The broker cannot be reached"), ("recovery", "The broker is back")]


def test_that_problems_have_their_words_where_there_are_any() -> None:
    marks = MarkList()
    marks.event(1, ProblemRaised(1, "disk", "The disk is full."))
    marks.event(1, ProblemRaised(1, "disk", LEFT_OUT))
    marks.event(1, EventsLost(1, 1_200))
    assert [text for _, text in texts(marks)] == [
        "The disk is full.",
        "A problem was shown",
        "1,200 outcomes did not reach the recording",
    ]


def test_that_a_worker_has_a_mark_for_each_change_only() -> None:
    marks = MarkList()
    for state, problem in (
        (WorkerState.STARTING, ""),
        (WorkerState.RUNNING, ""),
        (WorkerState.RUNNING, ""),
        (WorkerState.ON_HOLD, "the database is locked"),
        (WorkerState.RUNNING, ""),
        (WorkerState.STOPPED, ""),
    ):
        marks.worker(1, 3, WorkerHeartbeat(1, "w", state, problem))
    for is_silent in (True, True, False, False):
        marks.silence(2, 3, is_silent=is_silent)
    assert texts(marks) == [
        ("worker", "W3 starts to work"),
        ("problem", "W3 is on hold: the database is locked"),
        ("recovery", "W3 works again"),
        ("worker", "W3 stopped"),
        ("problem", "W3 has been silent for 20 s"),
        ("recovery", "W3 answers again"),
    ]


def test_that_only_what_was_newly_lost_or_doubled_is_marked() -> None:
    marks = MarkList()
    marks.account(RecordedAccount(1, 5, ("Ana, Running",), ()))
    marks.account(RecordedAccount(2, 9, ("Ana, Running", *("",) * 7), ("Ben, Yoga",)))
    assert texts(marks) == [
        ("wrong", "Lost: Ana, Running"),
        *[("wrong", "Lost: a workout")] * 5,
        ("wrong", "Lost: 2 more"),
        ("wrong", "Doubled: Ben, Yoga"),
    ]
    assert marks.titles(3) == (("Ana, Running", "", ""), ("Ben, Yoga",))


def test_that_one_is_marked_that_came_while_another_turned_up() -> None:
    marks = MarkList()
    for lost in (("Ana, Running", "Ana, Running"), ("Ana, Running", "Cy, Yoga"), ("Cy, Yoga",)):
        marks.account(RecordedAccount(1, 5, lost, ()))
    assert [text for _, text in texts(marks)] == ["Lost: Ana, Running", "Lost: Ana, Running", "Lost: Cy, Yoga"]


def test_that_an_unbalanced_ledger_is_marked_until_it_balances() -> None:
    marks, view = MarkList(), Ledger().view(0, live=True)
    for verdict in (BalanceStatus.MISSING, BalanceStatus.CHECKING, BalanceStatus.MISSING, BalanceStatus.BALANCES):
        marks.ledger(1, replace(view, verdict=verdict, off_by=2))
    assert texts(marks) == [
        ("wrong", "The ledger does not balance: 2 missing"),
        ("recovery", "The ledger balances again"),
    ]


def test_that_the_first_and_the_last_of_too_many_are_kept() -> None:
    marks = MarkList()
    for number in range(MOST_MARKS + 50):
        marks.note(number, f"note {number}")
    assert len(marks.marks) == MOST_MARKS
    assert marks.left_out == 50
    assert (marks.marks[0].text, marks.marks[-1].text) == ("note 0", f"note {MOST_MARKS + 49}")


def test_that_long_texts_are_cut() -> None:
    marks = MarkList()
    marks.note(1, "x" * 5_000)
    assert len(marks.marks[0].text) == MOST_TEXT
    assert marks.marks[0].text.endswith("…")


def test_that_an_erased_athlete_is_in_no_mark_and_no_title() -> None:
    marks = MarkList()
    marks.account(RecordedAccount(1, 5, ("Ana, Running", "Ben, Yoga"), ("Ana, Rowing",)))
    marks.forget("Ana")
    assert [text for _, text in texts(marks)] == [ERASED, "Lost: Ben, Yoga", ERASED]
    assert marks.titles(9) == (("", "Ben, Yoga"), ("",))
