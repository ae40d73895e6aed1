"""A destination is named by where it is, and by nobody's name or password."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import SettingError
from core.outbox.destination import Destination, destination_of


def test_that_files_in_the_folder_are_named_from_there(tmp_path: Path) -> None:
    named = destination_of(f"sqlite:///{tmp_path / 'queue.db'}", f"sqlite:///{tmp_path / 'results.db'}", tmp_path)
    assert named == Destination("queue.db", "results.db")
    other = tmp_path / "other"
    other.mkdir()
    assert destination_of(f"sqlite:///{tmp_path / 'queue.db'}", f"sqlite:///{other / 'r.db'}", other) == Destination(
        str(tmp_path / "queue.db"), "r.db"
    )


def test_that_a_server_is_the_same_for_every_user(tmp_path: Path) -> None:
    database = "postgresql+psycopg://coach:hush@db.example/paceline"
    one = destination_of("amqps://coach:hush@b.example,a.example/jobs?heartbeat=5", database, tmp_path)
    other = database.replace("coach:hush@db", "DB")
    two = destination_of("amqps://other:word@A.example,b.example/jobs", other, tmp_path)
    assert one == two
    assert one.queue == "RabbitMQ at a.example:5671,b.example:5671, virtual host jobs"
    assert one.database == "The database paceline of PostgreSQL at db.example:5432"
    assert destination_of("amqps://a.example,b.example/", database, tmp_path) != one


def test_that_an_address_that_cannot_be_right_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError):
        destination_of("amqp://", "sqlite:///results.db", tmp_path)
    with pytest.raises(SettingError):
        destination_of("amqp://localhost", "mysql://localhost/x", tmp_path)
