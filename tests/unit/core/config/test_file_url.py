"""Any path there and back, and addresses that were written before paths were quoted."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.broker.connect import describe_broker, embedded_path, open_broker
from core.broker.ports import Message, PublishStatus
from core.config.file_url import file_path, file_url, is_file_url
from core.config.settings import load_settings
from core.errors import SettingError
from core.store.database.connect import database_at

ODD_FOLDERS = [
    "team%20a",
    "what?",
    "a#b",
    "a b",
    "Übungen für Łukasz",
    'it\'s "odd"',
    "100%",
    "a?mode=ro",
    "a%",
    "%41",
    "a&b=c",
    "a;b",
    "a@b:c",
    "tab\there",
    "no\u00a0break",
]


@given(st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"]), min_size=1, max_size=30))
def test_that_any_path_comes_back_from_its_url(name: str) -> None:
    path = Path("/no such place") / name
    url = file_url(path)
    assert file_path(url) == path
    assert url.isprintable()
    assert not {"?", "#"} & set(url)


def test_that_bytes_which_are_no_text_come_back() -> None:
    path = Path(os.fsdecode(b"/no such place/caf\xe9.db"))
    assert file_path(file_url(path)) == path
    assert file_url(path).endswith("/caf%E9.db")


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///C:/x/q.db", "C:/x/q.db"),
        ("sqlite:///C:\\x\\q.db", "C:\\x\\q.db"),
        ("sqlite:////abs/q.db", "/abs/q.db"),
        ("SQLite:///rel.db", "rel.db"),
        ("sqlite+pysqlite:////abs/a%20b.db", "/abs/a b.db"),
        ("sqlite:////abs/100%/q.db", "/abs/100%/q.db"),
    ],
)
def test_that_addresses_as_people_write_them_name_their_file(url: str, path: str) -> None:
    assert is_file_url(url)
    assert str(file_path(url)) == path


def test_that_plain_paths_look_as_before() -> None:
    assert file_url(Path("/home/ana/.local/share/paceline/queue.db")) == (
        "sqlite:////home/ana/.local/share/paceline/queue.db"
    )
    assert file_url("C:\\Users\\Ana\\queue.db") == "sqlite:///C:\\Users\\Ana\\queue.db"


def test_that_an_address_saved_before_paths_were_quoted_names_the_same_file(tmp_path: Path) -> None:
    (tmp_path / "team%20a").mkdir()
    old = f"sqlite:///{tmp_path}/team%20a/queue.db"
    assert file_path(old) == tmp_path / "team%20a" / "queue.db"
    (tmp_path / "team a").mkdir()
    assert file_path(old) == tmp_path / "team a" / "queue.db"  # neither has the file: as it is written
    (tmp_path / "team%20a" / "queue.db").touch()
    assert file_path(old) == tmp_path / "team%20a" / "queue.db"


def test_that_a_sibling_named_as_the_url_is_spelt_changes_nothing(tmp_path: Path) -> None:
    folder, sibling = tmp_path / "team%20a", tmp_path / "team%2520a"
    folder.mkdir()
    sibling.mkdir()
    (sibling / "queue.db").touch()
    assert file_path(file_url(folder / "queue.db")) == folder / "queue.db"


def test_that_a_nul_is_no_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="NUL"):
        file_path("sqlite:///a%00b")
    with pytest.raises(SettingError, match="NUL"):
        embedded_path("sqlite:///a%00b")
    with pytest.raises(SettingError, match="NUL"):
        database_at("sqlite:///a%00b")


def test_that_half_a_character_is_no_name() -> None:
    with pytest.raises(SettingError, match="names no file: the path holds half a character"):
        database_at("sqlite:///a\ud800.db")


def test_that_a_folder_one_may_not_look_into_is_not_there() -> None:
    assert file_path(f"sqlite:////{'x' * 5_000}/a%20b.db").name == "a b.db"


@pytest.mark.parametrize("name", ODD_FOLDERS)
def test_that_everything_is_written_into_the_folder_that_was_named(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    settings = load_settings(data_dir=folder)
    assert settings.folder.path == folder
    assert describe_broker(settings.broker_url).kind == "Embedded queue"
    publisher = open_broker(settings.broker_url).publisher()
    publisher.open()
    assert [result.verdict for result in publisher.publish([Message(b"{}")])] == [PublishStatus.CONFIRMED]
    publisher.close()
    database_at(settings.database_url).open().dispose()
    assert sorted(path.name for path in folder.iterdir()) == ["queue.db", "results.db"]
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_that_a_data_folder_may_be_relative_have_a_slash_behind_it_or_be_of_a_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for given_path, wanted in (("team%20a", "team%20a"), ("b?/", "b?"), ("./c/../d", "c/../d"), ("~/e#", "home/e#")):
        settings = load_settings(data_dir=Path(given_path))
        assert settings.folder.path == tmp_path / wanted
        assert file_path(settings.broker_url) == tmp_path / wanted / "queue.db"


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///", "sqlite://host/x.db", "sqlite:///:memory:", "sqlite:///a?mode=ro"]
)
def test_that_a_database_url_without_a_file_says_so(url: str) -> None:
    with pytest.raises(SettingError, match="names no file"):
        database_at(url)
