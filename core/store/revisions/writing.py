"""Keeps the content of revisions that the table of workouts does not hold.

A workout that was sent once has no row here: its content is that of its stored row. When a correction or a deletion
comes, what it replaces is kept, and so is every revision from then on, whatever order they come in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Row, select

from core.broker.topology import APP_ID
from core.codec.workout_codec import DecodedMessage, MessageKind, dumps_workout
from core.processing.deduplication import DedupResult, Disposition, Rank
from core.store.body_from_row import body_of
from core.store.bulk_sql import Bindings, Write
from core.store.bulk_sql import Row as Values
from core.store.database.schema import revisions, workouts
from core.store.rows import storable
from core.workouts.revisions import RevisionKind

_AT_ONCE = 500
_KINDS: Mapping[MessageKind, RevisionKind] = {
    MessageKind.SUBMITTED: "new",
    MessageKind.CORRECTED: "correction",
    MessageKind.DELETED: "deletion",
}


class RevisionWriter:
    """Immutable; from any thread."""

    def __init__(self, dialect: Dialect) -> None:
        self._bind = Bindings(dialect)
        self._put = Write.insert_missing(revisions, dialect)

    def keep_replaced(
        self, connection: Connection, workout_ids: Sequence[str], origins: Mapping[tuple[str, Rank], str]
    ) -> None:
        """Of these stored workouts, before they are replaced or removed."""
        for start in range(0, len(workout_ids), _AT_ONCE):
            some = workout_ids[start : start + _AT_ONCE]
            rows = connection.execute(select(workouts).where(workouts.c.id.in_(some)))
            self._put.run(connection, [self._of_row(row, origins) for row in rows])

    def keep(
        self,
        connection: Connection,
        batch: Sequence[DecodedMessage],
        result: DedupResult,
        athletes: Mapping[str, str],
        now_ms: int,
        *,
        erased: Collection[str] = (),
    ) -> None:
        """The new ones of a batch. `athletes`: by workout id, of what is stored, for deletions. `erased`: ids of
        workouts of which nothing is kept."""
        new = ((batch[place], place) for place in result.new_positions())
        rows = [
            self._of_message(incoming, athletes.get(incoming.workout_id, ""), now_ms)
            for incoming, place in new
            if incoming.workout_id not in erased and not _is_in_its_row(incoming, place, result)
        ]
        self._put.run(connection, rows)

    def _of_row(self, row: Row[Any], origins: Mapping[tuple[str, Rank], str]) -> Values:
        time = self._bind.time
        return (
            row.id,
            row.revision,
            self._bind.flag(False),
            "new" if row.revision == 1 else "correction",
            row.athlete,
            time(row.processed_at),
            None if row.submitted_at is None else time(row.submitted_at),
            origins.get((row.id, (row.revision, False)), ""),
            None,
            body_of(row).decode(),
        )

    def _of_message(self, incoming: DecodedMessage, athlete: str, now_ms: int) -> Values:
        workout, time, submitted_at_ms = incoming.workout, self._bind.time, incoming.submitted_at_ms
        app_id = incoming.message.app_id
        return (
            incoming.workout_id,
            incoming.revision,
            self._bind.flag(workout is None),
            _KINDS[incoming.kind],
            athlete if workout is None else workout.athlete,
            time(now_ms),
            None if submitted_at_ms is None else time(submitted_at_ms),
            incoming.origin or "",
            None if app_id is None else storable(app_id),
            None if workout is None else dumps_workout(workout).decode(),
        )


def _is_in_its_row(incoming: DecodedMessage, place: int, result: DedupResult) -> bool:
    """Whether the stored workout says all that is known of it: the first message, of a program like this one."""
    is_first = result.dispositions[place] is Disposition.STORED and result.final[incoming.workout_id] == place
    return is_first and incoming.message.app_id in (None, APP_ID)


def athletes_of(batch: Iterable[DecodedMessage]) -> dict[str, str]:
    """By workout id, as far as messages say."""
    return {one.workout_id: one.workout.athlete for one in batch if one.workout is not None}
