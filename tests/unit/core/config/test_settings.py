from __future__ import annotations

import json
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.config import settings as settings_module
from core.config.settings import (
    DataFolder,
    Settings,
    StoredSettings,
    WorkSpan,
    check_http_port,
    check_prefetch,
    check_worker_name,
    default_data_dir,
    load_settings,
    parse_work_span,
    save_settings,
)
from core.errors import SettingError

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class FakeKeychain:
    def __init__(self, *, works: bool = True) -> None:
        self.passwords: dict[str, str] = {}
        self._works = works

    def load(self, key: str) -> str | None:
        return self.passwords.get(key)

    def save(self, key: str, password: str) -> bool:
        if self._works:
            self.passwords[key] = password
        return self._works


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BROKER", "DATABASE", "DATA_DIR"):
        monkeypatch.delenv(f"PACELINE_{name}", raising=False)


def _load(folder: Path, *, broker: str | None = None, keychain: FakeKeychain | None = None) -> Settings:
    return load_settings(data_dir=folder, broker=broker, keychain=keychain or FakeKeychain(), now=NOW)


def _write(folder: Path, text: str) -> Path:
    path = folder / "settings.json"
    path.write_text(text)
    return path


def test_that_everything_is_local_when_nothing_is_set(tmp_path: Path) -> None:
    settings = _load(tmp_path / "new")

    assert settings.broker_url == f"sqlite:///{tmp_path}/new/queue.db"
    assert settings.database_url == f"sqlite:///{tmp_path}/new/results.db"
    assert settings.folder.outbox_file == tmp_path / "new" / "outbox.db"
    assert settings.folder.logs == tmp_path / "new" / "logs"
    assert settings.notices == ()


def test_that_the_command_line_beats_the_environment_and_that_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(tmp_path, '{"broker": "amqp://file/"}')
    assert _load(tmp_path).broker_url == "amqp://file/"
    monkeypatch.setenv("PACELINE_BROKER", "amqp://environment/")
    assert _load(tmp_path).broker_url == "amqp://environment/"
    assert _load(tmp_path, broker="amqp://line/").broker_url == "amqp://line/"
    monkeypatch.setenv("PACELINE_BROKER", "")
    assert _load(tmp_path).broker_url == "amqp://file/"


def test_that_the_data_folder_comes_from_the_environment_or_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PACELINE_DATA_DIR", str(tmp_path / "e"))
    assert load_settings(keychain=FakeKeychain()).folder.path == tmp_path / "e"
    monkeypatch.delenv("PACELINE_DATA_DIR")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "x"))
    assert load_settings().folder.path == default_data_dir()


def test_that_no_port_is_listened_on_unless_somebody_chose_to(tmp_path: Path) -> None:
    stored = _load(tmp_path).stored
    assert (stored.http_endpoint, stored.http_port) == (False, 3000)
    _write(tmp_path, '{"http_endpoint": true, "http_port": 0}')
    with pytest.raises(SettingError, match="http_port"):
        _load(tmp_path)


@pytest.mark.parametrize("port", [0, -1, 65_536])
def test_that_a_port_outside_of_all_ports_is_refused(port: int) -> None:
    assert check_http_port(3000) == 3000
    with pytest.raises(SettingError, match=f"between 1 and 65535, not {port}"):
        check_http_port(port)


@pytest.mark.parametrize("value", ["localhost", "  ", "amqp://a\nb/", "x://" + "y" * 3000])
def test_that_a_wrong_url_names_where_it_came_from(tmp_path: Path, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingError, match=r"^--broker must be a URL"):
        _load(tmp_path, broker=value)
    monkeypatch.setenv("PACELINE_DATABASE", value.replace("\n", "\t"))
    with pytest.raises(SettingError, match=r"^PACELINE_DATABASE must be a URL"):
        _load(tmp_path)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"prefetch": "many"}', "prefetch: Input should be a valid integer"),
        ('{"prefetch": 0}', "prefetch: Input should be greater than or equal to 1"),
        ('{"broker": "nowhere"}', "broker: must be a URL"),
        ('{"simulate_work": "5:1"}', "simulate_work: Simulated work must be MIN:MAX"),
        ('{"theme": "pink"}', "theme: Input should be"),
        ('{"window": 3}', "window: Input should be a valid dict"),
        (json.dumps({"console": {"x": "y" * 300_000}}), "console: must not exceed"),
    ],
)
def test_that_a_wrong_value_in_the_file_is_one_line_that_names_it(tmp_path: Path, text: str, problem: str) -> None:
    path = _write(tmp_path, text)

    with pytest.raises(SettingError) as caught:
        _load(tmp_path)

    assert str(caught.value).startswith(f"{path}: {problem}")
    assert "\n" not in str(caught.value)
    assert path.read_text() == text


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff\xfe", b"[" * 50_000, b"1" * 1_100_000, b"null"])
def test_that_a_damaged_file_is_set_aside_and_never_overwritten(tmp_path: Path, body: bytes) -> None:
    for expected in ("settings.json.damaged-20260102-030405", "settings.json.damaged-20260102-030405-2"):
        (tmp_path / "settings.json").write_bytes(body)
        settings = _load(tmp_path)
        assert expected in settings.notices[0]
        assert (tmp_path / expected).read_bytes() == body
        assert settings.stored == StoredSettings()
    assert not (tmp_path / "settings.json").exists()


def test_that_saving_keeps_unknown_keys_and_sections(tmp_path: Path) -> None:
    _write(
        tmp_path, '{"from_the_future": [1, 2], "window": {"rail": true}, "simulate_work": "0.5:2.50", "broker": null}'
    )
    settings = _load(tmp_path)

    save_settings(settings.folder, settings.stored.model_copy(update={"theme": "dark"}), keychain=FakeKeychain())

    saved = json.loads((tmp_path / "settings.json").read_text())
    assert saved["from_the_future"] == [1, 2]
    assert saved["window"] == {"rail": True}
    assert saved["simulate_work"] == "0.5:2.5"
    assert saved["theme"] == "dark"
    assert _load(tmp_path).stored.theme == "dark"
    assert [path.name for path in tmp_path.iterdir()] == ["settings.json"]
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "settings.json").stat().st_mode) == 0o600


def test_that_a_password_goes_to_the_keychain_and_never_to_the_file(tmp_path: Path) -> None:
    keychain = FakeKeychain()
    settings = _load(tmp_path)
    stored = settings.stored.model_copy(
        update={
            "broker": "amqp://coach:p%40ss@host:5672/gym",
            "database": "postgresql://coach:other@db/results",
        }
    )

    _, notice = save_settings(settings.folder, stored, keychain=keychain)

    text = (tmp_path / "settings.json").read_text()
    assert notice == ""
    assert "p%40ss" not in text
    assert "other" not in text
    again = _load(tmp_path, keychain=keychain)
    assert again.broker_url == "amqp://coach:p%40ss@host:5672/gym"
    assert again.database_url == "postgresql://coach:other@db/results"


def test_that_without_a_keychain_it_says_that_the_password_is_not_kept(tmp_path: Path) -> None:
    keychain = FakeKeychain(works=False)
    settings = _load(tmp_path)
    wanted = settings.stored.model_copy(update={"broker": "amqp://coach:secret@host/"})

    stored, notice = save_settings(settings.folder, wanted, keychain=keychain)

    assert stored.broker == "amqp://coach@host/"
    assert "not saved" in notice
    assert "secret" not in (tmp_path / "settings.json").read_text()


def test_that_settings_that_cannot_be_written_are_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("core.config.settings.os.fsync", refuse)
    with pytest.raises(SettingError, match=r"could not be saved .*: No space left on device"):
        save_settings(DataFolder(tmp_path), StoredSettings(), keychain=FakeKeychain())
    assert list(tmp_path.iterdir()) == []


def test_that_an_absent_simulation_may_be_written_as_null(tmp_path: Path) -> None:
    _write(tmp_path, '{"simulate_work": null}')

    assert _load(tmp_path).stored.simulate_work is None


def test_that_a_data_folder_in_the_way_of_a_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingError, match="cannot be made"):
        _load(tmp_path / "file" / "below")


def test_that_an_unwritable_data_folder_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.config.settings.os.access", lambda *_: False)
    with pytest.raises(SettingError, match="cannot be written to"):
        _load(tmp_path)


def test_that_an_unknown_home_is_one_sentence() -> None:
    with pytest.raises(SettingError, match="home folder"):
        _load(Path("~nobody-of-that-name/data"))


def test_that_an_unreadable_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "settings.json").mkdir()
    with pytest.raises(SettingError, match="cannot be read"):
        _load(tmp_path)


def test_that_a_damaged_file_that_cannot_be_moved_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_self: Path, _target: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    _write(tmp_path, "{")
    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(SettingError, match="damaged and cannot be set aside: Permission denied"):
        _load(tmp_path)


@pytest.mark.parametrize(
    ("text", "span"), [("0.5:2.5", WorkSpan(0.5, 2.5)), ("1", WorkSpan(1, 1)), ("0:0", WorkSpan(0, 0))]
)
def test_that_spans_of_work_are_read(text: str, span: WorkSpan) -> None:
    assert parse_work_span(text) == span


@given(st.text(max_size=12) | st.sampled_from(["nan:1", "1:inf", "2:1", "-1:1", "1:4000", "1:2:3", ":", "1:"]))
def test_that_any_other_span_is_one_sentence(text: str) -> None:
    try:
        span = parse_work_span(text)
    except SettingError as error:
        sentence = str(error)
    else:
        sentence = ""
        assert 0 <= span.min_s <= span.max_s <= settings_module.MAX_WORK_S
    assert sentence == "" or sentence.startswith("Simulated work must be")


@pytest.mark.parametrize("prefetch", [0, -1, 10_001])
def test_that_prefetch_is_bounded(prefetch: int) -> None:
    with pytest.raises(SettingError, match="between 1 and 10000"):
        check_prefetch(prefetch)
    assert check_prefetch(1) == 1


@pytest.mark.parametrize("name", ["", "  ", "x" * 65, "a\x00b"])
def test_that_worker_names_are_bounded(name: str) -> None:
    with pytest.raises(SettingError, match="worker's name"):
        check_worker_name(name)
    assert check_worker_name(" west 2 ") == "west 2"
