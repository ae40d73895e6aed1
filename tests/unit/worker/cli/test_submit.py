"""`paceline-submit` in this process, on the embedded queue: its verdicts and its exit codes."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from core.broker.connect import BROKER_SCHEMES
from core.codec.workout_codec import decode
from core.config.settings import Settings, load_settings
from core.errors import SettingError, StoreUnavailableError
from core.files.options import ReadingOptions
from core.files.rows import Row, read_rows
from core.outbox.outbox import Outbox, OutboxEntry
from tests.support.fakes import EventLog
from tests.support.memory_broker import MEMORY, MemoryBroker
from worker.cli.submit import cli, submit_files
from worker.cli.verdicts import Acceptance, printable
from worker.outbox.outbox_writer import OutboxWriter
from worker.runtime.clock import now_ms

ROW = "Running,45,2025-12-09T10:00:00Z\n"
HEADER = "type,duration,timestamp\n"
Write = Callable[[str, str], str]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(data_dir=tmp_path / "data")


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, text: str) -> str:
        path = tmp_path / name
        path.write_bytes(text.encode())
        return str(path)

    return write


def submitted(settings: Settings, *paths: str) -> int:
    return submit_files(settings, paths, ReadingOptions(), dry_run=False)


def stored(settings: Settings) -> int:
    outbox = Outbox(settings.folder.outbox_file, now_ms=now_ms)
    outbox.open()
    try:
        return outbox.counts().accepted
    finally:
        outbox.close()


def test_that_a_row_that_is_known_already_says_so(
    settings: Settings, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write("a.csv", HEADER + ROW + "Yoga,30,\n" + "Yoga,30,\n")
    assert submitted(settings, path) == 0
    first = capsys.readouterr().out.splitlines()
    assert [line.split("\t")[:2] for line in first] == [["2", "accepted"], ["3", "accepted"], ["4", "accepted"]]
    assert submitted(settings, path) == 0
    again = capsys.readouterr()
    assert again.out.splitlines() == [f"{line}\tknown already" for line in first]
    assert "3 accepted (3 of them known already), 0 refused; 0 sent" in again.err
    other = write("b.csv", HEADER + "Yoga,30,\n" + ROW)
    assert submitted(settings, other) == 0
    assert [line.endswith("known already") for line in capsys.readouterr().out.splitlines()] == [False, True]
    assert stored(settings) == 4


def test_that_a_file_that_is_sent_again_from_another_time_zone_is_known_already(
    settings: Settings, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    header = "Activity Date,Activity Type,Elapsed Time,Distance\n"
    path = write("activities.csv", header + '"Jul 27, 2025, 2:30:00 AM",Run,2700,5.2\n')
    verdicts = []
    for zone in ("Europe/Berlin", "America/Los_Angeles", "UTC", "Asia/Kathmandu"):
        options = ReadingOptions(system_zone=ZoneInfo(zone))
        assert submit_files(settings, [path], options, dry_run=False) == 0
        verdicts += capsys.readouterr().out.splitlines()
    assert verdicts[1:] == [f"{verdicts[0]}\tknown already"] * 3
    assert stored(settings) == 1
    later = write("later.csv", header + '"Jul 27, 2025, 2:30:01 AM",Run,2700,5.2\n')
    assert submitted(settings, later) == 0
    assert not capsys.readouterr().out.endswith("known already\n")


def test_that_a_row_of_another_offset_counts_where_its_revision_is_higher(
    settings: Settings, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    row = '{"id":"0d3f4a4e-6f0f-4c0e-9a52-1f7a2d1f0001","type":"Run","duration":45,"revision":%d,"timestamp":"%s"}\n'
    rows = (1, "2025-12-10T10:00:00+01:00"), (1, "2025-12-10T18:00:00+09:00"), (2, "2025-12-10T18:00:00+09:00")
    assert submitted(settings, write("a.jsonl", "".join(row % each for each in rows))) == 0
    told = [line.split("\t")[1:] for line in capsys.readouterr().out.splitlines()]
    assert [line[0] for line in told] == ["accepted"] * 3
    assert [line[2:] for line in told] == [[], ["known already"], []]
    assert stored(settings) == 2


def test_that_verdicts_of_several_files_name_the_file(
    settings: Settings, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = write("a.csv", HEADER + ROW), write("b.json", '[{"type":"Yoga","duration":30},{"type":"Yoga"}]')
    assert submitted(settings, good, bad) == 1
    told = capsys.readouterr()
    assert [line.split("\t")[0] for line in told.out.splitlines()] == [f"{good}:2", f"{bad}:1", f"{bad}:2"]
    assert f"paceline-submit: {good}: read as CSV" in told.err.splitlines()[0]
    assert "2 accepted, 1 refused; 2 sent, 0 kept here." in told.err


def test_that_a_file_that_cannot_be_read_does_not_keep_back_the_others(
    settings: Settings, write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, odd = write("a.csv", HEADER + ROW), write("b.csv", "type,Distanze,duration\nRunning,5,45\n")
    assert submitted(settings, str(tmp_path / "none.csv"), odd, str(tmp_path), good) == 2
    told = capsys.readouterr()
    assert told.out.count("accepted") == 1
    assert "none.csv cannot be read: No such file or directory." in told.err
    assert "'Distanze' (is it 'distanz', that is distance?)" in told.err
    assert "Is a directory" in told.err


def test_that_a_dry_run_sends_nothing(settings: Settings, write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    path = write("a.csv", HEADER + ROW + "Yoga,x,\n")
    assert submit_files(settings, [path], ReadingOptions(), dry_run=True) == 1
    assert "1 would be accepted, 1 refused; nothing was sent." in capsys.readouterr().err
    assert stored(settings) == 0


def test_that_no_row_can_steer_the_verdicts(
    settings: Settings, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    evil = "\x1b[2J\u202e\x9b1m\t9\\taccepted\\tfake\u2028x"
    path = write("evil\tname\x1b[1m.json", f'[{{"type":"Running","duration":"{evil}"}}, {{"{evil}":1}}, "{evil}"]')
    other = write("b.csv", HEADER + '"Yoga","\x1b[31m1\n2",\n')
    assert submitted(settings, path, other) == 1
    out = capsys.readouterr().out
    assert len(out.splitlines()) == out.count("\n") == out.count("refused") == 4
    assert all(line.count("\t") == 2 and line.replace("\t", "").isprintable() for line in out.splitlines())


def test_that_control_characters_become_spaces() -> None:
    assert printable("a\tb\x1b[0m\n\udc80c\u202ed e") == "a b [0m c d e"


def test_that_a_file_that_breaks_off_is_said(
    settings: Settings, write: Write, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def breaking(*args: object, **options: object) -> object:
        yield from read_rows(io.BytesIO((HEADER + ROW).encode()), "a.csv", ReadingOptions(), now_ms=now_ms())
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("worker.cli.submit.read_rows", breaking)
    assert submitted(settings, write("a.csv", "")) == 2
    told = capsys.readouterr()
    assert "It cannot be read to its end: Input/output error." in told.err
    assert told.out.count("accepted") == 1


@pytest.mark.expects_warnings
def test_that_an_outbox_that_refuses_ends_it_after_a_line_that_is_named(tmp_path: Path) -> None:
    class Full(Outbox):
        def accept(self, submissions: object) -> list[OutboxEntry]:
            raise StoreUnavailableError("The disk is full.")

    rows = list(read_rows(io.BytesIO((HEADER + ROW).encode()), "a.csv", ReadingOptions(), now_ms=now_ms()))
    full = Full(tmp_path / "outbox.db", now_ms=now_ms)
    writer = OutboxWriter(full, now_ms=now_ms, on_event=EventLog(), on_accepted=lambda: None)
    writer.start()
    try:
        acceptance = Acceptance(writer)
        acceptance.begin("b.csv")
        with pytest.raises(SettingError, match=r"The disk is full\. Nothing after line b\.csv:0 was accepted\."):
            acceptance.take(rows)
    finally:
        assert writer.end(10)


def test_that_one_row_with_another_content_under_a_known_id_costs_itself(
    settings: Settings, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    given = "3f2b8c1e-5d47-4a90-9c55-0d6f1e2a7b34"
    path = write("a.csv", f"type,duration,id\nRunning,45,{given}\nYoga,30,\nRunning,46,{given}\n")
    assert submitted(settings, path) == 1
    verdicts = [line.split("\t")[1] for line in capsys.readouterr().out.splitlines()]
    assert verdicts == ["accepted", "accepted", "refused"]


def test_that_the_command_line_reaches_the_reading(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write("a.txt", "type^Dauer^club\nLaufen^0.0451388888888889^north\n")
    arguments = ["--data-dir", str(tmp_path / "data"), "--delimiter", "^", "--unit", "dauer=days", "--keep-unknown"]
    arguments += ["--zone", "UTC", "--encoding", "utf-8", "--format", "csv", path]
    assert exit_code(arguments) == 0
    assert "2\taccepted\t" in capsys.readouterr().out
    assert exit_code(["--zone", "Berlin", path]) == 2
    assert "Berlin" in capsys.readouterr().err


def exit_code(arguments: list[str]) -> object:
    with pytest.raises(SystemExit) as caught:
        cli(arguments)
    return caught.value.code


def test_that_standard_input_is_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO((HEADER + ROW).encode())))
    assert exit_code(["--data-dir", str(tmp_path)]) == 0
    assert "2\taccepted\t" in capsys.readouterr().out


def test_that_a_row_without_a_workout_is_refused_without_an_outbox(capsys: pytest.CaptureFixture[str]) -> None:
    acceptance = Acceptance(None)
    acceptance.take([Row(7, None, "because")])
    assert (acceptance.refused, acceptance.last_place) == (1, "7")
    assert capsys.readouterr().out == "7\trefused\tbecause\n"


def test_that_another_kind_of_broker_is_reached_by_its_address(
    tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"memory://{tmp_path}"
    monkeypatch.setitem(BROKER_SCHEMES, MEMORY.name, MEMORY)
    assert exit_code(["--broker", url, "--data-dir", str(tmp_path / "data"), write("a.csv", HEADER + ROW)]) == 0
    assert "1 accepted, 0 refused; 1 sent, 0 kept here." in capsys.readouterr().err
    consumer = MemoryBroker(url).consumer("w", 10)
    consumer.open()
    (delivery,) = consumer.fetch(10, 0.0)
    assert decode(delivery.message, now_ms=now_ms()).workout is not None
    consumer.close()
