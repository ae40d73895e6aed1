"""Checks before Qt is loaded: its version, system libraries and display, without which Qt aborts the process."""

from __future__ import annotations

import ctypes
import importlib.metadata
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

# Debian package by shared library. The first set is needed even without a display, the second for X windows.
OFFSCREEN_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libglib-2.0.so.0": "libglib2.0-0",
}
X11_LIBRARIES = {
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
FEDORA_PACKAGES = {
    "libegl1": "mesa-libEGL",
    "libgl1": "mesa-libGL",
    "libxkbcommon0": "libxkbcommon",
    "libfontconfig1": "fontconfig",
    "libdbus-1-3": "dbus-libs",
    "libglib2.0-0": "glib2",
    "libxcb-icccm4": "xcb-util-wm",
    "libxcb-keysyms1": "xcb-util-keysyms",
    "libxcb-cursor0": "xcb-util-cursor",
    "libxkbcommon-x11-0": "libxkbcommon-x11",
}


@dataclass(frozen=True, slots=True)
class Preflight:
    """Result of the checks. `problem`: one or two lines for the terminal; empty when the console can start."""

    problem: str = ""
    has_display: bool = True


def can_load(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def x_server_answers(display: str) -> bool:
    """Whether `display` (as in $DISPLAY) can be connected to; Qt aborts the process when it cannot."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return False
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(display.encode(), None)
    try:
        return not xcb.xcb_connection_has_error(connection)
    finally:
        xcb.xcb_disconnect(connection)


def check(
    environ: Mapping[str, str],
    *,
    platform: str = sys.platform,
    python: tuple[int, int] = sys.version_info[:2],
    loads: Callable[[str], bool] = can_load,
    x_answers: Callable[[str], bool] = x_server_answers,
    version_of: Callable[[str], str] = importlib.metadata.version,
    has_program: Callable[[str], bool] = lambda name: shutil.which(name) is not None,
) -> Preflight:
    """Run the checks: what is missing, with the command that installs it, and whether there is a display."""
    try:
        pyside = version_of("PySide6-Essentials")
    except importlib.metadata.PackageNotFoundError:
        return Preflight("The console needs its own libraries. Install them with:\n  pip install 'paceline[gui]'")
    if pyside.startswith("6.12.0") and python < (3, 12):
        return Preflight(
            f"PySide6 {pyside} aborts Python {python[0]}.{python[1]} after some hundred signals. Install another:\n"
            "  pip install 'PySide6-Essentials==6.11.3'"
        )
    if not platform.startswith("linux"):
        return Preflight()
    has_display = _has_display(environ, x_answers)
    wanted = dict(OFFSCREEN_LIBRARIES)
    if has_display and _uses_x11(environ):
        wanted |= X11_LIBRARIES
    missing = [package for library, package in wanted.items() if not loads(library)]
    return Preflight(_install_line(missing, has_program), has_display)


def _has_display(environ: Mapping[str, str], x_answers: Callable[[str], bool]) -> bool:
    if environ.get("QT_QPA_PLATFORM", "").startswith(("offscreen", "minimal")):
        return False
    if environ.get("WAYLAND_DISPLAY"):
        return True
    display = environ.get("DISPLAY", "")
    return bool(display) and x_answers(display)


def _uses_x11(environ: Mapping[str, str]) -> bool:
    return environ.get("QT_QPA_PLATFORM", "").startswith("xcb") or not environ.get("WAYLAND_DISPLAY")


def _install_line(missing: list[str], has_program: Callable[[str], bool]) -> str:
    if not missing:
        return ""
    if has_program("dnf") and not has_program("apt-get"):
        line = "sudo dnf install " + " ".join(FEDORA_PACKAGES[name] for name in missing)
    else:
        line = "sudo apt-get install " + " ".join(missing)
    return f"Qt needs system libraries that are not installed. Install them with:\n  {line}"
