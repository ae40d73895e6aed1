from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.config.passwords import (
    Keychain,
    PasswordFile,
    Passwords,
    needs_password,
    password_key,
    split_password,
    with_password,
)
from core.errors import SettingError


@given(st.text(min_size=1, max_size=20).filter(lambda text: text.isprintable()))
def test_that_any_password_survives_being_put_into_a_url_and_taken_out(password: str) -> None:
    assert split_password(with_password("amqp://coach@host:5672/gym?x=1", password)) == (
        "amqp://coach@host:5672/gym?x=1",
        password,
    )


@pytest.mark.parametrize("url", ["amqp://host/", "sqlite:////home/a@b:c/q.db", "amqp://coach@host", "nonsense"])
def test_that_a_url_without_a_password_stays_as_it_is(url: str) -> None:
    assert split_password(url) == (url, None)


def test_that_a_password_needs_a_user() -> None:
    assert with_password("amqp://host/", "secret") == "amqp://host/"
    assert needs_password("amqp://coach@host/")
    assert not needs_password("amqp://coach:x@host/")
    assert not needs_password("amqp://host/a@b")


def test_that_passwords_are_filed_by_user_and_place() -> None:
    assert password_key("amqps://coach:secret@host:5671/gym?heartbeat=5") == "coach@host:5671/gym"


class BrokenKeyringError(Exception):
    pass


def _keyring(monkeypatch: pytest.MonkeyPatch, passwords: dict[tuple[str, str], str] | None) -> None:
    """A keyring module with these passwords; None: one without a desktop session, which raises."""

    def get_password(service: str, key: str) -> str | None:
        if passwords is None:
            raise BrokenKeyringError
        return passwords.get((service, key))

    def set_password(service: str, key: str, password: str) -> None:
        if passwords is None:
            raise BrokenKeyringError
        passwords[service, key] = password

    keyring, errors = ModuleType("keyring"), ModuleType("keyring.errors")
    vars(keyring).update(get_password=get_password, set_password=set_password, errors=errors)
    vars(errors)["KeyringError"] = BrokenKeyringError
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)


def test_that_the_keychain_of_the_desktop_keeps_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[tuple[str, str], str] = {}
    _keyring(monkeypatch, kept)

    assert Keychain().save("coach@host", "secret")
    assert kept == {("paceline", "coach@host"): "secret"}
    assert Keychain().load("coach@host") == "secret"
    assert Keychain().load("another") is None


def test_that_no_desktop_session_means_no_keychain(monkeypatch: pytest.MonkeyPatch) -> None:
    _keyring(monkeypatch, None)

    assert Keychain().load("coach@host") is None
    assert not Keychain().save("coach@host", "secret")


def test_that_a_keychain_that_keeps_nothing_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    _keyring(monkeypatch, {})
    monkeypatch.setattr(sys.modules["keyring"], "set_password", lambda *_: None)

    assert not Keychain().save("coach@host", "secret")


@pytest.mark.parametrize("odd", [b"secret", 5, ["secret"], "", "half \ud800"])
def test_that_what_can_be_no_password_is_none(odd: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    passwords = _passwords(monkeypatch, tmp_path / "passwords")
    monkeypatch.setattr(sys.modules["keyring"], "get_password", lambda *_: odd)

    assert passwords.complete("amqp://coach@host/") == "amqp://coach@host/"


def test_that_a_machine_without_the_package_means_no_keychain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("keyring", "keyring.errors"):
        monkeypatch.setitem(sys.modules, name, None)

    assert Keychain().load("coach@host") is None
    assert not Keychain().save("coach@host", "secret")


def _passwords(monkeypatch: pytest.MonkeyPatch, path: Path) -> Passwords:
    _keyring(monkeypatch, {})
    return Passwords(Keychain(), PasswordFile(path))


def test_that_a_file_of_the_owner_alone_helps_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "passwords"
    passwords = _passwords(monkeypatch, path)
    assert passwords.complete("amqp://coach@host/gym") == "amqp://coach@host/gym"
    path.write_text("other@host x\ncoach@host/gym s3 cret\n")
    path.chmod(0o600)

    assert passwords.complete("amqp://coach@host/gym") == "amqp://coach:s3%20cret@host/gym"
    assert passwords.complete("amqp://nobody@host/gym") == "amqp://nobody@host/gym"
    assert passwords.complete("amqp://coach:given@host/gym") == "amqp://coach:given@host/gym"


@pytest.mark.skipif(sys.platform == "win32", reason="file modes say nothing on Windows")
def test_that_a_file_that_others_may_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "passwords"
    path.write_text("coach@host secret\n")
    path.chmod(0o644)

    with pytest.raises(SettingError, match="chmod 600"):
        _passwords(monkeypatch, path).complete("amqp://coach@host")


def test_that_an_unreadable_file_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "passwords"
    path.write_bytes(b"\xff\xff")
    path.chmod(0o600)

    with pytest.raises(SettingError, match="cannot be read"):
        _passwords(monkeypatch, path).complete("amqp://coach@host")


def test_that_on_windows_the_mode_is_not_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "passwords"
    path.write_text("coach@host secret\n")
    path.chmod(0o644)
    passwords = _passwords(monkeypatch, path)
    monkeypatch.setattr("core.config.passwords.os.name", "nt")

    assert passwords.complete("amqp://coach@host") == "amqp://coach:secret@host"


def test_that_a_url_without_a_password_has_nothing_to_keep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _passwords(monkeypatch, tmp_path / "passwords").set_aside("amqp://host/") == ("amqp://host/", "")
