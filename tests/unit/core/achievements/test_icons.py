"""Which icons there are."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from core.achievements import icons


@pytest.fixture(autouse=True)
def known_once() -> Iterator[None]:
    icons.icon_codes.cache_clear()
    yield
    icons.icon_codes.cache_clear()


def test_that_an_icon_of_the_font_is_known() -> None:
    if icons.icon_file("*.ttf") is None:
        pytest.skip("QtAwesome is not installed: pip install '.[gui]'")
    assert icons.is_icon("mdi6.run")
    assert not icons.is_icon("mdi6.no-such-thing")


def test_that_without_the_font_every_icon_may_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    assert icons.icon_file("*.ttf") is None
    assert icons.is_icon("mdi6.no-such-thing")


def test_that_the_names_are_read_from_the_folder_of_the_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "fonts").mkdir()
    charmap = tmp_path / "fonts" / "materialdesignicons6-webfont-charmap-6.9.96.json"
    charmap.write_text('{"run": "f070e"}', encoding="utf-8")
    spec = SimpleNamespace(submodule_search_locations=[str(tmp_path / "none"), str(tmp_path)])
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: spec)
    assert icons.icon_file("charmap-*.json") == charmap
    assert icons.icon_codes() == {"run": "f070e"}
    assert (icons.is_icon("mdi6.run"), icons.is_icon("mdi6.swim")) == (True, False)


def test_that_a_module_without_a_folder_has_no_font(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: SimpleNamespace(submodule_search_locations=None))
    assert icons.icon_file("*.ttf") is None
