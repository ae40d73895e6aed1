"""After an erasure the name is nowhere, the others are as they were, and the ledger still balances."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from core.broker.connect import open_broker
from core.broker.embedded.messages import find_messages
from core.broker.ports import Message, RemovePredicate, ScanResult
from core.care import erase as module
from core.care import results as results_module
from core.care.athlete_messages import spellings
from core.care.erase import Erased, erase_athlete, erasure_notes, find_athlete
from core.care.leftovers import files_with, overwrite_free_space
from core.care.progress import CareError, CareStoppedError, Progress, Watch
from core.care.results import of_others, reading, workout_ids
from core.codec.workout_codec import decode
from core.errors import SettingError
from core.outbox.athlete_entries import entries_of
from core.outbox.changes import correct
from core.outbox.outbox import Outbox
from core.roster.draft import dump_grid
from core.roster.fields import SHOWN_FIRST
from core.roster.grid import RosterRow, TrainingSession
from core.roster.template import Template
from core.roster.template_file import SESSIONS, WORKOUTS, load_templates, save_templates
from core.roster.workout_template import WorkoutTemplate
from core.sqlite.connection import connect
from core.store.writer import ResultsStore
from core.workouts.model import ANONYMOUS
from tests.support.care_rig import NOW_MS, CareRig, clock, plain
from tests.support.databases import Place
from tests.support.failures import failure
from tests.support.incoming import deletion, make_workout
from tests.support.stored_results import results

NAME = "Zoë Quist"
NOW = datetime.fromtimestamp(NOW_MS / 1000, UTC)
BROKEN = b'{"userId": "Zo\\u00eb Quist", "type": '


@pytest.fixture
def rig(tmp_path: Path) -> CareRig:
    return CareRig(tmp_path / "data")


def erase(rig: CareRig, name: str = NAME, **more: Any) -> Erased:
    return erase_athlete(rig.places, name, by="coach", now_ms=clock, **more)


def place(rig: CareRig) -> Place:
    return Place(rig.places.database_url)


def spelled_in(folder: Path) -> list[str]:
    forms = spellings(NAME)
    return [path.name for path in folder.rglob("*") if path.is_file() and any(f in path.read_bytes() for f in forms)]


def roster_draft(*names: str) -> str:
    rows = [RosterRow(number, {"userId": name, "duration": "45"}) for number, name in enumerate(names)]
    return dump_grid(rows, TrainingSession("Running"), SHOWN_FIRST)


def fill(rig: CareRig) -> None:
    """The athlete is everywhere, and Ana too."""
    rig.store(*(make_workout(n, athlete=NAME, km=6, day=-n, title=f"by {NAME}") for n in range(1, 40)))
    rig.store(make_workout(100, athlete="Ana", km=5), make_workout(101, athlete="Ana"))
    rig.store(make_workout(3, athlete=NAME, km=7, day=-3, revision=2))
    rig.publish(plain(make_workout(300, athlete=NAME)), plain(make_workout(301, athlete="Ana")))
    rig.retry_later(1)
    rig.dead_letter(1)
    rig.send(make_workout(200, athlete=NAME), make_workout(201, athlete="Ana"))
    rig.publish(deletion(1, 2).message, Message(BROKEN, "m-7"))
    rig.accept(make_workout(202, athlete=NAME), confirmed=False)
    rig.apply(
        failures=[
            failure(message=Message(b'{"userId": "Zo\xc3\xab Quist", "type": "x", "duration": -1}', "m-1")),
            failure(message=Message(BROKEN, "m-2")),
            failure(message=Message(b'{"userId": "Ana"}', "m-3")),
        ]
    )
    events = open_broker(rig.places.broker_url).event_publisher()
    events.open()
    with closing(events):
        events.announce(json.dumps({"athlete": NAME}, ensure_ascii=False).encode())
    outbox = Outbox(rig.places.outbox_file, now_ms=clock)
    outbox.open()
    with closing(outbox):
        outbox.save_draft(json.dumps({"athlete": NAME}))
        outbox.save_draft(roster_draft(NAME), "roster")


def test_that_no_file_spells_the_name_and_the_others_are_as_before(rig: CareRig, tmp_path: Path) -> None:
    fill(rig)
    assert len(spelled_in(rig.folder)) >= 4
    alone = CareRig(tmp_path / "alone")
    alone.store(make_workout(100, athlete="Ana", km=5), make_workout(101, athlete="Ana"))
    done = erase(rig)
    assert spelled_in(rig.folder) == []
    assert results(place(rig)) == results(place(alone))
    assert done == Erased(workouts=39, failures=2, sent=42, queued=4, held=0)
    ((erased_by, workouts, failures, sent, queued),) = place(rig).rows(
        "SELECT erased_by, workouts, failures, sent, queued FROM erasures"
    )
    assert (erased_by, workouts, failures, sent, queued) == ("coach", 39, 2, 42, 4)
    assert place(rig).rows("SELECT athlete FROM failures") == [("Ana",)]
    with pytest.raises(CareError, match="Nothing is kept of an athlete called Zoë Quist"):
        erase(rig)


def test_that_every_accepted_workout_is_still_accounted_for(rig: CareRig) -> None:
    rig.store(make_workout(1, athlete=NAME), make_workout(2, athlete="Ana"))
    rig.send(make_workout(3, athlete=NAME))
    rig.accept(make_workout(4, athlete=NAME), confirmed=False)
    bad = rig.accept(make_workout(5, athlete=NAME))
    rig.apply(failures=[failure(message=bad[0])])
    erase(rig)
    outbox = Outbox(rig.places.outbox_file, now_ms=clock)
    outbox.open()
    with closing(outbox), closing(rig.reader()) as reader:
        here = reader.ledger_counts(outbox.origin).here[0]
        assert (outbox.counts().accepted, outbox.counts().pending) == (4, 0)
        assert (here.stored, here.discarded, here.failed) == (2, 2, 0)


def test_that_what_comes_again_later_changes_nothing(rig: CareRig) -> None:
    rig.store(make_workout(1, athlete=NAME, km=5))
    (sent,) = rig.accept(make_workout(2, athlete=NAME, km=5))  # on its way, on another computer
    erase(rig)
    rig.apply(decode(sent, now_ms=NOW_MS), decode(plain(make_workout(1, athlete=NAME, revision=9)), now_ms=NOW_MS))
    assert place(rig).rows("SELECT count(*) FROM workouts") == [(0,)]
    assert spelled_in(rig.folder) == []


def test_that_a_worker_which_knew_the_athlete_begins_anew(rig: CareRig, tmp_path: Path) -> None:
    """A new athlete of the same name has nothing of the old one, in the worker's memory either."""
    worker = ResultsStore(rig.places.database_url, now_ms=clock)
    other = ResultsStore(rig.places.database_url, now_ms=clock)
    old = [decode(plain(make_workout(n, athlete=NAME, km=5, day=-n)), now_ms=NOW_MS) for n in range(1, 4)]
    new = [decode(plain(make_workout(n, athlete=NAME, km=5, day=-n)), now_ms=NOW_MS) for n in range(11, 21)]
    with closing(worker), closing(other):
        worker.open()
        other.open()
        worker.apply(old, worker="w-1", picked_up_at_ms=NOW_MS)
        erase(rig)
        for one in new[:-1]:
            other.apply([one], worker="w-2", picked_up_at_ms=NOW_MS)
        worker.apply(new[-1:], worker="w-1", picked_up_at_ms=NOW_MS)
    fresh = CareRig(tmp_path / "fresh")
    fresh.apply(*new)
    assert results(place(rig)) == results(place(fresh))


def test_that_a_first_workout_after_it_begins_anew_in_the_same_worker(rig: CareRig, tmp_path: Path) -> None:
    worker = ResultsStore(rig.places.database_url, now_ms=clock)
    old = [decode(plain(make_workout(n, athlete=NAME, km=5, day=-n)), now_ms=NOW_MS) for n in range(1, 4)]
    new = [decode(plain(make_workout(9, athlete=NAME, km=5, day=-30)), now_ms=NOW_MS)]
    with closing(worker):
        worker.open()
        worker.apply(old, worker="w-1", picked_up_at_ms=NOW_MS)
        erase(rig)
        worker.apply(new, worker="w-1", picked_up_at_ms=NOW_MS)
    fresh = CareRig(tmp_path / "fresh")
    fresh.apply(*new)
    assert results(place(rig)) == results(place(fresh))


def test_that_what_a_worker_holds_is_said_and_changes_nothing(rig: CareRig) -> None:
    rig.store(make_workout(1, athlete=NAME))
    message = plain(make_workout(2, athlete=NAME))
    rig.publish(message)
    with rig.holding(1):
        assert erase(rig).held == 1
        rig.apply(decode(message, now_ms=NOW_MS))
    assert place(rig).rows("SELECT count(*) FROM workouts") == [(0,)]


def test_that_other_files_which_spell_the_name_are_named(rig: CareRig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.store(make_workout(1, athlete=NAME))
    (rig.folder / "logs").mkdir()
    (rig.folder / "logs" / "worker.log").write_bytes(b"x" * 1_048_570 + b' "Zo\\u00eb Quist" ')
    (rig.folder / "results.db.version-3").write_text(f"by {NAME}", encoding="utf-8")
    (rig.folder / "other.txt").write_text(f"{NAME}son", encoding="utf-8")
    (rig.folder / "gone.txt").write_text(NAME, encoding="utf-8")
    opening = Path.open

    def removed_meanwhile(path: Path, *arguments: Any, **more: Any) -> Any:
        if path.name == "gone.txt":
            raise FileNotFoundError(path)
        return opening(path, *arguments, **more)

    monkeypatch.setattr(Path, "open", removed_meanwhile)
    assert erase(rig).leftovers == ("logs/worker.log", "results.db.version-3")


def test_that_a_database_which_is_read_meanwhile_is_named(rig: CareRig) -> None:
    rig.store(make_workout(1, athlete=NAME))
    with closing(connect(rig.folder / "results.db", read_only=True)) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM workouts").fetchone()
        assert "results.db" in overwrite_free_space(rig.places)
    assert overwrite_free_space(rig.places) == ()
    (rig.folder / "outbox.db").write_bytes(b"none" * 5000)
    assert overwrite_free_space(rig.places) == ("outbox.db",)
    assert files_with(rig.places, "Nobody") == ()


def test_that_nothing_is_erased_of_many_people_or_of_nobody(rig: CareRig) -> None:
    rig.store(make_workout(1, athlete=ANONYMOUS))
    with pytest.raises(CareError, match="many people"):
        erase(rig, ANONYMOUS)
    with pytest.raises(CareError, match="Nothing is kept of an athlete called Zoë Quist"):
        erase(rig)


def test_that_it_can_be_stopped_while_it_looks(rig: CareRig) -> None:
    rig.send(make_workout(1, athlete=NAME))
    rig.store(make_workout(2, athlete=NAME))
    told: list[Progress] = []
    with pytest.raises(CareStoppedError):
        erase(rig, watch=Watch(told.append, lambda: True))
    assert place(rig).rows("SELECT count(*) FROM workouts") == [(1,)]
    assert place(rig).rows("SELECT count(*) FROM erasures") == [(0,)]


def test_that_a_workout_stored_meanwhile_is_erased_too(rig: CareRig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.store(make_workout(1, athlete=NAME))
    late = [decode(plain(make_workout(50, athlete=NAME)), now_ms=NOW_MS)]
    put_away = ResultsStore.put_away

    def meanwhile(store: ResultsStore, keys: list[str]) -> None:
        if late:
            rig.apply(late.pop())
        put_away(store, keys)

    monkeypatch.setattr(ResultsStore, "put_away", meanwhile)
    erase(rig)
    assert place(rig).rows("SELECT count(*) FROM athletes") == [(0,)]
    assert spelled_in(rig.folder) == []


def test_that_what_keeps_coming_is_a_new_athlete(rig: CareRig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.store(make_workout(1, athlete=NAME))
    numbers = iter(range(50, 100))
    put_away = ResultsStore.put_away

    def meanwhile(store: ResultsStore, keys: list[str]) -> None:
        rig.apply(decode(plain(make_workout(next(numbers), athlete=NAME)), now_ms=NOW_MS))
        put_away(store, keys)

    monkeypatch.setattr(ResultsStore, "put_away", meanwhile)
    erase(rig)
    assert place(rig).rows("SELECT name, workouts FROM athletes") == [(NAME, 1)]


class OtherQueue:
    """The failed queue of a broker on a server."""

    def __init__(self, *messages: Message) -> None:
        self.messages = list(messages)
        self.is_open = False

    def inspector(self) -> OtherQueue:
        return self

    def open(self) -> None:
        self.is_open = True

    def close(self) -> None:
        self.is_open = False

    def scan_failed(self, should_remove: RemovePredicate) -> ScanResult:
        verdicts = should_remove(self.messages)
        looked = len(self.messages)
        self.messages = [one for one, remove in zip(self.messages, verdicts, strict=True) if not remove]
        return ScanResult(looked, looked - len(self.messages))


def test_that_copies_in_the_failed_queue_of_a_server_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = CareRig(tmp_path / "data", broker_url="amqp://localhost/")
    rig.store(make_workout(1, athlete=NAME))
    others = plain(make_workout(2, athlete="Ana"))
    queue = OtherQueue(plain(make_workout(3, athlete=NAME)), others)
    monkeypatch.setattr(module, "open_broker", lambda _url: queue)
    assert erase(rig).queued == 1
    assert (queue.messages, queue.is_open) == ([others], False)


def test_that_results_alone_are_enough(rig: CareRig) -> None:
    rig.apply(decode(plain(make_workout(1, athlete=NAME)), now_ms=NOW_MS))
    assert erase(rig) == Erased(workouts=1, failures=0, sent=0, queued=0, held=0)


def test_that_a_draft_about_another_athlete_stays(rig: CareRig) -> None:
    rig.store(make_workout(1, athlete=NAME))
    outbox = Outbox(rig.places.outbox_file, now_ms=clock)
    outbox.open()
    with closing(outbox):
        outbox.save_draft('{"athlete": "Ana"}')
        erase(rig)
        assert outbox.load_draft() == '{"athlete": "Ana"}'


@pytest.mark.parametrize("kept", [("Ana", "Ben"), ()])
def test_that_a_draft_of_the_roster_keeps_the_rows_of_others(rig: CareRig, kept: tuple[str, ...]) -> None:
    rig.store(make_workout(1, athlete=NAME))
    outbox = Outbox(rig.places.outbox_file, now_ms=clock)
    outbox.open()
    with closing(outbox):
        outbox.save_draft(roster_draft(*kept[:1], NAME, *kept[1:]), "roster")
        erase(rig)
        assert outbox.load_draft("roster") == (roster_draft(*kept) or None)
    assert spelled_in(rig.folder) == []


def test_that_what_is_left_to_do_is_said() -> None:
    assert erasure_notes(Erased(1, 0, 0, 0, 0)) == ()
    notes = erasure_notes(Erased(1, 0, 0, 0, 2, leftovers=("logs/a.log",), not_overwritten=("results.db",)))
    assert [note.partition(" ")[0] for note in notes] == ["logs/a.log", "results.db", "2"]


def test_that_templates_forget_the_name(rig: CareRig) -> None:
    rig.store(make_workout(1, athlete="Ana"))
    save_templates(SESSIONS, rig.folder, [Template(name="Track", athletes=("Ana", NAME))])
    assert find_athlete(rig.places, NAME, now_ms=clock).templates == 1
    assert erase(rig).templates == 1
    assert [each.athletes for each in load_templates(SESSIONS, rig.folder, now=NOW)[0]] == [("Ana",)]
    assert spelled_in(rig.folder) == []


def test_that_templates_which_cannot_be_saved_are_named(rig: CareRig, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_given: object) -> None:
        raise SettingError("The disk is full.")

    rig.store(make_workout(1, athlete="Ana"))
    save_templates(SESSIONS, rig.folder, [Template(name="Track", athletes=(NAME,))])
    monkeypatch.setattr(module, "save_templates", fail)
    assert erase(rig).leftovers == ("templates.json",)


def test_that_what_is_another_athletes_by_now_stays(rig: CareRig) -> None:
    """A workout that was merged belongs to the other athlete now: only the old name of it goes."""
    workout = make_workout(1, athlete=NAME, km=5)
    rig.store(workout, make_workout(2, athlete=NAME), make_workout(3, athlete="Ana"))
    moved = correct(workout, workout.model_copy(update={"athlete": "Zoe"})).workout
    (message,) = rig.accept(moved)
    rig.apply(decode(message, now_ms=NOW_MS))
    rig.publish(message)  # once more, as after a crash
    found = find_athlete(rig.places, NAME, now_ms=clock)
    assert (found.workout_ids, found.others) == ((str(make_workout(2).id),), frozenset({workout.workout_id}))
    done = erase(rig)
    assert (done.workouts, done.sent, done.queued) == (1, 2, 0)
    with reading(rig.places.database_url) as connection:
        assert workout_ids(connection, "Zoe") == [workout.workout_id]
        assert workout_ids(connection, "Ana") == [str(make_workout(3).id)]
    assert len(entries_of(rig.places.outbox_file, "Zoe", (), now_ms=clock)) == 1
    assert len(find_messages(rig.folder / "queue.db", lambda _: True)) == 1
    assert spelled_in(rig.folder) == []


def test_that_many_workouts_of_others_are_found(rig: CareRig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results_module, "IDS_AT_ONCE", 2)
    rig.store(*(make_workout(n, athlete="Ana" if n < 4 else NAME) for n in range(1, 6)))
    ids = [str(make_workout(n).id) for n in range(1, 6)]
    with reading(rig.places.database_url) as connection:
        assert of_others(connection, NAME, ids) == frozenset(ids[:3])


def test_that_templates_of_a_workout_with_the_name_go(rig: CareRig) -> None:
    rig.store(make_workout(1, athlete="Ana"))
    others = WorkoutTemplate(name="Long run", fields={"userId": f"{NAME}berg"})
    save_templates(WORKOUTS, rig.folder, [WorkoutTemplate(name="Easy", fields={"userId": NAME}), others])
    assert erase(rig).templates == 1
    assert load_templates(WORKOUTS, rig.folder, now=NOW)[0] == (others,)
