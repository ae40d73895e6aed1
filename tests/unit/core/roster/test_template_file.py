"""The file of the templates: whole, bounded, set aside when it is damaged."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.errors import SettingError
from core.roster import template_file
from core.roster.fields import ALWAYS
from core.roster.template import Template
from core.roster.template_file import FILE_NAME, SESSIONS, WORKOUTS, load_templates, save_templates
from core.roster.workout_template import workout_template

NOW = datetime(2025, 12, 10, 20, tzinfo=UTC)
TEMPLATES = (Template(name="Track", athletes=("Ana",), fields=ALWAYS),)


def test_that_templates_are_there_at_the_next_start(tmp_path: Path) -> None:
    assert load_templates(SESSIONS, tmp_path, now=NOW) == ((), "")
    save_templates(SESSIONS, tmp_path, TEMPLATES)
    assert load_templates(SESSIONS, tmp_path, now=NOW) == (TEMPLATES, "")


def test_that_templates_of_workouts_have_a_file_of_their_own(tmp_path: Path) -> None:
    kept = (workout_template("Hills", {"type": "Running", "duration": 45}),)
    save_templates(WORKOUTS, tmp_path, kept)
    save_templates(SESSIONS, tmp_path, TEMPLATES)
    assert load_templates(WORKOUTS, tmp_path, now=NOW) == (kept, "")


@pytest.mark.parametrize("body", [b"not JSON", b"\xff\xfe", b'{"version": 9}'])
def test_that_a_damaged_file_is_kept_under_another_name_and_told(tmp_path: Path, body: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(body)
    found, notice = load_templates(SESSIONS, tmp_path, now=NOW)
    assert found == ()
    assert "templates.json.damaged-20251210-200000" in notice
    assert (tmp_path / "templates.json.damaged-20251210-200000").read_bytes() == body
    assert load_templates(SESSIONS, tmp_path, now=NOW) == ((), "")


def test_that_a_file_too_long_is_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_templates(SESSIONS, tmp_path, TEMPLATES)
    monkeypatch.setattr(template_file, "MAX_FILE_BYTES", 10)
    assert load_templates(SESSIONS, tmp_path, now=NOW)[1]
    with pytest.raises(SettingError, match="more than 10 bytes"):
        save_templates(SESSIONS, tmp_path, TEMPLATES)


def test_that_a_file_that_cannot_be_read_or_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(SettingError, match="cannot be read"):
        load_templates(SESSIONS, tmp_path, now=NOW)
    with pytest.raises(SettingError, match="could not be saved"):
        save_templates(SESSIONS, tmp_path, TEMPLATES)


def test_that_a_damaged_file_that_stays_in_the_way_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, _now: datetime) -> Path:
        raise PermissionError(13, "Permission denied", str(path))

    (tmp_path / FILE_NAME).write_text("{")
    monkeypatch.setattr(template_file, "quarantine", refuse)
    with pytest.raises(SettingError, match="cannot be set aside: Permission denied"):
        load_templates(SESSIONS, tmp_path, now=NOW)
