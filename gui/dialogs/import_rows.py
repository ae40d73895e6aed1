"""Columns and texts of an import: rows with their verdicts, counts, the report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import tzinfo

from gui.forms.formatting import Units, distance_text, whole_seconds_text
from gui.forms.starts import dated_start_words
from gui.theme.palette import Role
from gui.widgets.cells import Column
from worker.imports.preview import ImportRow, Verdict
from worker.imports.sending import ImportCounts

INKS: Mapping[Verdict, Role] = {
    Verdict.READY: "stored",
    Verdict.UNLIKELY: "waiting",
    Verdict.STORED: "second",
    Verdict.WRONG: "failed",
}


def import_columns(
    is_chosen: Callable[[ImportRow], bool], units: Units, zone: tzinfo, *, several: bool
) -> tuple[Column[ImportRow], ...]:
    """`several`: the name of the file stands before the line."""

    def ink(row: ImportRow) -> Role:
        return "text" if is_chosen(row) else "second"

    def place(row: ImportRow) -> str:
        return f"{row.file} {row.place}".strip() if several else row.place

    return (
        Column(width_px=40, checked=is_chosen, spoken=lambda row: "checked" if is_chosen(row) else "left out"),
        Column(
            title="Row", width_px=150 if several else 56, narrow_px=110 if several else 44, text=place, ink="second"
        ),
        Column(
            title="Athlete",
            width_px=110,
            narrow_px=92,
            text=lambda row: "" if row.workout is None else row.workout.athlete,
            font="medium",
            ink=ink,
        ),
        Column(
            title="Sport",
            width_px=112,
            narrow_px=26,
            text=lambda row: "" if row.workout is None else row.workout.sport,
            paint=lambda cell: cell.paint_sport(
                "" if cell.row.workout is None else cell.row.workout.sport, cell.text, ink(cell.row)
            ),
        ),
        Column(
            title="Start",
            width_px=140,
            narrow_px=128,
            from_px=600,
            text=lambda row: "" if row.workout is None else dated_start_words(row.workout.started_at, zone),
            ink=ink,
        ),
        Column(
            title="Duration",
            width_px=72,
            right=True,
            text=lambda row: "" if row.workout is None else whole_seconds_text(row.workout.duration_min),
            ink=ink,
        ),
        Column(
            title="Distance",
            width_px=78,
            from_px=640,
            right=True,
            text=lambda row: (
                "" if row.workout is None else distance_text(row.workout.distance_km, row.workout.sport, units)
            ),
            ink=ink,
        ),
        Column(title="Verdict", width_px=120, takes_rest=True, text=verdict_text, ink=lambda row: INKS[row.verdict]),
    )


def verdict_text(row: ImportRow) -> str:
    """`unlikely: distance: 99 km/h is unusual for Running (4 to 25)`."""
    return f"{row.verdict.value}: {row.reason}" if row.reason else row.verdict.value


def counts_text(counts: Mapping[Verdict, int], *, finished: bool) -> str:
    """`1,204 rows: 1,180 ready, 12 unlikely, 9 stored already, 3 wrong`."""
    total = sum(counts.values())
    parts = [f"{number:,} {verdict.value}" for verdict in Verdict if (number := counts.get(verdict, 0))]
    rows = "1 row" if total == 1 else f"{total:,} rows"
    words = f"{rows}: {', '.join(parts)}" if parts else "no rows"
    return f"{words}." if finished else f"Reading… {words}"


def report_text(counts: ImportCounts, total: int, *, stopped: bool) -> str:
    """What became of every row."""
    known = f" ({counts.known:,} of them known already)" if counts.known else ""
    parts = [f"{counts.accepted:,} sent{known}", f"{counts.left_out:,} left out"]
    if counts.refused:
        parts.append(f"{counts.refused:,} refused ({counts.problem})")
    if total > counts.rows:
        parts.append(f"{total - counts.rows:,} not reached")
    begin = "Stopped. " if stopped else ""
    return f"{begin}Of {total:,} rows: {', '.join(parts)}."
