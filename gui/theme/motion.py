"""Whether the user asked the system for less motion: what travels or slides is then shown where it ends."""

from __future__ import annotations

import configparser
import contextlib
import ctypes
import os
import plistlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

_CLIENT_AREA_ANIMATION = 0x1042  # SPI_GETCLIENTAREAANIMATION of Windows
_MOST_BYTES = 1 << 20  # of a settings file
_GNOME = ("gsettings", "get", "org.gnome.desktop.interface", "enable-animations")


class MotionSetting:
    """What the system's settings say. GNOME's are known to a tool of its own, which is not waited for."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._environ = environ
        self._asked: subprocess.Popen[bytes] | None = None
        self._by_files = self._by_tool = False
        self.ask()

    def ask(self) -> None:
        """Look again; the settings may have changed."""
        self._by_files = reduces_motion(self._environ)
        tool = shutil.which(_GNOME[0], path=self._environ.get("PATH", ""))
        if self._asked is None and tool and self._environ.get("XDG_CURRENT_DESKTOP"):
            command = [tool, *_GNOME[1:]]
            with contextlib.suppress(OSError):
                self._asked = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
                )

    @property
    def is_asking(self) -> bool:
        self._listen()
        return self._asked is not None

    @property
    def is_reduced(self) -> bool:
        """As far as is known by now."""
        self._listen()
        return self._by_files or self._by_tool

    def __del__(self) -> None:
        """End the tool if it still runs: its answer would come to nothing."""
        if self._asked is not None:
            with self._asked as asked:
                asked.kill()

    def _listen(self) -> None:
        asked = self._asked
        if asked is not None and asked.poll() is not None:
            self._asked = None
            self._by_tool = asked.communicate()[0].strip() == b"false"


def reduces_motion(environ: Mapping[str, str] = os.environ) -> bool:
    """What the system's files and functions say now; False where they say nothing."""
    ask = _ASK.get(sys.platform)
    return desktop_reduces(environ) if ask is None else ask()


def _asks_windows() -> bool:
    animates = ctypes.c_int(1)
    user32 = getattr(ctypes, "windll").user32  # noqa: B009 -- unknown to type checkers of other systems
    known = user32.SystemParametersInfoW(_CLIENT_AREA_ANIMATION, 0, ctypes.byref(animates), 0)
    return bool(known) and not animates.value


def _asks_mac() -> bool:
    return mac_reduces(Path.home() / "Library" / "Preferences")


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
