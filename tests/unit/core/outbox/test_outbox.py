"""The outbox: accepted is on disk, sent in order, counted exactly."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from sqlite3 import Connection
from uuid import UUID

import pytest

from core.broker.ports import Message
from core.broker.topology import HEADER_ORIGIN
from core.errors import InvalidWorkoutError, StoreDamagedError, StoreFileReplacedError, StoreUnavailableError
from core.outbox import outbox as outbox_module
from core.outbox.destination import Destination
from core.outbox.outbox import Outbox, OutboxCounts, OutboxEntry, OutboxLedger, SentTo, Submission
from core.sqlite import connection as sqlite

NOW_MS = 1_765_411_200_000
ID = "3f2b8c1e-5d47-4a90-9c55-0d6f1e2a7b34"


def submission(name: str, body: bytes = b'{"type": "Running", "duration": 45}', revision: int = 1) -> Submission:
    message = Message(body, name, "workout.submitted", "application/json", "paceline", 1_765_360_800, {"x-a": 1})
    return Submission(message, name, revision, "workout.submitted", "Zoë", "Running", 45.0, 5.2)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.db"


@pytest.fixture
def outbox(path: Path) -> Iterator[Outbox]:
    ticks = itertools.count(NOW_MS)
    opened = Outbox(path, now_ms=lambda: next(ticks))
    opened.open()
    yield opened
    opened.close()


def names(entries: list[OutboxEntry]) -> list[str]:
    return [entry.submission.workout_id for entry in entries]


def test_that_what_was_accepted_is_there_after_opening_again(outbox: Outbox, path: Path) -> None:
    sent = [submission("a"), submission("b")]
    accepted = outbox.accept(sent)
    assert [entry.submission for entry in accepted] == sent
    assert {entry.accepted_at_ms for entry in accepted} == {NOW_MS}
    again = Outbox(path, now_ms=lambda: 0)
    again.open()
    assert again.recent(10) == accepted[::-1]
    assert names(again.pending(10)) == names(accepted)
    assert again.counts() == OutboxCounts(accepted=2, pending=2)
    again.close()


def test_that_accepting_the_same_again_changes_nothing(outbox: Outbox) -> None:
    first = outbox.accept([submission("a")])
    again = outbox.accept([submission("a"), submission("b"), submission("a")])
    assert again[::2] == first * 2
    assert [entry.was_known for entry in first + again] == [False, True, False, True]
    assert outbox.counts() == OutboxCounts(accepted=2, pending=2)


def test_that_the_same_content_in_another_spelling_is_the_same_again(outbox: Outbox) -> None:
    """As after an update: older versions wrote every start in UTC. Or in another time zone."""
    older = (
        b'{"id":"%s","revision":1,"type":"Running","duration":45.0,"timestamp":"2025-12-10T18:00:00Z"}' % ID.encode()
    )
    newer = older.replace(b"18:00:00Z", b"10:00:00-08:00")
    first = outbox.accept([submission(ID, older)])
    east = older.replace(b"18:00:00Z", b"19:00:00+01:00")
    again = outbox.accept([submission(ID, other) for other in (newer, east, older.replace(b",", b", "))])
    assert again == first * 3
    assert outbox.accept([submission("b", newer)])[0] == outbox.accept([submission("b", east)])[0]
    assert first[0].submission.message.body == older
    for other in (older.replace(b"18:00:00Z", b"11:00:00-08:00"), b"{", older.replace(b"45.0", b"46.0")):
        with pytest.raises(InvalidWorkoutError, match="other content"):
            outbox.accept([submission(ID, other)])


def test_that_another_body_under_the_same_id_is_refused_and_nothing_of_the_batch_kept(outbox: Outbox) -> None:
    outbox.accept([submission("a")])
    with pytest.raises(InvalidWorkoutError, match="a was already submitted as revision 1") as raised:
        outbox.accept([submission("b"), submission("a", b"{}")])
    assert [problem.field for problem in raised.value.problems] == ["id"]
    assert names(outbox.pending(10)) == ["a"]


def test_that_a_new_revision_or_kind_is_another_entry(outbox: Outbox) -> None:
    deletion = replace(submission("a", b"{}"), kind="workout.deleted", distance_km=None)
    outbox.accept([submission("a"), submission("a", b"{}", revision=2), deletion])
    assert [(e.submission.revision, e.submission.kind) for e in outbox.pending(10)] == [
        (1, "workout.submitted"),
        (2, "workout.submitted"),
        (1, "workout.deleted"),
    ]


def test_that_pending_is_oldest_first_and_goes_on_behind_an_entry(outbox: Outbox) -> None:
    entries = outbox.accept([submission(name) for name in "abcde"])
    assert names(outbox.pending(2)) == ["a", "b"]
    assert names(outbox.pending(2, after_seq=entries[1].seq)) == ["c", "d"]
    assert names(outbox.recent(2)) == ["e", "d"]


def test_that_confirmed_entries_are_sent_no_more_but_stay_for_receipts(outbox: Outbox) -> None:
    entries = outbox.accept([submission(name) for name in "abc"])
    outbox.mark_refused(entries[0].seq, "The queue is full.", NOW_MS + 5)
    assert outbox.mark_confirmed([entry.seq for entry in entries[:2]], NOW_MS + 9) == 2
    assert outbox.mark_confirmed([entries[0].seq], NOW_MS + 99) == 0
    outbox.mark_refused(entries[0].seq, "too late", NOW_MS + 100)
    assert names(outbox.pending(10)) == ["c"]
    first = outbox.recent(10)[-1]
    assert (first.confirmed_at_ms, first.refused_reason, first.attempts) == (NOW_MS + 9, "", 1)
    assert outbox.counts() == OutboxCounts(accepted=3, pending=1)


def test_that_a_rejected_entry_stays_kept_and_is_counted_apart(outbox: Outbox) -> None:
    good, bad = outbox.accept([submission("good"), submission("bad")])
    outbox.mark_refused(bad.seq, "message size 70000 larger than 65536", NOW_MS + 1, rejected=True)
    assert outbox.counts() == OutboxCounts(accepted=2, pending=2, rejected=1)
    assert outbox.ledger() == OutboxLedger(2, 2, (SentTo(0, None, 0),), 1)
    assert names(outbox.rejected(5)) == ["bad"]
    assert [entry.rejected for entry in outbox.recent(5)] == [True, False]
    assert names(outbox.pending(5)) == ["good", "bad"]  # asked again by the next program
    outbox.mark_confirmed([good.seq, bad.seq], NOW_MS + 2)
    assert (outbox.counts(), outbox.rejected(5)) == (OutboxCounts(accepted=2, pending=0), [])
    assert [entry.rejected for entry in outbox.recent(5)] == [False, False]


def test_that_what_was_rejected_last_comes_first(outbox: Outbox) -> None:
    for entry in outbox.accept([submission("a"), submission("b")]):
        outbox.mark_refused(entry.seq, "too big", NOW_MS, rejected=True)
    assert names(outbox.rejected(5)) == ["b", "a"]
    assert names(outbox.rejected(1)) == ["b"]


def test_that_only_a_new_higher_revision_takes_the_place_of_a_rejected_one(outbox: Outbox) -> None:
    second = submission("a", b"{}", revision=2)
    rejected, *_ = outbox.accept([submission("a"), second, submission("other")])
    other = outbox.recent(1)[0]
    for entry in (rejected, other):
        outbox.mark_refused(entry.seq, "too big", NOW_MS, rejected=True)
    outbox.accept([second])  # known: it replaced what there was when it was new
    assert outbox.counts() == OutboxCounts(accepted=3, pending=3, rejected=2)
    outbox.accept([replace(submission("a", b"{}"), kind="workout.deleted")])  # of the same revision
    assert outbox.counts() == OutboxCounts(accepted=4, pending=4, rejected=2)
    outbox.accept([submission("a", b"{}", revision=3)])
    assert outbox.counts() == OutboxCounts(accepted=4, pending=4, rejected=1)
    assert names(outbox.rejected(5)) == ["other"]


def test_that_a_deletion_replaces_no_rejected_correction_of_its_own_revision(outbox: Outbox) -> None:
    correction = submission("a", b"{}", revision=2)
    (rejected,) = outbox.accept([correction])
    outbox.mark_refused(rejected.seq, "too big", NOW_MS, rejected=True)
    outbox.accept([replace(correction, kind="workout.deleted")])
    assert outbox.counts() == OutboxCounts(accepted=2, pending=2, rejected=1)


def test_that_a_repaired_workout_takes_the_place_of_the_rejected_one(outbox: Outbox) -> None:
    bad, waiting = outbox.accept([submission("bad"), submission("waiting")])
    outbox.mark_refused(bad.seq, "too big", NOW_MS + 1, rejected=True)
    outbox.accept([submission("bad", b"{}", revision=2), submission("waiting", b"{}", revision=2)])
    assert outbox.counts() == OutboxCounts(accepted=3, pending=3)
    assert [(e.submission.workout_id, e.submission.revision) for e in outbox.pending(5)] == [
        ("waiting", 1),
        ("bad", 2),
        ("waiting", 2),
    ]
    assert waiting.seq in [entry.seq for entry in outbox.pending(5)]


def test_that_a_refused_entry_stays_kept_with_its_reason(outbox: Outbox) -> None:
    entry = outbox.accept([submission("a")])[0]
    for number in (1, 2):
        outbox.mark_refused(entry.seq, f"refusal {number}", NOW_MS + number)
    kept = outbox.pending(1)[0]
    assert (kept.refused_reason, kept.refused_at_ms, kept.attempts) == ("refusal 2", NOW_MS + 2, 2)
    assert kept.rejected is False
    assert outbox.counts().rejected == 0


def test_that_pruning_forgets_the_oldest_confirmed_and_keeps_the_total(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_module, "PRUNE_AT_ONCE", 3)
    entries = outbox.accept([submission(f"{n}") for n in range(10)])
    outbox.mark_confirmed([entry.seq for entry in entries[1:]], NOW_MS)
    assert outbox.prune(keep_confirmed=4) == 3
    assert names(outbox.recent(20)) == ["9", "8", "7", "6", "5", "4", "0"]
    assert [outbox.prune(keep_confirmed=4) for _ in range(2)] == [2, 0]
    assert names(outbox.recent(20)) == ["9", "8", "7", "6", "0"]
    assert outbox.counts() == OutboxCounts(accepted=10, pending=1)
    assert outbox.prune() == 0


def test_that_what_is_pending_is_not_counted_among_the_confirmed_that_are_kept(outbox: Outbox) -> None:
    entries = outbox.accept([submission(f"{n}") for n in range(10)])
    outbox.mark_confirmed([entry.seq for entry in entries[:5]], NOW_MS)
    assert outbox.prune(keep_confirmed=3) == 2
    assert outbox.counts() == OutboxCounts(accepted=10, pending=5)


def test_that_a_number_is_not_given_twice_after_pruning(outbox: Outbox) -> None:
    (first,) = outbox.accept([submission("a")])
    outbox.mark_confirmed([first.seq], NOW_MS)
    assert outbox.prune(keep_confirmed=0) == 1
    assert outbox.accept([submission("b")])[0].seq > first.seq


def test_that_a_deletion_needs_only_its_id_and_revision(outbox: Outbox) -> None:
    outbox.accept([Submission(Message(b"{}", "a"), "a", 2, "workout.deleted")])
    kept = outbox.recent(1)[0].submission
    assert (kept.athlete, kept.sport, kept.duration_min, kept.distance_km) == ("", "", 0.0, None)


def test_that_the_origin_is_made_once_a_file(outbox: Outbox, path: Path, tmp_path: Path) -> None:
    again, other = Outbox(path, now_ms=lambda: 0), Outbox(tmp_path / "other.db", now_ms=lambda: 0)
    again.open()
    other.open()
    assert str(UUID(outbox.origin)) == again.origin == outbox.origin != other.origin
    again.close()
    other.close()


def test_that_one_draft_is_kept(outbox: Outbox) -> None:
    assert outbox.load_draft() is None
    outbox.save_draft('{"sport": "Run"}')
    outbox.save_draft('{"sport": "Rückwärtslaufen"}')
    assert outbox.load_draft() == '{"sport": "Rückwärtslaufen"}'
    origin = outbox.origin
    outbox.accept([submission("a")])
    outbox.save_draft("a grid", "roster")
    outbox.clear_draft()
    assert outbox.load_draft() is None
    assert outbox.load_draft("roster") == "a grid"
    outbox.clear_draft("roster")
    assert outbox.load_draft("roster") is None
    outbox.open()
    assert (outbox.counts(), outbox.origin) == (OutboxCounts(accepted=1, pending=1), origin)


def test_that_a_fact_of_another_version_is_no_count(outbox: Outbox, path: Path) -> None:
    outbox.accept([submission("a")])
    with closing(sqlite.connect(path)) as connection:
        connection.execute("INSERT INTO facts VALUES ('aaa', 99)")
    assert outbox.counts() == OutboxCounts(accepted=1, pending=1)
    assert outbox.ledger().accepted == 1


def test_that_several_instances_share_a_file(outbox: Outbox, path: Path) -> None:
    publisher = Outbox(path, now_ms=lambda: 0)
    publisher.open()
    outbox.accept([submission("a")])
    publisher.mark_confirmed([publisher.pending(1)[0].seq], NOW_MS)
    assert outbox.counts() == OutboxCounts(accepted=1, pending=0)
    publisher.close()


def test_that_a_closed_outbox_says_so(outbox: Outbox) -> None:
    outbox.close()
    with pytest.raises(StoreUnavailableError, match="not open"):
        outbox.counts()


def test_that_a_new_outbox_has_no_origin_before_it_is_open(path: Path) -> None:
    assert Outbox(path, now_ms=lambda: 0).origin == ""


def test_that_the_file_says_whose_it_is_and_is_waited_for_five_seconds_or_as_long_as_was_said(path: Path) -> None:
    patient, impatient = Outbox(path, now_ms=lambda: 0), Outbox(path, now_ms=lambda: 0, timeout_s=0.25)
    for outbox, expected_ms in ((patient, 5_000), (impatient, 250)):
        with closing(outbox) as opened:
            opened.open()
            assert opened._connection is not None
            assert opened._connection.execute("PRAGMA busy_timeout").fetchone() == (expected_ms,)
            (application_id,) = opened._connection.execute("PRAGMA application_id").fetchone()
            assert application_id.to_bytes(4) == b"PLO1"


def test_that_no_connection_is_left_open(outbox: Outbox, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = outbox._connection
    assert left is not None
    outbox.close()
    opened = [left]

    def open_and_keep(path: Path, *, timeout_s: float) -> Connection:
        opened.append(sqlite.open_checked(path, timeout_s=timeout_s))
        opened[-1].execute("PRAGMA application_id = 7")
        return opened[-1]

    monkeypatch.setattr(outbox_module, "open_checked", open_and_keep)
    with pytest.raises(StoreDamagedError):
        outbox.open()
    assert len(opened) == 2
    for connection in opened:
        with pytest.raises(sqlite.sqlite_module().ProgrammingError, match="closed"):
            connection.execute("SELECT 1")


def test_that_a_locked_file_is_unavailable_and_usable_afterwards(outbox: Outbox, path: Path) -> None:
    impatient = Outbox(path, now_ms=lambda: 0, timeout_s=0.02)
    impatient.open()
    other = sqlite.connect(path)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailableError, match="locked"):
        impatient.accept([submission("a")])
    other.execute("ROLLBACK")
    other.close()
    assert names(impatient.accept([submission("a")])) == ["a"]
    impatient.close()


@pytest.mark.parametrize("becomes", ["moved", "another file", "deleted"])
def test_that_nothing_is_accepted_into_a_file_that_is_gone(outbox: Outbox, path: Path, becomes: str) -> None:
    moved = path.with_name("moved.db")
    path.rename(moved)
    if becomes == "another file":
        path.write_bytes(b"")
    elif becomes == "deleted":
        moved.unlink()
    with pytest.raises(StoreFileReplacedError, match="moved or deleted"):
        outbox.accept([submission("a")])
    with pytest.raises(StoreFileReplacedError):
        outbox.counts()
    outbox.open()
    assert names(outbox.accept([submission("a")])) == ["a"]


def test_that_a_file_that_goes_while_it_is_committed_to_accepts_nothing(outbox: Outbox, path: Path) -> None:
    def move(sql: str) -> None:
        if sql == "COMMIT":
            path.rename(path.with_name("moved.db"))

    assert outbox._connection is not None
    outbox._connection.set_trace_callback(move)
    with pytest.raises(StoreFileReplacedError):
        outbox.accept([submission("a")])
    outbox.open()
    assert outbox.recent(10) == []


def test_that_what_a_file_that_is_gone_still_keeps_can_be_read_and_a_moved_one_has_it_too(
    outbox: Outbox, path: Path
) -> None:
    first, *_ = outbox.accept([submission("a"), submission("b"), submission("c")])
    outbox.mark_confirmed([first.seq], 1)
    moved = path.rename(path.with_name("moved.db"))
    assert names(outbox.left_behind()) == ["b", "c"]
    outbox.open()
    assert outbox.pending(10) == []
    found = Outbox(moved, now_ms=lambda: 0)
    found.open()
    assert names(found.pending(10)) == ["b", "c"]
    found.close()


def test_that_an_outbox_that_is_not_open_left_nothing_behind(path: Path) -> None:
    assert Outbox(path, now_ms=lambda: 0).left_behind() == []


def test_that_a_file_of_another_kind_is_refused_and_left_as_it_is(path: Path) -> None:
    path.write_bytes(b"dear diary " * 500)
    with pytest.raises(StoreDamagedError):
        Outbox(path, now_ms=lambda: 0).open()
    assert path.read_bytes() == b"dear diary " * 500


def test_that_another_program_s_database_is_refused(path: Path) -> None:
    connection = sqlite.connect(path)
    connection.execute("CREATE TABLE theirs (name TEXT)")
    connection.close()
    with pytest.raises(StoreDamagedError, match="another program"):
        Outbox(path, now_ms=lambda: 0).open()


HERE, THERE = Destination("queue.db", "results.db"), Destination("RabbitMQ at localhost:5672", "results.db")


def sender(path: Path, destination: Destination) -> Outbox:
    outbox = Outbox(path, now_ms=lambda: NOW_MS, destination=destination)
    outbox.open()
    return outbox


def send(outbox: Outbox, count: int) -> list[str]:
    """The origins that went with them."""
    entries = outbox.pending(count)
    outbox.mark_confirmed([entry.seq for entry in entries], NOW_MS)
    return [str(entry.submission.message.headers[HEADER_ORIGIN]) for entry in entries]


def test_that_what_is_sent_says_where_to_and_is_counted_there(outbox: Outbox, path: Path) -> None:
    outbox.accept([submission(f"{n}") for n in range(6)])
    with closing(sender(path, HERE)) as first, closing(sender(path, THERE)) as second:
        assert send(first, 2) == [f"{outbox.origin}.0.0"] * 2
        assert send(second, 3) == [f"{outbox.origin}.1.0"] * 3
    with closing(sender(path, HERE)) as again:
        assert again.pending(1)[0].submission.message.headers == {"x-a": 1, HEADER_ORIGIN: f"{outbox.origin}.0.0"}
        assert again.ledger() == OutboxLedger(6, 1, (SentTo(0, HERE, 2), SentTo(1, THERE, 3)))
    assert HEADER_ORIGIN not in outbox.recent(1)[0].submission.message.headers


def test_that_another_destination_counts_from_the_next_opening_on(outbox: Outbox) -> None:
    outbox.accept([submission("a"), submission("b")])
    assert outbox.destination is None
    assert send(outbox, 1) == [f"{outbox.origin}.0.0"]
    outbox.set_destination(THERE)
    assert outbox.destination == THERE
    outbox.open()
    assert send(outbox, 1) == [f"{outbox.origin}.1.0"]
    assert outbox.ledger().sent == (SentTo(0, None, 1), SentTo(1, THERE, 1))


def test_that_a_destination_has_one_number(outbox: Outbox, path: Path) -> None:
    sender(path, HERE).close()
    with closing(sqlite.connect(path)) as connection, pytest.raises(sqlite.sqlite_module().IntegrityError):
        connection.execute("INSERT INTO destinations VALUES (NULL, ?, ?, 0)", (HERE.queue, HERE.database))


def test_that_each_fifty_thousand_are_a_part_of_their_own(outbox: Outbox, path: Path) -> None:
    """Other versions of the program read it: see core/broker/origin.py."""
    outbox.accept([submission("first")])
    with closing(sqlite.connect(path)) as connection:
        connection.execute("UPDATE sqlite_sequence SET seq = 49998 WHERE name = 'entries'")
    assert [entry.seq for entry in outbox.accept([submission("a"), submission("b")])] == [49_999, 50_000]
    assert send(outbox, 3) == [f"{outbox.origin}.0.{part}" for part in (0, 0, 1)]


def test_that_what_is_confirmed_twice_is_counted_once(outbox: Outbox, path: Path) -> None:
    (entry,) = outbox.accept([submission("a")])
    with closing(sender(path, HERE)) as first, closing(sender(path, THERE)) as second:
        assert [first.mark_confirmed([entry.seq], NOW_MS), second.mark_confirmed([entry.seq], NOW_MS)] == [1, 0]
        assert second.ledger().sent == (SentTo(0, HERE, 1), SentTo(1, THERE, 0))


def test_that_what_is_accepted_again_after_it_was_forgotten_is_of_another_part(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_module, "KEEP_CONFIRMED", 3)
    outbox.accept([submission("a")])
    before = send(outbox, 1)
    outbox.accept([submission(f"{n}") for n in range(3)])
    send(outbox, 3)
    assert outbox.prune(3) == 1
    outbox.accept([submission("a")])
    assert send(outbox, 1) != before


def test_that_an_outbox_of_the_first_version_goes_on_and_guesses_nothing(outbox: Outbox, path: Path) -> None:
    outbox.accept([submission("a"), submission("b"), submission("c")])
    send(outbox, 2)
    outbox.close()
    with closing(sqlite.connect(path)) as connection:
        connection.execute("DROP TABLE destinations")
        connection.execute("ALTER TABLE entries DROP COLUMN destination")
        connection.execute("ALTER TABLE entries DROP COLUMN rejected")
        connection.execute("ALTER TABLE entries DROP COLUMN started_at")
        connection.execute("ALTER TABLE entries DROP COLUMN extras")
        connection.execute("PRAGMA user_version = 1")
    with closing(sender(path, THERE)) as again:
        assert again.ledger() == OutboxLedger(3, 1, (SentTo(0, None, 2), SentTo(1, THERE, 0)))
        assert names(again.pending(5)) == ["c"]
        assert again.ids_in_other_queue(5) == []
        assert [entry.submission.started_at for entry in again.recent(5)] == ["", "", ""]


def test_that_the_start_of_a_workout_is_kept_with_its_offset(outbox: Outbox) -> None:
    start = "2025-12-10T10:00:00-08:00"
    (accepted,) = outbox.accept([replace(submission("a"), started_at=start)])
    assert accepted.submission.started_at == start
    assert [entry.submission.started_at for entry in outbox.recent(5)] == [start]


def test_that_it_is_known_what_another_destination_confirmed(path: Path) -> None:
    with closing(sender(path, HERE)) as one:
        one.accept([submission("a"), submission("b"), submission("c"), submission("kept")])
        send(one, 3)
        assert one.ids_in_other_queue(10) == []
    with closing(sender(path, THERE)) as other:
        assert sorted(other.ids_in_other_queue(10)) == ["a", "b", "c"]
        assert sorted(other.ids_in_other_queue(2)) == ["c"]  # of the newest two
        found = other.find("a")
        assert found is not None
        assert other.is_in_other_queue(found)
        other.accept([submission("b", revision=2)])
        assert sorted(other.ids_in_other_queue(10)) == ["a", "c"]
        send(other, 2)
        found = other.find("b")
        assert found is not None
        assert not other.is_in_other_queue(found)
    with closing(sender(path, HERE)) as one:
        assert sorted(one.ids_in_other_queue(10)) == ["b", "kept"]
    with closing(Outbox(path, now_ms=lambda: 0)) as looking:
        looking.open()
        assert looking.ids_in_other_queue(10) == []


def test_that_what_was_confirmed_since_is_read_with_its_time(path: Path) -> None:
    with closing(sender(path, HERE)) as one:
        one.accept([submission(name) for name in "abcde"])
        seqs = [entry.seq for entry in one.pending(5)]
        for at_ms, count in ((10, 1), (20, 2), (30, 1)):
            one.mark_confirmed([seqs.pop(0) for _ in range(count)], at_ms)
        assert one.confirmed_since(20, 10) == {20: ["b", "c"], 30: ["d"]}
        assert one.confirmed_since(21, 10) == {30: ["d"]}
        assert one.confirmed_since(0, 3) == {20: ["c"], 30: ["d"]}  # of the newest three
        one.accept([submission("d", revision=2)])
        assert one.confirmed_since(30, 10) == {}, "the newest revision of d is pending"
    with closing(sender(path, THERE)) as other:
        assert other.confirmed_since(0, 10) == {}


def test_that_the_lock_of_its_senders_is_beside_it(tmp_path: Path) -> None:
    assert Outbox(tmp_path / "outbox.db", now_ms=lambda: 0).lock_file == tmp_path / "outbox.lock"


def test_that_a_file_that_may_not_grow_refuses_and_takes_again_what_is_there(outbox: Outbox) -> None:
    outbox.accept([submission("a")])
    outbox.limit_growth(True)
    fitting = 0
    with suppress(StoreUnavailableError):
        for fitting in range(500):
            outbox.accept([submission(f"b{fitting}", b"x" * 500)])
    with pytest.raises(StoreUnavailableError, match="is full"):
        outbox.accept([submission("too much", b"x" * 500)])
    accepted = 1 + fitting
    assert outbox.counts() == OutboxCounts(accepted, accepted)
    outbox.limit_growth(False)
    outbox.accept([submission("c")])
    assert outbox.counts().accepted == accepted + 1
