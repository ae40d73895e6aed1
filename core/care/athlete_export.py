"""Exports everything that is kept of one athlete into a JSON file, with the bodies as they were sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, Table, select

from core.broker.embedded.messages import find_messages
from core.broker.ports import Message
from core.care.athlete_messages import is_of_athlete
from core.care.places import DataPlaces
from core.care.progress import UNWATCHED, CareError, Watch
from core.care.results import failure_keys, is_known, reading, workout_ids
from core.failures.failed_json import body_fields, message_fields
from core.outbox.athlete_entries import entries_of
from core.store.body_from_row import body_of
from core.store.database.schema import UtcMillis, earned_achievements, revisions, weekly_totals, workouts
from core.store.failed_queries import FailedQueries
from core.utc_text import utc_text

FORMAT = "paceline-athlete"
FORMAT_VERSION = 1
ROWS_AT_ONCE = 500
KEYS_AT_ONCE = 200

_w = workouts.c
# Not for others: how the database searches, and in which order it wrote.
_INTERNAL = ("athlete", "athlete_version", "of_workout")

Section = Iterable[Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class AthleteExported:
    """How many of each the file has."""

    workouts: int
    failed: int
    sent: int
    queued: int


def export_athlete(
    places: DataPlaces,
    name: str,
    path: Path,
    *,
    now_ms: Callable[[], int],
    watch: Watch = UNWATCHED,
    replace: bool = False,
) -> AthleteExported:
    """The file has its name only when it is complete. `replace`: one that is there.

    CareError when there is nothing of that athlete, or the file cannot be written; StoreError and BrokerError.
    """
    if path.exists() and not replace:
        raise CareError(f"{path.name} is there already: choose another name.")
    with reading(places.database_url) as connection:
        known, ids = is_known(connection, name), workout_ids(connection, name)
        sent = entries_of(places.outbox_file, name, ids, now_ms=now_ms)
        about = {*ids, *(one.workout_id for one in sent)}
        queued = _queued(places, name, about, now_ms, watch)
        keys = failure_keys(connection, name)
        if not (known or sent or queued or keys):
            raise CareError(f"Nothing is kept of an athlete called {name}.")
        sections: dict[str, Section] = {
            "workouts": _counted(_workouts(connection, name), "Workouts", len(ids), watch),
            "revisions": _rows(connection, revisions, name),
            "achievements": _rows(connection, earned_achievements, name),
            "weeks": _rows(connection, weekly_totals, name),
            "failed": _counted(_failed(connection, keys, now_ms), "Failed messages", len(keys), watch),
            "sent": [
                {
                    "id": one.workout_id,
                    "revision": one.revision,
                    "acceptedAt": utc_text(one.accepted_at_ms),
                    "confirmedAt": None if one.confirmed_at_ms is None else utc_text(one.confirmed_at_ms),
                    **_message(one.message),
                }
                for one in sent
            ],
            "queued": [_message(message) for message in queued],
        }
        head = {"format": FORMAT, "version": FORMAT_VERSION, "athlete": name, "exportedAt": utc_text(now_ms())}
        _write_whole(path, head, sections)
    return AthleteExported(len(ids), len(keys), len(sent), len(queued))


def _queued(places: DataPlaces, name: str, about: set[str], now_ms: Callable[[], int], watch: Watch) -> list[Message]:
    """Those on RabbitMQ are not read: that would take them from the workers."""
    path = places.queue_file
    if path is None:
        return []
    at_ms = now_ms()
    found = find_messages(
        path,
        lambda message: is_of_athlete(message, name, about, at_ms),
        step=lambda looked: watch.step("Messages in the queue", looked),
    )
    return [one.message for one in found if one.table != "failed"]  # what failed is in the results


def _workouts(connection: Connection, name: str) -> Iterator[Mapping[str, object]]:
    found = connection.execute(
        select(workouts)
        .where(_w.athlete == name)
        .order_by(_w.started_at, _w.id)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    for row in found:
        stored = row._mapping
        yield {
            "id": stored["id"],
            "revision": stored["revision"],
            "submittedAt": None if stored["submitted_at"] is None else utc_text(stored["submitted_at"]),
            "processedAt": utc_text(stored["processed_at"]),
            "worker": stored["worker"],
            "caloriesKcal": stored["calories_kcal"],
            "caloriesEstimate": stored["calories_estimate"],
            "body": body_of(row).decode(),
        }


def _rows(connection: Connection, table: Table, name: str) -> list[Mapping[str, object]]:
    order = table.primary_key.columns
    return [
        {
            _camel_case(column.name): utc_text(value) if isinstance(column.type, UtcMillis) and value else value
            for column, value in zip(table.columns, row, strict=True)
            if column.name not in _INTERNAL
        }
        for row in connection.execute(select(table).where(table.c.athlete == name).order_by(*order))
    ]


def _camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))


def _failed(connection: Connection, keys: list[str], now_ms: Callable[[], int]) -> Iterator[Mapping[str, object]]:
    queries = FailedQueries(lambda: nullcontext(connection), now_ms)
    for start in range(0, len(keys), KEYS_AT_ONCE):
        yield from map(message_fields, queries.messages(keys[start : start + KEYS_AT_ONCE]))


def _message(message: Message) -> dict[str, object]:
    return {
        "messageId": message.message_id,
        "type": message.type,
        "headers": dict(message.headers),
        **body_fields(message.body),
    }


def _counted(items: Iterable[Mapping[str, object]], what: str, total: int, watch: Watch) -> Section:
    for done, item in enumerate(items):
        if done % ROWS_AT_ONCE == 0:
            watch.step(what, done, total)
        yield item


def _write_whole(path: Path, head: Mapping[str, object], sections: Mapping[str, Section]) -> None:
    partial = path.with_name(f".{path.name}.part")
    try:
        with partial.open("w", encoding="utf-8") as file:
            _write(file, head, sections)
        partial.replace(path)
    except OSError as error:
        raise CareError(f"Could not save {path.name}: {error.strerror or error}.") from None
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def _write(file: IO[str], head: Mapping[str, object], sections: Mapping[str, Section]) -> None:
    file.write(json.dumps(head, ensure_ascii=False)[:-1])
    for name, items in sections.items():
        file.write(f',\n"{name}": [')
        mark = "\n"
        for item in items:
            file.write(mark + json.dumps(item, ensure_ascii=False))
            mark = ",\n"
        file.write("\n]" if mark != "\n" else "]")
    file.write("\n}\n")
