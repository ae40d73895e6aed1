"""Whether the user asked the system for less motion: what travels or slides is then shown where it ends."""

from __future__ import annotations

import configparser
import ctypes
import os
import plistlib
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

_CLIENT_AREA_ANIMATION = 0x1042  # SPI_GETCLIENTAREAANIMATION of Windows
_MOST_BYTES = 1 << 20  # of a settings file


def reduces_motion() -> bool:
    """What the system's settings say now; False where they say nothing."""
    return _ASK.get(sys.platform, _asks_desktop)()


def _asks_windows() -> bool:
    animates = ctypes.c_int(1)
    user32 = getattr(ctypes, "windll").user32  # noqa: B009 -- unknown to type checkers of other systems
    known = user32.SystemParametersInfoW(_CLIENT_AREA_ANIMATION, 0, ctypes.byref(animates), 0)
    return bool(known) and not animates.value


def _asks_mac() -> bool:
    return mac_reduces(Path.home() / "Library" / "Preferences")


def _asks_desktop() -> bool:
    return desktop_reduces(os.environ)


def mac_reduces(preferences: Path) -> bool:
    """By `Reduce motion` in the accessibility settings of macOS."""
    try:
        with (preferences / "com.apple.universalaccess.plist").open("rb") as file:
            return bool(plistlib.loads(file.read(_MOST_BYTES)).get("reduceMotion", False))
    except (OSError, plistlib.InvalidFileException, AttributeError):
        return False


def desktop_reduces(environ: Mapping[str, str]) -> bool:
    """By the settings files of KDE and GTK, which GNOME's own tools and others write too."""
    home = Path(environ.get("HOME") or "/")
    folder = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    if _value(folder / "kdeglobals", "KDE", "AnimationDurationFactor") in ("0", "0.0"):
        return True
    gtk = [
        _value(folder / name / "settings.ini", "Settings", "gtk-enable-animations") for name in ("gtk-4.0", "gtk-3.0")
    ]
    return any(value.lower() in ("0", "false") for value in gtk)


def _value(path: Path, section: str, key: str) -> str:
    """A value of an INI file; empty where there is none."""
    parser = configparser.RawConfigParser(strict=False)
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            parser.read_string(file.read(_MOST_BYTES))
    except (OSError, configparser.Error):
        return ""
    return str(parser.get(section, key, fallback="")).strip()


_ASK: dict[str, Callable[[], bool]] = {"win32": _asks_windows, "darwin": _asks_mac}
