"""What a PostgreSQL server or its driver says, in our words. A real server is in the integration tests."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError, SQLAlchemyError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from core.errors import SettingError, StoreRefusedError, StoreUnavailableError, StoreValueError
from core.store.database import Database, database_at, value_errors


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
        ("3D000", StoreRefusedError, "PostgreSQL at db.example:5432 has no database 'gym'."),
        ("28P01", StoreRefusedError, "PostgreSQL at db.example:5432 refused the user name or password."),
        ("42501", StoreRefusedError, "PostgreSQL at db.example:5432 does not let 'coach' use its tables."),
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


@pytest.mark.parametrize(
    ("state", "is_race"), [("40001", True), ("40P01", True), ("23505", True), ("42501", False), ("", False)]
)
def test_that_races_are_told_from_faults(database: Database, state: str, is_race: bool) -> None:
    assert database.is_race(DBAPIError("SELECT 1", None, ServerError(state))) is is_race
    assert not database.is_race(ServerError(state))


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (DBAPIError("INSERT", ("Zoe",), ServerError("22001", "value too long.")), "could not do it: value too long."),
        (DBAPIError("INSERT", ("Zoe",), ServerError("23514", "Bad.\nZoe")), "could not do it: Bad."),
        (DBAPIError("INSERT", ("Zoe",), ServerError("54000", "row too long")), "could not do it: row too long."),
        (DataError("INSERT", ("Zoe",), ServerError("", "NUL in Zoe")), "a value cannot be sent (DataError)."),
        (IntegrityError("INSERT", ("Zoe",), ServerError("")), "a value cannot be sent (IntegrityError)."),
        (StatementError("Zoe", "INSERT", ("Zoe",), ValueError("Zoe")), "a value cannot be sent (StatementError)."),
    ],
)
def test_that_a_value_that_is_not_taken_is_told_from_a_database_that_is_away(
    database: Database, error: SQLAlchemyError, sentence: str
) -> None:
    with pytest.raises(StoreValueError) as caught, value_errors(database), database.errors():
        raise error
    assert str(caught.value).startswith("PostgreSQL at db.example:5432")
    assert str(caught.value).endswith(sentence)
    assert "Zoe" not in str(caught.value)
    assert caught.value.__suppress_context__, "the log must not tell the row either"


@pytest.mark.parametrize(
    "error",
    [
        DBAPIError("INSERT", None, ServerError("57P01")),
        OperationalError("INSERT", None, ServerError("")),
        PoolTimeoutError(),
    ],
)
def test_that_a_database_that_is_away_stays_away_for_whoever_writes(database: Database, error: SQLAlchemyError) -> None:
    with pytest.raises(StoreUnavailableError), value_errors(database), database.errors():
        raise error


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
