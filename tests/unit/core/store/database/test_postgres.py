"""What a PostgreSQL server or its driver says, in our words. A real server is in the integration tests."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from core.errors import SettingError, StoreAccessError, StoreUnavailableError
from core.store.database.connect import database_at
from core.store.database.port import Database


class ServerError(Exception):
    def __init__(self, sqlstate: str, words: str = "a detail") -> None:
        super().__init__(words)
        self.sqlstate = sqlstate


@pytest.fixture
def database() -> Database:
    return database_at("postgresql+psycopg://coach:secret@db.example/gym")


def raised_as(database: Database, error: SQLAlchemyError) -> Exception:
    with pytest.raises(StoreUnavailableError) as caught, database.errors():
        raise error
    return caught.value


def test_that_it_is_no_file(database: Database) -> None:
    assert database.file is None
    assert database.name == "The database gym of PostgreSQL at db.example:5432"


@pytest.mark.parametrize(
    ("state", "kind", "sentence"),
    [
        ("3D000", StoreAccessError, "PostgreSQL at db.example:5432 has no database 'gym'."),
        ("28P01", StoreAccessError, "PostgreSQL at db.example:5432 refused the user name or password."),
        ("42501", StoreAccessError, "PostgreSQL at db.example:5432 does not let 'coach' use its tables."),
        ("53100", StoreUnavailableError, "PostgreSQL at db.example:5432 could not do it: a detail."),
    ],
)
def test_that_what_the_server_refuses_is_one_sentence(
    database: Database, state: str, kind: type[Exception], sentence: str
) -> None:
    error = raised_as(database, DBAPIError("SELECT 1", None, ServerError(state)))
    assert type(error) is kind
    assert str(error) == sentence


def test_that_a_pool_without_a_connection_is_no_answer(database: Database) -> None:
    assert str(raised_as(database, PoolTimeoutError())) == "PostgreSQL at db.example:5432 did not answer."


@pytest.mark.parametrize("option", ["sslmode=bogus", "nonsense=1", "keepalives=abc"])
def test_that_an_option_the_driver_refuses_is_said(option: str) -> None:
    """The driver says so before it connects."""
    with pytest.raises(StoreAccessError, match="An option of the database URL is not valid for PostgreSQL"):
        database_at(f"postgresql+psycopg://127.0.0.1:1/gym?{option}").open()


@pytest.mark.parametrize(
    ("state", "is_race"), [("40001", True), ("40P01", True), ("23505", True), ("42501", False), ("", False)]
)
def test_that_races_are_told_from_faults(database: Database, state: str, is_race: bool) -> None:
    assert database.is_serialization_conflict(DBAPIError("SELECT 1", None, ServerError(state))) is is_race
    assert not database.is_serialization_conflict(ServerError(state))


@pytest.mark.parametrize("url", ["postgresql+psycopg:///gym", "postgresql+psycopg://db.example"])
def test_that_an_address_needs_server_and_database(url: str) -> None:
    with pytest.raises(SettingError, match="names no server or no database"):
        database_at(url)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://db.example/gym?user=coach&password=S3cr3tPw",
        "postgresql+psycopg://db.example/gym?user=coach&password=S3cr3tPw",
    ],
)
def test_that_a_password_among_the_options_is_refused_and_not_shown(url: str) -> None:
    with pytest.raises(SettingError) as caught:
        database_at(url)
    assert "S3cr3tPw" not in str(caught.value)


def test_that_a_plus_in_an_option_is_a_plus() -> None:
    database = database_at("postgresql+psycopg://me:p+w@db.example/gym?sslrootcert=/a+b%20c%2Bd.pem")
    url = database._url  # type: ignore[attr-defined]  # of a PostgresDatabase
    assert dict(url.query) == {"sslrootcert": "/a+b c+d.pem"}
    assert url.password == "p+w"
