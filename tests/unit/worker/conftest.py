"""What tests of the worker's parts share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.endpoint_rig import TOKEN, Served


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path)
    yield served
    served.close()


@pytest.fixture
def locked_up(tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path, TOKEN)
    yield served
    served.close()
