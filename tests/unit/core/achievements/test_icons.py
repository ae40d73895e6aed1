"""Which icons there are."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator

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
