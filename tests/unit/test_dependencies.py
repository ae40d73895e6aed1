"""What is imported is declared in pyproject.toml, and what is used by private names has an upper bound."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import packages_distributions, requires
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.support.source_tree import MODULES, ORDER, ROOT, imported_names, layer_of

HEADLESS = ("resources", "core", "worker")
# Used by names that any minor release may drop: the bound must stop the next one.
BY_PRIVATE_NAMES = {"pika": "1.5", "uvicorn": "0.55", "h11": "0.17", "pyside6-essentials": "6.12", "pyqtgraph": "0.15"}
# Imported behind a marker of the system: not installed everywhere, so that its distribution may be unknown here.
DISTRIBUTION_OF = {"pysqlite3": "pysqlite3"}


def project() -> dict[str, Any]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        table: dict[str, Any] = tomllib.load(file)["project"]
    return table


def declared(*extras: str) -> dict[str, Requirement]:
    """By canonical name: the base dependencies, and those of the extras."""
    table = project()
    lines = [*table["dependencies"], *(line for extra in extras for line in table["optional-dependencies"][extra])]
    found = [Requirement(line) for line in lines]
    return {canonicalize_name(each.name): each for each in found}


def third_party(path: Path) -> set[str]:
    """Top-level names that are neither the standard library's nor ours, wherever in the file they are imported."""
    tops = {name.split(".")[0] for name in imported_names(path)}
    return tops - set(sys.stdlib_module_names) - set(ORDER)


@cache
def installed() -> Mapping[str, list[str]]:
    return packages_distributions()


def distributions_of(top: str) -> set[str]:
    known = installed().get(top, [])
    return {canonicalize_name(name) for name in known} or {DISTRIBUTION_OF.get(top, top)}


@pytest.mark.parametrize("layer", ORDER)
def test_that_every_import_is_declared(layer: str) -> None:
    """The headless layers by the base dependencies alone."""
    allowed = set(declared() if layer in HEADLESS else declared("gui"))
    missing = {
        (str(path.relative_to(ROOT)), top)
        for path in MODULES
        if layer_of(path) == layer
        for top in third_party(path)
        if not distributions_of(top) & allowed
    }
    assert missing == set()


@pytest.mark.parametrize("extra", ["", "gui"])
def test_that_every_dependency_has_an_upper_bound(extra: str) -> None:
    lacking = [
        name
        for name, each in declared(*filter(None, [extra])).items()
        if name != "tzdata" and not any(one.operator in ("<", "<=", "==", "~=") for one in each.specifier)
    ]
    assert lacking == []


@pytest.mark.parametrize(("name", "refused"), BY_PRIVATE_NAMES.items())
def test_that_the_next_minor_release_of_what_we_use_inside_is_not_taken(name: str, refused: str) -> None:
    specifier = declared("gui")[name].specifier
    assert not specifier.contains(Version(refused))
    assert not specifier.contains(Version(f"{refused}.1"))
    assert not specifier.contains(Version(f"{refused}rc1"), prereleases=True)


def test_that_the_imports_of_the_tests_are_declared_too() -> None:
    allowed = set(declared("gui", "dev", "bench"))
    # What a declared one brings along is named by it, and comes with it.
    brought = {canonicalize_name(Requirement(line).name) for name in allowed for line in _requires(name)}
    missing = {
        (str(path.relative_to(ROOT)), top)
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for top in third_party(path) - {"tests"}
        if not distributions_of(top) & (allowed | brought)
    }
    assert missing == set()


def _requires(name: str) -> list[str]:
    try:
        return requires(name) or []
    except ModuleNotFoundError:  # PackageNotFoundError: its extra or its system is another
        return []
