"""What is said before Qt is loaded."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping

import pytest

from gui.startup.preflight import Preflight, check


def _check(
    environ: Mapping[str, str],
    *,
    missing: frozenset[str] = frozenset(),
    version: str | None = "6.11.3",
    python: tuple[int, int] = (3, 11),
    x_answers: bool = True,
    platform: str = "linux",
    programs: frozenset[str] = frozenset({"apt-get"}),
) -> Preflight:
    def version_of(name: str) -> str:
        if version is None:
            raise importlib.metadata.PackageNotFoundError(name)
        return version

    return check(
        environ,
        platform=platform,
        python=python,
        loads=lambda library: library not in missing,
        x_answers=lambda display: x_answers,
        version_of=version_of,
        has_program=lambda name: name in programs,
    )


def test_that_a_complete_machine_with_a_display_has_no_problem() -> None:
    assert _check({"DISPLAY": ":0"}) == Preflight("", True)


def test_that_missing_libraries_give_one_install_line() -> None:
    found = _check({"DISPLAY": ":0"}, missing=frozenset({"libxcb-cursor.so.0", "libEGL.so.1"}))
    assert found.problem.splitlines()[-1].strip() == "sudo apt-get install libegl1 libxcb-cursor0"


def test_that_fedora_gets_its_own_line() -> None:
    found = _check({"DISPLAY": ":0"}, missing=frozenset({"libxcb-cursor.so.0"}), programs=frozenset({"dnf"}))
    assert found.problem.splitlines()[-1].strip() == "sudo dnf install xcb-util-cursor"


def test_that_x_libraries_are_not_asked_for_without_a_display() -> None:
    assert _check({}, missing=frozenset({"libxcb-cursor.so.0"})) == Preflight("", False)


def test_that_wayland_needs_no_x_libraries() -> None:
    assert _check({"WAYLAND_DISPLAY": "wayland-0"}, missing=frozenset({"libxcb-cursor.so.0"})) == Preflight("", True)


def test_that_a_display_that_does_not_answer_counts_as_none() -> None:
    assert not _check({"DISPLAY": ":77"}, x_answers=False).has_display


def test_that_an_explicit_offscreen_platform_counts_as_no_display() -> None:
    assert not _check({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}).has_display


def test_that_other_systems_are_left_to_qt() -> None:
    assert _check({}, platform="win32", missing=frozenset({"libEGL.so.1"})) == Preflight("", True)


@pytest.mark.parametrize(("python", "refused"), [((3, 11), True), ((3, 12), False)])
def test_that_the_qt_that_kills_this_python_is_refused(python: tuple[int, int], refused: bool) -> None:
    problem = _check({"DISPLAY": ":0"}, version="6.12.0", python=python).problem
    assert ("6.11.3" in problem) == refused


def test_that_a_missing_gui_extra_says_how_to_get_it() -> None:
    assert "pip install 'paceline[gui]'" in _check({"DISPLAY": ":0"}, version=None).problem
