"""Reads the revisions of one workout."""

from __future__ import annotations

import orjson
from sqlalchemy import Connection, and_, select

from core.broker.origin import read_origin
from core.broker.topology import APP_ID
from core.store.body_from_row import body_of
from core.store.database.schema import inbox, revisions, workouts
from core.workouts.revisions import RevisionKind, RevisionStep, StoredRevision, revision_steps

_i, _r = inbox.c, revisions.c
MOST_REVISIONS = 1000


def read_revisions(connection: Connection, workout_id: str) -> tuple[RevisionStep, ...]:
    """The oldest first, at most the newest thousand; empty for a workout that was never stored."""
    same = and_(_r.workout_id == _i.workout_id, _r.revision == _i.revision, _r.deleted == _i.deleted)
    kept = select(_i.revision, _i.deleted, _i.origin, _i.stored_at, _r.kind, _r.submitted_at, _r.app_id, _r.body)
    kept = kept.outerjoin(revisions, same).where(_i.workout_id == workout_id)
    kept = kept.order_by(_i.revision.desc(), _i.deleted.desc()).limit(MOST_REVISIONS)
    row = connection.execute(select(workouts).where(workouts.c.id == workout_id)).one_or_none()
    found = []
    for one in connection.execute(kept):
        body, submitted_at_ms, app_id = one.body, one.submitted_at, one.app_id
        outbox = read_origin(one.origin).outbox
        if row is not None and (one.revision, one.deleted) == (row.revision, False):
            # The first one has no row of its own while the program that sent it is one of ours.
            body, submitted_at_ms = body_of(row), row.submitted_at
            app_id = APP_ID if one.kind is None and outbox else app_id
        kind: RevisionKind = one.kind or ("deletion" if one.deleted else "new" if one.revision == 1 else "correction")
        fields = None if body is None else orjson.loads(body)
        found.append(StoredRevision(one.revision, kind, one.stored_at, submitted_at_ms, outbox, app_id, fields))
    return revision_steps(found)
