"""How every command reads its settings, keeps its logs, and ends with an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import (
    BrokerRefusedError,
    BrokerUnavailableError,
    PacelineError,
    SettingError,
    StoreDamagedError,
    StoreUnavailableError,
)
from core.logs import get_log
from worker.cli.common import COULD_NOT_RUN, run_command


@pytest.mark.parametrize(
    "error",
    [
        SettingError("No."),
        StoreUnavailableError("No."),
        StoreDamagedError("No."),
        BrokerUnavailableError("No."),
        BrokerRefusedError("No."),
    ],
)
def test_that_an_error_is_one_line_and_an_exit_code(
    error: PacelineError, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended, run_command("paceline-test", None, None, tmp_path):
        raise error
    assert ended.value.code == COULD_NOT_RUN
    assert capsys.readouterr().err == "paceline-test: No.\n"


def test_that_a_mistake_of_ours_is_no_error_of_the_user(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), run_command("paceline-test", None, None, tmp_path):
        raise ZeroDivisionError


@pytest.mark.expects_warnings
@pytest.mark.parametrize("shown", [True, False])
def test_that_notices_are_shown_with_the_logs(shown: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "logs").write_text("in the way of the folder")
    with run_command("paceline-test", None, None, tmp_path, logs_to_stderr=shown) as settings:
        assert settings.folder.path == tmp_path
    assert ("No log file" in capsys.readouterr().err) is shown


def test_that_logs_go_to_the_file_of_their_name(tmp_path: Path) -> None:
    with run_command("paceline-test", None, None, tmp_path, log_name="paceline-test-one"):
        get_log(__name__).info("here")
    assert '"here"' in (tmp_path / "logs" / "paceline-test-one.log").read_text()
