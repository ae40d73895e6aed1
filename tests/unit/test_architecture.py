"""The rules that the tree is built by, held by reading the code."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ORDER = ("resources", "core", "worker", "gui")
QT = {"PySide6", "pyqtgraph", "qtawesome", "qtpy", "shiboken6"}
MODULES = sorted(path for layer in ORDER for path in (ROOT / layer).rglob("*.py"))


def imported_names(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def layer_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_that_imports_go_one_way(path: Path) -> None:
    rank = ORDER.index(layer_of(path))
    tops = {name.split(".")[0] for name in imported_names(path)}
    assert not {top for top in tops if top in ORDER and ORDER.index(top) > rank}
    assert "tests" not in tops
    if layer_of(path) != "gui":
        assert not tops & QT


def test_that_only_the_rabbitmq_adapter_imports_pika() -> None:
    users = {
        str(path.relative_to(ROOT)) for path in MODULES if "pika" in {n.split(".")[0] for n in imported_names(path)}
    }
    assert users
    assert all(user.startswith("core/broker/rabbitmq") for user in users)


def test_that_core_starts_no_threads() -> None:
    """Only the RabbitMQ publisher may: its confirms need an I/O loop of their own."""
    starters = {
        str(path.relative_to(ROOT))
        for path in MODULES
        if layer_of(path) == "core"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "threading.Thread"
    }
    assert all(starter.startswith("core/broker/rabbitmq") for starter in starters)


def test_that_nobody_sleeps_by_the_clock() -> None:
    sleepers = [
        str(path.relative_to(ROOT))
        for path in [*MODULES, *(ROOT / "tests").rglob("*.py")]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"time.sleep", "qtbot.wait", "QThread.sleep"}
    ]
    assert sleepers == []


def test_that_the_tree_has_the_folders_that_the_readme_names() -> None:
    for name in ("gui", "core", "worker", "resources", "tests", "pyproject.toml"):
        assert (ROOT / name).exists(), name


def test_that_this_python_is_supported() -> None:
    assert sys.version_info >= (3, 11)
