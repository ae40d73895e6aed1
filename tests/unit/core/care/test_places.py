"""Where the data of a program is."""

from __future__ import annotations

from pathlib import Path

from core.care.places import DataPlaces, places_of
from core.config.settings import DataFolder, load_settings
from tests.support.keychains import NoKeychain


def test_that_it_knows_where_the_data_of_a_program_is(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, broker="amqp://localhost/", keychain=NoKeychain())
    assert places_of(settings) == DataPlaces(DataFolder(tmp_path), "amqp://localhost/", settings.database_url)
