"""Erases everything that is kept of one athlete, and writes down that it was done, without the name.

Each workout is deleted at the highest revision there is, by the transaction that stores every batch: so totals, boards
and badges are what they would be without it, and a message of it that comes later changes nothing.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar
from uuid import uuid4

from core.broker.connect import open_broker
from core.broker.delivery_headers import origin_in
from core.broker.embedded.messages import QueuedMessage, find_messages, take_out
from core.broker.ports import Message
from core.care.athlete_messages import is_of_athlete, workout_id_of
from core.care.erase_results import clean_up
from core.care.leftovers import files_with, overwrite_free_space
from core.care.places import DataPlaces
from core.care.progress import UNWATCHED, CareError, Watch
from core.care.results import failure_keys, is_known, of_others, reading, workout_ids
from core.codec.workout_codec import DecodedMessage, MessageKind
from core.errors import SettingError
from core.outbox.athlete_entries import SentMessage, entries_of, erase_entries
from core.processing.deduplication import ERASED
from core.roster.template import names_athlete, without_athlete
from core.roster.template_file import SESSIONS, WORKOUTS, TemplateFile, load_templates, save_templates
from core.roster.workout_template import WorkoutTemplate
from core.store.still_queued import worker_key
from core.store.writer import ResultsStore
from core.workouts.model import ANONYMOUS
from core.workouts.names import spells

T = TypeVar("T")

WORKER = "erasure"
AT_ONCE = 200
MOST_ROUNDS = 5  # workers may go on storing what another program sends


@dataclass(frozen=True, slots=True)
class Erased:
    """`held`: messages that a worker was processing; they change nothing any more. `leftovers`: files in the data
    folder that still spell the name, relative to it. `not_overwritten`: databases whose free space may."""

    workouts: int
    failures: int
    sent: int
    queued: int
    held: int
    templates: int = 0
    leftovers: tuple[str, ...] = ()
    not_overwritten: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What is kept of an athlete, before it is erased."""

    workout_ids: tuple[str, ...]
    failure_keys: tuple[str, ...]
    sent: tuple[SentMessage, ...]
    queued: tuple[QueuedMessage, ...]
    templates: int
    about: frozenset[str]  # ids of the athlete's workouts
    others: frozenset[str]  # of those that had this name once, and are stored as another athlete's by now


def find_athlete(places: DataPlaces, name: str, *, now_ms: Callable[[], int], watch: Watch = UNWATCHED) -> Found:
    """Changes nothing. CareError when nothing is kept of that athlete; StoreError, SettingError."""
    if name == ANONYMOUS:
        raise CareError("Workouts without an athlete are of many people: they cannot be erased as one.")
    with reading(places.database_url) as connection:
        known, ids, keys = is_known(connection, name), workout_ids(connection, name), failure_keys(connection, name)
        sent = entries_of(places.outbox_file, name, ids, now_ms=now_ms)
        about = {*ids, *(one.workout_id for one in sent)}
        queued = _queued(places, name, about, now_ms, watch)
        about.update(filter(None, (workout_id_of(one.message, now_ms()) for one in queued)))
        others = of_others(connection, name, about)
    if others:
        sent = entries_of(places.outbox_file, name, ids, now_ms=now_ms, others=others)
        queued = [one for one in queued if is_of_athlete(one.message, name, about - others, now_ms())]
    templates = sum(names_athlete(each, name) for each in _kept(SESSIONS, places, now_ms))
    templates += sum(_spells(each, name) for each in _kept(WORKOUTS, places, now_ms))
    if not (known or ids or keys or sent or queued or templates):
        raise CareError(f"Nothing is kept of an athlete called {name}.")
    return Found(
        tuple(ids), tuple(keys), tuple(sent), tuple(queued), templates, about=frozenset(about - others), others=others
    )


def erasure_notes(erased: Erased) -> tuple[str, ...]:
    """Sentences about what is left to do; empty: the name is nowhere any more."""
    notes = [f"{file} still spells the name: remove it, or keep it knowingly." for file in erased.leftovers]
    notes += [
        f"{file} was busy: its free space may still hold the name. Erase again when no program runs."
        for file in erased.not_overwritten
    ]
    if erased.held:
        notes.append(f"{erased.held:,} messages were with a worker: they change nothing, and are gone when it is done.")
    return tuple(notes)


def erase_athlete(
    places: DataPlaces, name: str, *, by: str, now_ms: Callable[[], int], watch: Watch = UNWATCHED
) -> Erased:
    """`by`: who does it, for the record. It can be stopped while it looks, and not after that; done again, it goes on.

    CareError when nothing is kept of that athlete; StoreError, SettingError and BrokerError.
    """
    found = find_athlete(places, name, now_ms=now_ms, watch=watch)
    about, queued, ids = set(found.about), found.queued, found.workout_ids
    failed_copies = _FailedQueue(places)
    with closing(failed_copies):
        about.update(_delete_workouts(places, name, sorted(about), now_ms, watch))
        taken = [] if places.queue_file is None else take_out(places.queue_file, queued)
        # Accepted, and never to be settled by a worker: the ledger counts them as discarded.
        origins = Counter(origin_in(one.message.headers) or "" for one in taken if one.table != "failed")
        watch.tell("Failed messages")
        copies = failed_copies.remove(lambda message: is_of_athlete(message, name, about, now_ms()))
        if found.templates:
            _erase_from_templates(places, name, now_ms)
        gone = erase_entries(places.outbox_file, name, about, now_ms=now_ms, others=found.others)
        failures = clean_up(
            places.database_url,
            name,
            about,
            by=by,
            at_ms=now_ms(),
            counts=(len(ids), gone, len(taken) + copies),
            discarded=origins,
            record_id=str(uuid4()),
        )
    watch.tell("Overwriting free space")
    not_overwritten = overwrite_free_space(places)
    watch.tell("Looking for the name in other files")
    return Erased(
        workouts=len(ids),
        failures=failures,
        sent=gone,
        queued=len(taken) + copies,
        held=len(queued) - len(taken),
        templates=found.templates,
        leftovers=files_with(places, name),
        not_overwritten=not_overwritten,
    )


def _queued(
    places: DataPlaces, name: str, about: Collection[str], now_ms: Callable[[], int], watch: Watch
) -> list[QueuedMessage]:
    path, at_ms = places.queue_file, now_ms()
    if path is None:
        return []
    return find_messages(
        path,
        lambda message: is_of_athlete(message, name, about, at_ms),
        step=lambda looked: watch.step("Messages in the queue", looked),
    )


def _kept(of: TemplateFile[T], places: DataPlaces, now_ms: Callable[[], int]) -> tuple[T, ...]:
    return load_templates(of, places.folder.path, now=datetime.fromtimestamp(now_ms() / 1000, UTC))[0]


def _spells(template: WorkoutTemplate, name: str) -> bool:
    return spells(template.model_dump_json(), name)


def _erase_from_templates(places: DataPlaces, name: str, now_ms: Callable[[], int]) -> None:
    """A session of many goes on without the athlete; the template of one workout with the name goes. Where the disk
    does not take a file, it is among the leftovers."""
    folder = places.folder.path
    with suppress(SettingError):
        save_templates(SESSIONS, folder, without_athlete(_kept(SESSIONS, places, now_ms), name))
        others = [each for each in _kept(WORKOUTS, places, now_ms) if not _spells(each, name)]
        save_templates(WORKOUTS, folder, others)


class _FailedQueue:
    """That of a broker on a server; the one of this computer is in a file. Opened before anything is erased."""

    def __init__(self, places: DataPlaces) -> None:
        self._inspector = None if places.has_local_queue else open_broker(places.broker_url).inspector()
        if self._inspector is not None:
            self._inspector.open()

    def remove(self, is_wanted: Callable[[Message], bool]) -> int:
        if self._inspector is None:
            return 0
        return self._inspector.scan_failed(lambda messages: [is_wanted(message) for message in messages]).taken

    def close(self) -> None:
        if self._inspector is not None:
            self._inspector.close()


def _delete_workouts(
    places: DataPlaces, name: str, ids: Sequence[str], now_ms: Callable[[], int], watch: Watch
) -> list[str]:
    """Returns which were stored meanwhile, and are deleted too."""
    store = ResultsStore(places.database_url, now_ms=now_ms)
    wanted, late = list(ids), list[str]()
    with closing(store):
        store.open()
        for _ in range(MOST_ROUNDS):
            for start in range(0, len(wanted), AT_ONCE):
                watch.tell("Workouts", start, len(wanted))
                part = [_deletion(workout_id) for workout_id in wanted[start : start + AT_ONCE]]
                store.apply(part, worker=WORKER, picked_up_at_ms=now_ms())
            store.put_away([worker_key(WORKER)])
            with reading(places.database_url) as connection:
                wanted = workout_ids(connection, name)
            if not wanted:
                break
            late += wanted
    return late


def _deletion(workout_id: str) -> DecodedMessage:
    canonical = f"erased {workout_id}".encode()
    digest, revision = hashlib.sha256(canonical).digest(), ERASED[0]
    message = Message(b"{}", workout_id, MessageKind.DELETED.value)
    return DecodedMessage(workout_id, revision, None, MessageKind.DELETED, digest, None, None, message, canonical)
