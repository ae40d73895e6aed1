"""What a reader finds of one workout: a body, or what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

ATHLETE = "userId"


@dataclass(frozen=True, slots=True)
class FoundRow:
    """With a `problem` the row cannot be read. `known_as`: the body it is known by, whatever zone it is read in.

    `last_line`: where the last row of the workout begins, if it is of several. `own_id`: of an activity, which has one
    by its file. `note`: what was left out of it, for the user.
    """

    line: int
    body: bytes = b""
    problem: str = ""
    known_as: bytes = b""
    last_line: int = 0
    own_id: UUID | None = None
    note: str = ""
