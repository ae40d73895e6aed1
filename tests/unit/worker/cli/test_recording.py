from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from core.version import VERSION
from tests.support.recorded import record_to
from tests.support.recorded_session import session
from worker.cli.recording import cli


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return record_to(tmp_path / "session.paceline", list(session(5)), names=False)


def run(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(cli, list(arguments), prog_name="paceline-recording")
    return done.exit_code, done.stdout, done.stderr


def test_that_a_page_is_written_beside_the_recording(recording: Path) -> None:
    page = recording.with_suffix(".html")
    assert run("page", str(recording)) == (0, f"{page}\n", "")
    assert page.read_text("utf-8").startswith("<!doctype html>")


def test_that_a_page_is_replaced_only_when_asked_to(recording: Path, tmp_path: Path) -> None:
    page = tmp_path / "talk.html"
    page.write_text("mine", "utf-8")
    sentence = f"paceline-recording: {page} exists already; --force replaces it.\n"
    assert run("page", str(recording), str(page)) == (2, "", sentence)
    assert page.read_text("utf-8") == "mine"
    assert run("page", "--force", str(recording), str(page))[0] == 0
    assert page.read_text("utf-8") != "mine"


def test_that_the_recording_is_never_overwritten(recording: Path) -> None:
    before = recording.read_bytes()
    code, _, sentence = run("page", "--force", str(recording), str(recording))
    assert (code, sentence) == (
        2,
        "paceline-recording: session.paceline is the recording itself; name another file for the page.\n",
    )
    assert recording.read_bytes() == before


@pytest.mark.parametrize("content", [None, b"", b"not one", b"\x1f\x8b\x08\x00"])
def test_that_what_is_no_recording_is_one_sentence(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "other"
    if content is not None:
        path.write_bytes(content)
    code, said, sentence = run("page", str(path))
    assert (code, said) == (2, "")
    assert sentence.startswith(f"paceline-recording: {path}: ")
    assert sentence.count("\n") == 1
    assert not (tmp_path / "other.html").exists()


def test_that_a_page_that_cannot_be_written_is_one_sentence(recording: Path, tmp_path: Path) -> None:
    code, _, sentence = run("page", str(recording), str(tmp_path / "nowhere" / "page.html"))
    assert code == 2
    assert sentence == "paceline-recording: Could not save page.html: No such file or directory.\n"


def test_that_it_says_its_version() -> None:
    assert run("--version") == (0, f"paceline-recording {VERSION}\n", "")
