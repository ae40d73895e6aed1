"""Whether the settings of a desktop ask for less motion."""

from __future__ import annotations

import plistlib
import sys
from pathlib import Path

import pytest

from gui.theme.motion import MotionSetting, desktop_reduces, mac_reduces, reduces_motion
from tests.support.waiting import wait_until


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


@pytest.mark.skipif(sys.platform != "linux", reason="GNOME's own tool is asked there")
@pytest.mark.parametrize(("answer", "reduces"), [("false", True), ("true", False), ("No such schema", False)])
def test_that_gnome_is_asked_without_waiting_for_it(tmp_path: Path, answer: str, reduces: bool) -> None:
    tool, asked = tmp_path / "gsettings", tmp_path / "asked"
    write(tool, f'#!/bin/sh\necho "{answer}"\necho "$@" > {asked}\n')
    tool.chmod(0o755)
    environ = {"HOME": str(tmp_path), "PATH": str(tmp_path), "XDG_CURRENT_DESKTOP": "GNOME"}
    setting = MotionSetting(environ)
    wait_until(lambda: setting.is_reduced or not setting.is_asking, 10)
    assert setting.is_reduced is reduces
    assert asked.read_text().split() == ["get", "org.gnome.desktop.interface", "enable-animations"]
    write(tool, "#!/bin/sh\necho true\n")
    setting.ask()
    wait_until(lambda: not setting.is_asking, 10)
    assert not setting.is_reduced


@pytest.mark.skipif(sys.platform != "linux", reason="GNOME's own tool is asked there")
def test_that_a_tool_that_hangs_is_ended_with_who_asked(tmp_path: Path) -> None:
    write(tmp_path / "gsettings", "#!/bin/sh\nwhile :; do :; done\n")
    (tmp_path / "gsettings").chmod(0o755)
    setting = MotionSetting({"HOME": str(tmp_path), "PATH": str(tmp_path), "XDG_CURRENT_DESKTOP": "GNOME"})
    assert setting.is_asking
    assert not setting.is_reduced
    del setting  # a process that went on would be a warning, which fails the test


def test_that_without_a_desktop_no_tool_is_asked(tmp_path: Path) -> None:
    write(tmp_path / "gsettings", "#!/bin/sh\necho false\n")
    (tmp_path / "gsettings").chmod(0o755)
    setting = MotionSetting({"HOME": str(tmp_path), "PATH": str(tmp_path)})
    assert not setting.is_asking
    assert not setting.is_reduced


def test_that_this_system_can_be_asked() -> None:
    assert reduces_motion() in (True, False)
