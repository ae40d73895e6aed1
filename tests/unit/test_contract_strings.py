"""That a rename in the code changes nothing that other programs, files and databases rely on."""

from __future__ import annotations

import pytest

from tests.support.contract_strings import GOLDEN, GOLDEN_FILES


@pytest.mark.parametrize("name", GOLDEN_FILES)
def test_that_the_strings_others_rely_on_are_as_they_were(name: str) -> None:
    assert GOLDEN_FILES[name]() == (GOLDEN / f"{name}.txt").read_text("utf-8").removesuffix("\n")


def test_that_each_golden_file_is_compared() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == GOLDEN_FILES.keys()
