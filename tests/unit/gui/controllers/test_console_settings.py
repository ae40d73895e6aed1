"""What the console saved never keeps it from opening; what was typed on the command line is checked as ever."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.config.settings import Settings, StoredSettings, save_settings
from core.errors import SettingError
from gui.controllers.console_settings import load_console_settings, with_kept_passwords
from worker.runtime.bounded_keychain import BoundedKeychain

COACH = "amqp://coach@localhost:5672/gym"


class Kept:
    """A keychain with these passwords; counts how often it is asked."""

    def __init__(self, **passwords: str) -> None:
        self.passwords, self.asked = passwords, 0

    def load(self, key: str) -> str | None:
        self.asked += 1
        return self.passwords.get(key.partition("@")[0])

    def save(self, key: str, password: str) -> bool:
        return False


def write(folder: Path, **values: Any) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "settings.json").write_text(json.dumps(values))


def load(folder: Path, keychain: Kept | None = None, **given: str) -> Settings:
    bounded = BoundedKeychain(keychain or Kept())
    settings = load_console_settings(**given, data_dir=folder)  # type: ignore[arg-type]  # addresses
    return with_kept_passwords(settings, bounded)


def test_that_a_saved_broker_whose_password_is_kept_nowhere_is_asked_for(tmp_path: Path) -> None:
    write(tmp_path, broker=COACH)
    settings = load(tmp_path)
    assert settings.broker_url == COACH
    assert settings.problem == (
        "Type the password of coach@localhost:5672/gym to connect. It is not kept on this computer."
    )


def test_that_connecting_with_a_password_and_no_keychain_opens_again(tmp_path: Path) -> None:
    folder = load(tmp_path).folder
    save_settings(folder, StoredSettings(broker="amqp://coach:secret@localhost:5672/gym"), keychain=Kept())
    assert "secret" not in folder.settings_file.read_text()
    assert load(tmp_path).problem.startswith("Type the password of coach@localhost:5672/gym")


def test_that_a_kept_password_is_found_but_only_when_it_may_be_waited_for(tmp_path: Path) -> None:
    write(tmp_path, broker=COACH, database="postgresql+psycopg://ana@localhost/gym")
    keychain = Kept(coach="s3cret", ana="her own")
    bounded = BoundedKeychain(keychain)
    settings = load_console_settings(data_dir=tmp_path)
    assert (keychain.asked, settings.problem) == (0, "")
    settings = with_kept_passwords(settings, bounded)
    assert settings.broker_url == "amqp://coach:s3cret@localhost:5672/gym"
    assert settings.database_url == "postgresql+psycopg://ana:her%20own@localhost/gym"
    assert settings.problem == ""


def test_that_a_keychain_that_raises_is_named_where_the_password_is_asked_for(tmp_path: Path) -> None:
    class Broken(Kept):
        def load(self, key: str) -> str | None:
            raise ZeroDivisionError

    write(tmp_path, broker=COACH)
    assert load(tmp_path, Broken()).problem.endswith(
        "The keychain of this computer failed (ZeroDivisionError). It is not used until the next start."
    )


@pytest.mark.parametrize(
    ("broker", "sentence"),
    [
        ("http://localhost/", "must begin with amqp://"),
        ("hello", "must begin with amqp://"),
        (5, "must begin with amqp://"),
        ({"url": "x"}, "contains a space"),
        ("", "must begin with amqp://"),
        ("amqp://guest:guest@localhost:port/", "port is not a number"),
        ("amqp://guest:guest@localhost/?speed=9", "option"),
        ("amqps://guest:guest@localhost/?ca=/no/such/ca.pem", "names no file"),
        ("sqlite:////no/such/folder/queue.db", "The folder /no/such/folder does not exist"),
        ("sqlite:///", "names no file"),
        ("amqp://user\u0000@localhost/", "invisible character"),
    ],
)
def test_that_a_saved_broker_that_cannot_be_used_is_a_problem_and_stays_saved(
    broker: Any, sentence: str, tmp_path: Path
) -> None:
    write(tmp_path, broker=broker, theme="dark")
    settings = load(tmp_path)
    assert sentence in settings.broker_problem
    assert settings.stored.theme == "dark"
    save_settings(settings.folder, settings.stored, keychain=Kept())
    assert sentence in load(tmp_path).broker_problem  # not the default, unasked


@pytest.mark.parametrize("database", ["mysql://host/x", "nonsense", 7, "", "sqlite:///", "postgresql+psycopg://"])
def test_that_a_saved_database_that_cannot_be_used_is_a_problem(database: Any, tmp_path: Path) -> None:
    write(tmp_path, database=database)
    settings = load(tmp_path)
    assert settings.database_problem
    assert settings.broker_problem == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "pink"),
        ("window", [1, 2]),
        ("window", {"layout": "x" * 300_000}),
        ("console", None),
        ("prefetch", "many"),
        ("simulate_work", "fast"),
        ("http_port", 0),
        ("http_endpoint", {"on": 1}),
        ("distance_unit", "furlong"),
    ],
)
def test_that_any_other_wrong_value_is_its_default_with_a_notice(name: str, value: Any, tmp_path: Path) -> None:
    write(tmp_path, **{name: value}, weight_unit="lb", future="kept")
    settings = load(tmp_path)
    assert getattr(settings.stored, name) == getattr(StoredSettings(), name)
    assert (settings.stored.weight_unit, settings.problem) == ("lb", "")
    assert settings.notices == (f"Some saved settings cannot be used, and their defaults are used instead: {name}.",)
    assert settings.stored.model_dump()["future"] == "kept"


def test_that_a_file_that_is_no_settings_file_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text("{broken")
    settings = load(tmp_path)
    assert "damaged" in settings.notices[0]
    assert settings.may_save


def test_that_a_settings_file_that_cannot_be_read_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "settings.json").mkdir()
    settings = load(tmp_path)
    assert "cannot be read" in settings.notices[0]
    assert not settings.may_save


def test_that_a_password_file_that_others_may_read_is_a_problem(tmp_path: Path) -> None:
    write(tmp_path, broker=COACH)
    (tmp_path / "passwords").write_text("coach@localhost:5672/gym secret\n")
    (tmp_path / "passwords").chmod(0o644)
    assert "run chmod 600" in load(tmp_path).broker_problem
    (tmp_path / "passwords").chmod(0o600)
    assert load(tmp_path).broker_url == "amqp://coach:secret@localhost:5672/gym"


def test_that_a_given_address_is_one_line_as_ever_whatever_is_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, broker="hello", database="nonsense")
    with pytest.raises(SettingError, match="must begin with amqp://"):
        load(tmp_path, broker="http://localhost/")
    assert load(tmp_path, broker=COACH).broker_problem.startswith("Type the password of coach@localhost:5672/gym")
    with pytest.raises(SettingError, match="not supported"):
        load(tmp_path, database="mysql://host/x")
    settings = load(tmp_path, Kept(coach="secret"), broker=COACH, database=f"sqlite:///{tmp_path}/r.db")
    assert (settings.broker_url, settings.problem) == ("amqp://coach:secret@localhost:5672/gym", "")
    monkeypatch.setenv("PACELINE_BROKER", "nonsense")
    with pytest.raises(SettingError, match="PACELINE_BROKER"):
        load(tmp_path)
