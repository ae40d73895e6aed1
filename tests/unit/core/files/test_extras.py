from __future__ import annotations

import sys

import pytest

from core.errors import SettingError
from core.files.extras import reader_library


def test_that_a_missing_library_is_said_with_the_install_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fitdecode", None)
    with pytest.raises(SettingError, match=r"To read FIT files install the extra: pip install 'paceline\[files\]'"):
        reader_library("fitdecode", "FIT")
    assert reader_library("json", "FIT").loads("1") == 1
