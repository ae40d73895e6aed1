from __future__ import annotations

from pathlib import Path

import pytest

from core.config.access_token import MAX_TOKEN, MIN_TOKEN, check_token, read_token
from core.config.settings import find_token
from core.errors import SettingError

GOOD = "k" * MIN_TOKEN


def test_that_a_token_is_trimmed() -> None:
    assert check_token(f" {GOOD}\n", "X") == GOOD


@pytest.mark.parametrize("token", ["", "short", "k" * (MIN_TOKEN - 1), "k" * (MAX_TOKEN + 1), GOOD + " x", GOOD + "é"])
def test_that_one_that_cannot_be_used_is_told_without_being_shown(token: str) -> None:
    with pytest.raises(SettingError, match=r"^The token in X must ") as raised:
        check_token(token, "X")
    assert GOOD not in str(raised.value)


def test_that_the_first_line_of_a_file_is_the_token(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text(f"{GOOD}\nnot this\n")
    assert read_token(path) == GOOD
    path.write_bytes(b"\xff" * 20)
    with pytest.raises(SettingError, match="must be plain letters"):
        read_token(path)
    with pytest.raises(SettingError, match=r"cannot be read: No such file"):
        read_token(tmp_path / "none")


def test_that_the_file_beats_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PACELINE_INGEST_TOKEN", raising=False)
    assert find_token() is None
    monkeypatch.setenv("PACELINE_INGEST_TOKEN", "")
    assert find_token() is None
    monkeypatch.setenv("PACELINE_INGEST_TOKEN", GOOD + "-environment")
    assert find_token() == GOOD + "-environment"
    path = tmp_path / "token"
    path.write_text(GOOD)
    assert find_token(path) == GOOD
    monkeypatch.setenv("PACELINE_INGEST_TOKEN", "short")
    with pytest.raises(SettingError, match=r"^The token in PACELINE_INGEST_TOKEN must have 16 to"):
        find_token()
