from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.logs import LogSetup, get_log, redact_text, redact_url, set_up_logs


@pytest.fixture(autouse=True)
def root_level() -> Iterator[None]:
    level = logging.getLogger().level
    yield
    logging.getLogger().setLevel(level)


def _set_up(folder: Path | None, stream: io.StringIO | None, program: str = "worker") -> LogSetup:
    return set_up_logs(program, folder=folder, stderr=stream)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("amqp://guest:hunter2@host:5672/", "amqp://guest:***@host:5672/"),
        ("amqp://guest:hun@t/er 2@host/v", "amqp://guest:***@host/v"),
        ("amqp://:hunter2@host", "amqp://:***@host"),
        (
            "postgresql+psycopg://u:hunter2@h/db?password=hunter2&x=1",
            "postgresql+psycopg://u:***@h/db?password=***&x=1",
        ),
        ("amqp://host:5672/", "amqp://host:5672/"),
        ("amqp://guest@host", "amqp://guest@host"),
        ("sqlite:///C:/data@home/q.db", "sqlite:///C:/data@home/q.db"),
        ("nonsense", "nonsense"),
    ],
)
def test_that_a_url_is_shown_without_its_password(url: str, shown: str) -> None:
    assert redact_url(url) == shown


_secret = st.text("ABCDEFGHIJ@/:?#%&;!$", min_size=1, max_size=12).map(lambda text: f"S3CRET{text}S3CRET")


@given(_secret)
def test_that_no_password_survives_in_urls_or_texts(secret: str) -> None:
    url = f"amqp://user:{secret}@host:5672/vhost"

    assert "S3CRET" not in redact_url(url)
    assert redact_text(f"Could not reach {url} (again)") == "Could not reach amqp://user:***@host:5672/vhost (again)"


@pytest.mark.expects_warnings
def test_that_file_and_stderr_get_the_line_without_the_password(tmp_path: Path) -> None:
    stream = io.StringIO()
    setup = _set_up(tmp_path / "logs", stream)
    try:
        get_log("test.logs").info(
            "connected", url="amqp://u:hunter2@h/", name="x", nested={"url": "amqp://u:hunter2@h/"}
        )
        logging.getLogger("foreign.library").warning("cannot reach %s", "amqp://u:hunter2@h/")
    finally:
        setup.close()

    assert setup.file is not None
    lines = [json.loads(line) for line in setup.file.read_text().splitlines()]
    assert [line["event"] for line in lines] == ["connected", "cannot reach amqp://u:***@h/"]
    assert lines[0]["url"] == "amqp://u:***@h/"
    assert lines[0]["name_"] == "x"
    assert lines[0]["level"] == "info"
    assert "hunter2" not in setup.file.read_text() + stream.getvalue()
    assert "event='connected'" in stream.getvalue()


@pytest.mark.expects_warnings
def test_that_a_traceback_is_redacted_as_well(tmp_path: Path) -> None:
    setup = _set_up(tmp_path, None)
    try:
        try:
            raise RuntimeError("amqp://u:hunter2@h/")
        except RuntimeError:
            get_log("test.logs").exception("it broke")
    finally:
        setup.close()

    assert setup.file is not None
    text = setup.file.read_text()
    assert "RuntimeError: amqp://u:***@h/" in text
    assert "Traceback" in text


@pytest.mark.expects_warnings
def test_that_an_error_that_is_handed_over_has_its_traceback(tmp_path: Path) -> None:
    setup = _set_up(tmp_path, None)
    try:
        try:
            raise RuntimeError("no way on")
        except RuntimeError as error:
            get_log("test.logs").error("it broke", exc_info=error)
            get_log("test.logs").error("it broke", exc_info=(RuntimeError, error, error.__traceback__))
    finally:
        setup.close()

    assert setup.file is not None
    for line in setup.file.read_text().splitlines():
        record = json.loads(line)
        assert "Traceback" in record["exception"]
        assert "RuntimeError: no way on" in record["exception"]
        assert "exc_info_" not in record


def test_that_neither_file_nor_stderr_is_required() -> None:
    assert _set_up(None, None).handlers == ()


def test_that_a_folder_that_cannot_be_written_costs_only_the_file(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file in its place")

    setup = _set_up(tmp_path / "logs", None)

    assert setup.file is None
    assert setup.problem.startswith("No log file: ")
    assert setup.handlers == ()


@pytest.mark.parametrize(("program", "file"), [("worker-a/../b", "worker-a_.._b.log"), ("...", "paceline.log")])
def test_that_a_program_name_cannot_leave_the_folder(tmp_path: Path, program: str, file: str) -> None:
    setup = _set_up(tmp_path, None, program)
    setup.close()

    assert setup.file == tmp_path / file
