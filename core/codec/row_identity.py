"""Which workout a row of a file is, where it says no id: the same file again brings the same ones, and no others."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid5

# Fixed for ever: ids of rows are derived in it.
_ROW_SPACE = UUID("6f0c8f6e-3d0b-5b8e-9a53-6f2d1c7be003")
MOST_REMEMBERED = 50_000


class RowIds:
    """Of one file, row by row in its order.

    A row with a start is the workout that its own content says; an equal one further down the file is another. So a
    file with rows added, put right or in another order brings only what is new. A row without a start says nothing of
    when it was: it is known by the content of the whole file and its number there, so that an equal row of another
    file is another workout.
    """

    def __init__(self, file_digest: Callable[[], bytes]) -> None:
        """`file_digest` is asked when the first row needs it: it may have to read to the end."""
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
