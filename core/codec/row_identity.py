"""Derives ids for rows of a file without ids, so that importing the same file again adds nothing."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid5

# Constant: ids of rows are derived in this namespace.
_ROW_SPACE = UUID("6f0c8f6e-3d0b-5b8e-9a53-6f2d1c7be003")
MOST_REMEMBERED = 50_000


class RowIds:
    """Ids for one file, row by row in its order.

    A row with a start gets an id from its own content; an equal row further down is another workout. So a file with
    rows added, corrected or in another order adds only what is new. A row without a start has no time of its own: its
    id is from the content of the whole file and its number there, so that an equal row of another file is another
    workout.
    """

    def __init__(self, file_digest: Callable[[], bytes]) -> None:
        """`file_digest` is called when the first row needs it, since it may read to the end of the file."""
        self._file_digest = file_digest
        self._digest = b""
        self._newer: dict[int, int] = {}
        self._older: dict[int, int] = {}

    def of_started(self, content_id: UUID) -> UUID:
        """`content_id`: derived from the content of the row. Equal rows over 50,000 rows apart may be one workout."""
        key = content_id.int
        times = self._newer.get(key) or self._older.get(key, 0)
        self._newer[key] = times + 1
        if len(self._newer) >= MOST_REMEMBERED:
            self._older, self._newer = self._newer, {}
        return uuid5(content_id, str(times + 1)) if times else content_id

    def of_unstarted(self, number: int) -> UUID:
        if not self._digest:
            self._digest = self._file_digest()
        return uuid5(_ROW_SPACE, f"{self._digest.hex()} {number}")
