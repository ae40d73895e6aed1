"""Whether the settings of a desktop ask for less motion."""

from __future__ import annotations

import plistlib
from pathlib import Path

import pytest

from gui.theme.motion import desktop_reduces, mac_reduces, reduces_motion


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "text", "reduces"),
    [
        ("kdeglobals", "[KDE]\nAnimationDurationFactor=0\n", True),
        ("kdeglobals", "[KDE]\nAnimationDurationFactor=0.5\n", False),
        ("kdeglobals", "[General]\nAnimationDurationFactor=0\n", False),
        ("gtk-3.0/settings.ini", "[Settings]\ngtk-enable-animations=0\n", True),
        ("gtk-4.0/settings.ini", "[Settings]\ngtk-enable-animations=false\n", True),
        ("gtk-4.0/settings.ini", "[Settings]\ngtk-enable-animations=1\n", False),
        ("gtk-4.0/settings.ini", "no section\n", False),
    ],
)
def test_that_a_setting_of_the_desktop_is_heeded(tmp_path: Path, name: str, text: str, reduces: bool) -> None:
    write(tmp_path / name, text)
    assert desktop_reduces({"XDG_CONFIG_HOME": str(tmp_path)}) is reduces
    write(tmp_path / "home" / ".config" / name, text)
    assert desktop_reduces({"HOME": str(tmp_path / "home")}) is reduces


def test_that_a_desktop_without_settings_moves(tmp_path: Path) -> None:
    assert not desktop_reduces({"HOME": str(tmp_path)})
    (tmp_path / ".config" / "kdeglobals").mkdir(parents=True)  # no file
    assert not desktop_reduces({"HOME": str(tmp_path)})


@pytest.mark.parametrize(("value", "reduces"), [(True, True), (False, False), (None, False)])
def test_that_the_setting_of_macos_is_heeded(tmp_path: Path, value: bool | None, reduces: bool) -> None:
    content = {} if value is None else {"reduceMotion": value}
    (tmp_path / "com.apple.universalaccess.plist").write_bytes(plistlib.dumps(content))
    assert mac_reduces(tmp_path) is reduces


def test_that_a_damaged_or_missing_setting_of_macos_reduces_nothing(tmp_path: Path) -> None:
    assert not mac_reduces(tmp_path)
    (tmp_path / "com.apple.universalaccess.plist").write_bytes(b"no list")
    assert not mac_reduces(tmp_path)


def test_that_this_system_can_be_asked() -> None:
    assert reduces_motion() in (True, False)
