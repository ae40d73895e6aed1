"""`paceline-submit --correct` and `--delete` in this process: verdicts, exit codes and what is in the outbox."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from core.broker.topology import TYPE_CORRECTED, TYPE_DELETED
from core.config.settings import Settings, load_settings
from core.errors import SettingError
from core.files.options import ReadingOptions
from core.outbox.outbox import Outbox, OutboxEntry
from core.store.writer import ResultsStore
from tests.support.incoming import incoming, make_workout
from tests.support.results_rig import apply
from worker.cli.submit import cli
from worker.cli.submit_changes import ChangeOptions, change_requests, typed_fields
from worker.runtime.clock import now_ms

STORED = make_workout(1, km=5.0, title="Easy", extra={"mood": "good"})
ID = STORED.workout_id


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = load_settings(data_dir=tmp_path)
    store = ResultsStore(settings.database_url, now_ms=now_ms)
    store.open()
    with closing(store):
        apply(store, incoming(STORED))
    return settings


def submit(settings: Settings, *arguments: str) -> object:
    """The exit code."""
    with pytest.raises(SystemExit) as caught:
        cli(["--data-dir", str(settings.folder.path), *arguments])
    return caught.value.code


def entries(settings: Settings) -> list[OutboxEntry]:
    outbox = Outbox(settings.folder.outbox_file, now_ms=now_ms)
    outbox.open()
    with closing(outbox):
        return outbox.recent(10)


def test_that_a_stored_workout_is_corrected_and_deleted(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert submit(settings, "--correct", ID, "distance=3.1 mi", "title=", "userId=Zoë") == 0
    told = capsys.readouterr()
    assert told.out == f"{ID}\tcorrected\trevision 2\n"
    assert told.err == "1 sent, 0 kept here.\n"
    (entry,) = entries(settings)
    body = json.loads(entry.submission.message.body)
    assert (entry.submission.message.type, body["revision"], body["mood"]) == (TYPE_CORRECTED, 2, "good")
    assert (body["userId"], round(body["distance"], 3), "title" in body) == ("Zoë", 4.989, False)
    assert submit(settings, "--correct", ID, "userId=Zoë", "--revision", "1") == 0
    assert capsys.readouterr().out == f"{ID}\tunchanged\trevision 2\n"
    assert submit(settings, "--delete", ID.upper(), "--revision", "2") == 0
    assert capsys.readouterr().out == f"{ID}\tdeleted\trevision 3\n"
    assert entries(settings)[0].submission.message.type == TYPE_DELETED


def test_that_what_is_refused_has_a_reason_and_exit_code_1(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    other = "0d3f4a4e-6f0f-4c0e-9a52-1f7a2d1f0001"
    assert submit(settings, "--delete", other, "--delete", ID) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{other}\trefused\tNo workout with this id is stored, or was sent from here.",
        f"{ID}\tdeleted\trevision 2",
    ]
    assert submit(settings, "--correct", ID, "distance=4") == 1
    assert capsys.readouterr().out == f"{ID}\trefused\tThis workout is deleted.\n"


def test_that_a_correction_of_an_older_revision_and_a_wrong_one_are_refused(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert submit(settings, "--correct", ID, "distance=4", "--revision", "7") == 1
    assert capsys.readouterr().out == f"{ID}\trefused\tIt is for revision 7, and the newest is 1.\n"
    assert submit(settings, "--correct", ID, "rpe=11") == 1
    assert capsys.readouterr().out == f"{ID}\trefused\trpe: must be from 0 to 10, not 11\n"
    assert entries(settings) == []


def test_that_without_results_nothing_is_guessed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert submit(load_settings(data_dir=tmp_path), "--delete", ID) == 1
    assert f"{ID}\trefused\tWhat counts now is not known here." in capsys.readouterr().out


def test_that_a_dry_run_sends_nothing(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert submit(settings, "--dry-run", "--correct", ID, "distance=4") == 0
    told = capsys.readouterr()
    assert (told.out, told.err) == (f"{ID}\tcorrected\trevision 2\n", "Nothing was sent.\n")
    assert entries(settings) == []


def test_that_values_are_read_as_in_a_table() -> None:
    read = typed_fields(
        ["duration=46:30 min", "distance=5,3", "Avg HR=151", 'sets=[{"reps": 10}]', "notes=", "mood=good"],
        ReadingOptions(keep_unknown=True),
    )
    assert read == {
        "duration": 46.5,
        "distance": 5.3,
        "avgHeartRate": 151.0,
        "sets": [{"reps": 10}],
        "notes": None,
        "mood": "good",
    }


@pytest.mark.parametrize(
    ("options", "arguments", "words"),
    [
        (ChangeOptions(ID), [], "--correct wants what is to change"),
        (ChangeOptions(ID, [ID]), [], "exclude each other"),
        (ChangeOptions(None, [ID]), ["a.csv"], "takes no files"),
        (ChangeOptions(None, [ID, ID], 1), [], "of one workout"),
        (ChangeOptions(ID, revision=0), ["distance=5"], "of one workout"),
        (ChangeOptions(revision=1), [], "goes with --correct or --delete"),
        (ChangeOptions("17"), ["distance=5"], "is a UUID, not"),
        (ChangeOptions(ID), ["distance"], "as field=value"),
        (ChangeOptions(ID), ["distance=5", "km=6"], "distance is given more than once"),
        (ChangeOptions(ID), ["revision=5"], "revision cannot be corrected"),
        (ChangeOptions(ID), ["Distanze=5"], "no field 'Distanze'"),
        (ChangeOptions(ID), ["distance=far"], "distance: Type a number"),
        (ChangeOptions(ID), ["sets=3x"], "sets: '3x' lacks the repetitions"),
    ],
)
def test_that_a_command_line_that_cannot_be_is_said(options: ChangeOptions, arguments: list[str], words: str) -> None:
    assert options
    with pytest.raises(SettingError) as caught:
        change_requests(options, arguments, ReadingOptions())
    assert words in str(caught.value)
