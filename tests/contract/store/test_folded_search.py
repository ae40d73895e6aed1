"""Whoever looks for a name need not type its accents, nor its capitals: in every search, on every database."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, select

from core.failures.models import FailedFilter
from core.parsing.search_query import parse_search_query
from core.store.database.schema import athletes
from core.store.reader import ResultsReader
from core.store.searching import begins_with
from core.store.writer import ResultsStore
from tests.support.databases import MakePlace, Place
from tests.support.failures import bad_message, failure
from tests.support.incoming import submitted, workout_id
from tests.support.results_rig import apply

NAMES = ("Øyvind Åsen", "Сергей", "ŁUKASZ", "José Ruiz", "İbrahim Işık", "50% Done_", "Ana")
TYPED = [
    ("oyvind", [1]),
    ("ØYVIND", [1]),
    ("Øyvind", [1]),
    ("åsen", [1]),
    ("сергей", [2]),
    ("СЕРГЕЙ", [2]),
    ("łukasz", [3]),
    ("lukasz", [3]),
    ("JOSE", [4]),
    ("ibrahim", [5]),
    ("isik", [5]),
    ("%", [6]),
    ("e_", [6]),
    ("0% d", [6]),
    ("\\", []),
    ("ana", [7]),
]


@pytest.fixture
def place(make_place: MakePlace) -> Place:
    return make_place()


@pytest.fixture
def url(place: Place) -> str:
    return place.url


@pytest.fixture
def filled(store: ResultsStore, reader: ResultsReader) -> ResultsReader:
    apply(store, *(submitted(number, athlete=name, sport="Übung") for number, name in enumerate(NAMES, 1)))
    return reader


@pytest.mark.parametrize(("typed", "numbers"), TYPED)
def test_that_stored_ones_are_found_however_they_are_typed(
    filled: ResultsReader, typed: str, numbers: list[int]
) -> None:
    found = {one.workout_id for one in filled.past.search(parse_search_query(typed))}
    assert found == {workout_id(number) for number in numbers}


def test_that_each_field_is_folded(filled: ResultsReader) -> None:
    assert len(filled.past.search(parse_search_query("sport:UBUNG"))) == len(NAMES)
    assert [one.athlete for one in filled.past.search(parse_search_query("athlete:jose,lukasz"))] != []
    assert filled.past.search(parse_search_query("sport:jose")) == ()


@pytest.mark.parametrize("typed", ["JOSE", "josé", "josè", "Übung", "ubung", "m-é", "M-E", "“ÇA”", "“ca”"])
def test_that_failed_ones_are_found_however_they_are_typed(
    store: ResultsStore, reader: ResultsReader, typed: str
) -> None:
    body = '{"type": "Übung", "userId": "José Ruiz"}'.encode()
    apply(store, failures=(failure(message=bad_message(body, "m-É"), reason="notes: “ÇA” is too much"),))
    assert reader.failed.count(FailedFilter(None, typed)) == 1
    assert reader.failed.count(FailedFilter(None, "_")) == 0


@pytest.mark.parametrize(("typed", "found"), [("oy", NAMES[0]), ("ØY", NAMES[0]), ("сер", "Сергей"), ("50%", NAMES[5])])
def test_that_names_begin_however_they_are_typed(filled: ResultsReader, typed: str, found: str) -> None:
    assert filled.athlete_names(typed, 9) == (found,)
    assert filled.athlete_names("vind", 9) == ()
    assert len(filled.athlete_names("", 99)) == len(NAMES)


def test_that_a_correction_is_found_by_its_new_name_and_not_by_the_old(
    store: ResultsStore, reader: ResultsReader
) -> None:
    for revision, name in ((1, "Øyvind"), (2, "Сергей"), (3, "Ana")):
        apply(store, submitted(1, athlete=name, revision=revision))
        assert [one.athlete for one in reader.past.search(parse_search_query(name.upper()))] == [name]
    assert reader.past.search(parse_search_query("oyvind")) == ()
    assert reader.athlete_names("oyvind", 9) == ()


def test_that_the_beginning_of_a_name_is_found_in_an_index(place: Place, store: ResultsStore) -> None:
    apply(store, submitted(1, athlete="Øyvind"))
    plans: list[str] = []

    def explain(connection: Connection) -> None:
        looked = select(athletes.c.name).where(begins_with(athletes.c.name_folded, "oyv"))
        text = str(looked.compile(connection, compile_kwargs={"literal_binds": True}))
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # a table of one row is not worth an index
            plan = connection.exec_driver_sql(f"EXPLAIN {text}".replace("%", "%%"))
        else:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")
        plans.append(str(plan.all()))

    place.change(explain)
    assert "athletes_by_folded_name" in plans[0], plans[0]
