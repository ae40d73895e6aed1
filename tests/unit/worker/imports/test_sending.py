from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import SettingError
from core.files.options import ReadingOptions
from core.outbox.outbox import Outbox
from worker.imports.sending import ImportCounts, ImportSending, marks_of
from worker.outbox.outbox_writer import OutboxWriter

NOW_MS = 1_765_360_800_000
TEXT = "type,duration,timestamp\n" + "Yoga,30,2025-12-01T10:00:00Z\n" * 700 + "Yoga,soon,\n"


def sending(path: Path, chosen: bytes, writer: OutboxWriter) -> ImportSending:
    paths = (str(path),)
    options = ReadingOptions()
    return ImportSending(paths, chosen, marks_of(paths), options, writer, previewed_ms=NOW_MS, now_ms=lambda: NOW_MS)


def test_that_chosen_rows_are_accepted_once_and_every_row_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(TEXT)
    outbox = Outbox(tmp_path / "outbox.db", now_ms=lambda: NOW_MS)
    writer = OutboxWriter(outbox, now_ms=lambda: NOW_MS, on_event=lambda _event: None, on_accepted=lambda: None)
    writer.start()
    try:
        first = sending(path, b"\1" * 600 + b"\0" * 101, writer)
        assert first.step()
        assert not first.step()
        assert first.counts == ImportCounts(accepted=600, left_out=101)
        again = sending(path, b"\1" * 701, writer)
        while again.step():
            pass
        assert again.counts == ImportCounts(accepted=700, known=600, left_out=1)
        assert again.counts.rows == 701
        changed = sending(path, b"\1", writer)
        path.write_text(TEXT + "\n")
        with pytest.raises(SettingError, match="has changed since it was read"):
            changed.step()
    finally:
        writer.end(5)
    late = sending(path, b"\1", writer)
    with pytest.raises(SettingError, match="the program is ending"):
        late.step()
    assert marks_of([str(tmp_path / "none")]) == (None,)
