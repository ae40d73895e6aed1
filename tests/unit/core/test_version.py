from __future__ import annotations

import tomllib
from pathlib import Path

from core.version import VERSION

PROJECT = Path(__file__).parents[3] / "pyproject.toml"


def test_that_the_version_is_that_of_the_project() -> None:
    assert tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["version"] == VERSION
