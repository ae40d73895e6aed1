"""Writing recordings."""

from __future__ import annotations

import resource
import signal
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.events import BatchProcessed, Confirmed
from core.recording.lines import RecordingError
from core.recording.recording import open_recording
from core.recording.records import Record, RecordedBatch, RecordedNote
from tests.support.recorded import OUTCOME, RECORDS, SECRETS, T0, header, record_to
from tests.support.waiting import wait_until
from worker.recording import recorder as module
from worker.recording.recorder import MOST_OF_LINE, Recorder

BOUND_S = 60.0


def batch(outcomes: int) -> RecordedBatch:
    return RecordedBatch(T0, (BatchProcessed(T0, "w", (OUTCOME,) * outcomes),))


def test_that_only_its_owner_can_read_a_recording(tmp_path: Path) -> None:
    path = record_to(tmp_path / "a.rec")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert tuple(open_recording(path).records()) == RECORDS


def test_that_names_are_left_out_unless_asked_for(tmp_path: Path) -> None:
    content = zlib.decompress(record_to(tmp_path / "a.rec", names=False).read_bytes(), wbits=31).decode()
    assert not [secret for secret in SECRETS if secret in content]
    with_names = zlib.decompress(record_to(tmp_path / "b.rec").read_bytes(), wbits=31).decode()
    assert all(secret in with_names for secret in SECRETS)


def test_that_a_crash_costs_the_last_seconds_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FLUSH_S", 0.0)
    recorder = Recorder(tmp_path / "a.rec", header(), now_ms=lambda: T0, on_problem=lambda _: None)
    recorder.start()
    for record in RECORDS:
        recorder.take(record)

    def readable() -> tuple[Record, ...]:
        try:
            return tuple(open_recording(tmp_path / "a.rec").records())
        except RecordingError:
            return ()

    wait_until(lambda: readable() == RECORDS, BOUND_S)
    assert not open_recording(tmp_path / "a.rec").is_whole
    recorder.stop()
    assert recorder.join(BOUND_S)


def test_that_no_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.rec"
    path.write_text("mine")
    with pytest.raises(RecordingError, match=r"a\.rec exists already"):
        Recorder(path, header(), now_ms=lambda: T0, on_problem=lambda _: None)
    assert path.read_text() == "mine"
    with pytest.raises(RecordingError, match=r"cannot be written \(No such file"):
        Recorder(tmp_path / "none" / "a.rec", header(), now_ms=lambda: T0, on_problem=lambda _: None)


def test_that_large_batches_become_several_lines(tmp_path: Path) -> None:
    events = tuple(Confirmed(T0, (str(number),) * 900) for number in range(20))
    found = [*open_recording(record_to(tmp_path / "a.rec", [RecordedBatch(T0, events)])).records()]
    assert len(found) == -(-20 * 901 // (MOST_OF_LINE // 901 * 901))
    assert [event for each in found if isinstance(each, RecordedBatch) for event in each.events] == list(events)


def test_that_what_there_is_no_time_for_is_dropped_and_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 100)
    recorder = Recorder(tmp_path / "a.rec", header(), now_ms=lambda: T0, on_problem=lambda _: None)
    note = RecordedNote(T0, "more")
    taken: list[Record] = [batch(60), batch(60), *[note] * 61]
    for record in taken:
        recorder.take(record)
    recorder.start()
    recorder.stop()
    assert recorder.join(BOUND_S)
    recorder.take(RecordedNote(T0, "too late"))
    found = open_recording(tmp_path / "a.rec")
    assert list(found.records()) == [batch(60), *[note] * 39]
    assert found.dropped == 1 + 22


@contextmanager
def small_files(most_bytes: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.expects_warnings
def test_that_a_full_disk_ends_it_with_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FLUSH_S", 0.0)
    problems: list[str] = []
    recorder = Recorder(tmp_path / "a.rec", header(), now_ms=lambda: T0, on_problem=problems.append)
    with small_files(4_096):
        recorder.start()
        number = 0
        while recorder.is_running and number < 50_000:
            number += 1
            recorder.take(RecordedNote(T0, f"{number**5}" * 20))
        assert recorder.join(BOUND_S)
    assert len(problems) == 1
    assert problems[0].startswith("The recording a.rec ends here: it cannot be written")
    assert not recorder.is_running
