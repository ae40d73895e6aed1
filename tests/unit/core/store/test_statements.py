"""The statements of the results store: compiled once for each kind of database."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, create_engine

from core.sqlite.connection import sqlite_module
from core.store.statements import Statements, statements_for


def engine_at(path: Path) -> Engine:
    return create_engine(f"sqlite:///{path}", module=sqlite_module())


def test_that_all_stores_of_one_kind_share_them(tmp_path: Path) -> None:
    one, other = engine_at(tmp_path / "a.db"), engine_at(tmp_path / "b.db")
    assert statements_for(one.dialect) is statements_for(other.dialect)
    one.dispose()
    other.dispose()


def test_that_each_kind_has_its_own(tmp_path: Path) -> None:
    file, server = engine_at(tmp_path / "a.db"), create_engine("postgresql+psycopg://localhost/results")
    assert statements_for(file.dialect) is not statements_for(server.dialect)
    for engine in (file, server):
        shared, own = statements_for(engine.dialect), Statements(engine.dialect)
        assert vars(shared.put_workout) == vars(own.put_workout)
        assert vars(shared.close_failure) == vars(own.close_failure)
        engine.dispose()
