"""Groups the rows of a file as they are read, by a thread of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Thread

from core.files.rows import Row

READ_AHEAD = 2_000  # rows


@dataclass(frozen=True, slots=True)
class _End:
    """No more rows; `error` is what ended them, if anything did."""

    error: Exception | None = None


def grouped_as_they_come(rows: Iterator[Row], most: int) -> Iterator[list[Row]]:
    """Rows in groups of those that are there: a slow pipe gets its verdicts row by row, a file in large groups.

    Reads in a daemon thread, which ends with the rows or the program; what reading raises is raised here.
    """
    come: Queue[Row | _End] = Queue(READ_AHEAD)

    def read() -> None:
        end = _End()
        try:
            for row in rows:
                come.put(row)
        except Exception as error:  # noqa: BLE001 - raised again by the caller's thread
            end = _End(error)
        come.put(end)

    Thread(target=read, name="rows", daemon=True).start()
    group: list[Row] = []
    while True:
        try:
            one = come.get(block=not group)
        except Empty:
            yield group
            group = []
            continue
        if isinstance(one, _End):
            break
        group.append(one)
        if len(group) == most:
            yield group
            group = []
    if group:
        yield group
    if one.error is not None:
        raise one.error
